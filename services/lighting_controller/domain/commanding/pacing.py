"""How many commands may leave at a time: thousands of luminaires that come back together must not raise a storm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.arbitrating import rank
from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.domain.commanding.reconciling import Move, Reconciled, hold_back
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.network.cabinet import Gateway

_SECOND: Final = timedelta(seconds=1)

Bundling = Callable[[Sequence[Command]], Sequence[Sequence[int]]]
"""Which commands leave as one message, by their places; each place once, and the loads in the order of their first."""


@dataclass(frozen=True)
class Pace:
    """So many messages a second; what was not used is gone a second later.

    Attributes:
        spent: the moment up to which all that may leave has left; None: none ever has.
        bundling: which commands are one message; None: each is one of its own.
    """

    per_second: int
    spent: datetime | None = None
    bundling: Bundling | None = field(default=None, compare=False)

    def loads(self, commands: Sequence[Command]) -> Sequence[Sequence[int]]:
        """The messages that these commands make, as the places of those in each."""
        return self.bundling(commands) if self.bundling else [(place,) for place in range(len(commands))]

    def free(self, now: datetime) -> int:
        """How many may leave now."""
        return max(0, int((now - self._since(now)) / _SECOND * self.per_second + 0.001))

    def after(self, number: int, now: datetime) -> Pace:
        """The pace when so many have left."""
        return replace(self, spent=self._since(now) + number * _SECOND / self.per_second)

    def turn(self, place: int, now: datetime) -> datetime:
        """When whoever has this place among those that wait, from 0, asks again."""
        return now + (place // self.per_second + 1) * _SECOND

    def _since(self, now: datetime) -> datetime:
        # What left later than now left before the clock was set back.
        return now - _SECOND if self.spent is None else min(max(self.spent, now - _SECOND), now)


@dataclass(frozen=True)
class Paces:
    """The pace of each gateway; of one that is not named none is kept.

    Attributes:
        driver: what the driver bears, of all gateways together; None: any number.
    """

    by_gateway: Mapping[str, Pace] = field(default_factory=dict)
    driver: Pace | None = None

    @classmethod
    def of(cls, gateways: Iterable[Gateway], driver: Pace | None) -> Paces:
        """Those of some gateways, none of which has sent anything yet."""
        return cls({item.id: Pace(item.per_second) for item in gateways if item.per_second}, driver)

    def renewed(self, gateways: Iterable[Gateway]) -> Paces:
        """Those of other gateways; of one that there was before, what it sent counts."""
        spent = {gateway: pace.spent for gateway, pace in self.by_gateway.items()}
        paces = {item.id: Pace(item.per_second, spent.get(item.id)) for item in gateways if item.per_second}
        return replace(self, by_gateway=paces)


def keep_paces(
    before: Sequence[Luminaire],
    planned: Sequence[Reconciled],
    paces: Paces,
    gateway_of: Callable[[str], str],
    now: datetime,
) -> tuple[list[Reconciled], Paces]:
    """Hold back what is too much for a gateway or for the driver, and the paces afterwards."""
    kept, by_gateway = list(planned), dict(paces.by_gateway)
    places = defaultdict[str, list[int]](list)
    for place, item in enumerate(planned):
        if item.command:
            places[gateway_of(item.luminaire.id)].append(place)
    for gateway, own in places.items():
        some, pace = keep_pace([before[at] for at in own], [kept[at] for at in own], by_gateway.get(gateway), now)
        for at, item in zip(own, some, strict=True):
            kept[at] = item
        if pace is not None:
            by_gateway[gateway] = pace
    kept, driver = keep_pace(before, kept, paces.driver, now)
    return kept, Paces(by_gateway, driver)


def keep_pace(
    before: Sequence[Luminaire], planned: Sequence[Reconciled], pace: Pace | None, now: datetime
) -> tuple[list[Reconciled], Pace | None]:
    """Hold back what is too much, and the pace afterwards; ``before`` are the luminaires of what is planned.

    The strongest wish goes first, of equals what makes brighter, and whoever was told nothing yet before whoever is
    told again.
    """
    kept = list(planned)
    if pace is None:
        return kept, None
    places = sorted((place for place, item in enumerate(planned) if item.command), key=lambda at: _order(planned[at]))
    loads = pace.loads([command for place in places if (command := planned[place].command) is not None])
    free = pace.free(now)
    for number, load in enumerate(loads[free:]):
        for place in (places[index] for index in load):
            kept[place] = hold_back(before[place], planned[place], pace.turn(number, now))
    return kept, pace.after(min(free, len(loads)), now)


def _order(item: Reconciled) -> tuple[bool, int, bool, str]:
    luminaire = item.luminaire
    target = luminaire.target
    if target is None:
        return item.move is Move.RETRY, 0, False, luminaire.id
    light = luminaire.feedback if luminaire.actual is None else luminaire.actual
    return item.move is Move.RETRY, rank(target.source), light is not None and light > target.level, luminaire.id
