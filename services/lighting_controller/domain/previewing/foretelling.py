"""What becomes of an order minute by minute, told for whoever is about to give it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.arbitrating import Wish
from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import MINUTE
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.previewing.foreseeing import Outset, Turn, Walk
from services.lighting_controller.domain.road_class import Cut

AHEAD: Final = timedelta(days=1)
"""What begins later is not foretold: others will have ordered something else by then."""
_AT_MOST: Final = timedelta(hours=6)
"""Longer than any order takes through steps, dwells and shares; only tries to reach silent luminaires go on."""
_OUT_OF_REACH: Final = (Fault.COMMUNICATION, Fault.STUCK, Fault.LAMP)


@dataclass(frozen=True)
class Ordered:
    """The order that is looked at.

    Attributes:
        names: ids of its overrides.
        luminaires: those for which it is.
        acts_from: the moment from which all its parts act.
        until: its end.
    """

    names: Collection[str]
    luminaires: Collection[str]
    acts_from: datetime
    until: datetime


@dataclass(frozen=True)
class Move:
    """So many luminaires go from one level to another, percent; ``before`` None: nobody knows where they stood."""

    before: int | None
    level: int
    ramp: timedelta
    luminaires: int


@dataclass(frozen=True)
class Minute:
    """What changes from ``at`` until a minute later.

    Attributes:
        luminaires: how many.
        share: percent of their zone that this is; of the one of which most changes.
    """

    at: datetime
    luminaires: int
    share: int
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Foretold:
    """What becomes of the order.

    Attributes:
        turns: each change of a luminaire, in order.
        minutes: the same, minute by minute from the first change on; only those in which something changes.
        dwelling: who may not be dimmed yet when the order reaches it, and until when.
        held: who does something else when all is done, and what decides of it.
        faulty: who has a fault that keeps it from following, as far as is known.
        dark: whose cabinet has no power when the order reaches it, and from when it is expected to answer.
        unfinished: who is not at its level before the end, faults apart.
        done_at: when the last one is at its level; None: not all are before the end, or none changes.
    """

    turns: tuple[Turn, ...]
    minutes: tuple[Minute, ...]
    dwelling: dict[str, datetime]
    held: dict[str, Wish]
    faulty: dict[str, Fault]
    dark: dict[str, datetime]
    unfinished: tuple[str, ...]
    done_at: datetime | None


def foretell(
    order: Ordered,
    outset: Outset,
    calendars: Calendars,
    surveyed: Survey,
    watch: Watch,
    now: datetime,
    breathe: Callable[[], None] = lambda: None,
) -> Foretold:
    """Walk ahead from ``now`` until everything about the order is done; its overrides are among those of the outset.

    Args:
        breathe: called at each moment of the walk, so that others may work in between.
    """
    walk = Walk(outset, calendars, surveyed, watch, now)
    followed = _Followed(order, walk, watch, breathe)
    walk.walk(min(order.until, order.acts_from + _AT_MOST), followed.note)
    turns = tuple(turn for turn in walk.turns if turn.by in order.names and turn.luminaire in followed.sound)
    held = {name: wish for name in sorted(order.luminaires) if (wish := _held(walk, name, order)) is not None}
    unfinished = tuple(sorted(followed.waiting - held.keys()))
    done_at = max((turn.at + turn.ramp for turn in turns), default=None)
    return Foretold(
        turns=turns,
        minutes=minutes_of(turns, surveyed),
        dwelling=dict(sorted(followed.dwelling.items())),
        held=held,
        faulty=followed.faulty,
        dark=dict(sorted(followed.dark.items())),
        unfinished=unfinished,
        done_at=None if unfinished else done_at,
    )


def minutes_of(turns: Sequence[Turn], surveyed: Survey) -> tuple[Minute, ...]:
    """What changes in each minute, counted from the first change."""
    by_minute = defaultdict[datetime, list[Turn]](list)
    for turn in turns:
        by_minute[turns[0].at + (turn.at - turns[0].at) // MINUTE * MINUTE].append(turn)
    sizes = Counter(zone for zones in surveyed.zones.values() for zone in zones)
    return tuple(_minute(at, some, surveyed, sizes) for at, some in sorted(by_minute.items()))


def _minute(at: datetime, turns: Iterable[Turn], surveyed: Survey, sizes: Counter[str]) -> Minute:
    moves = Counter((turn.before, turn.level, turn.ramp) for turn in turns)
    names = {turn.luminaire for turn in turns}
    zones = Counter(zone for name in names for zone in surveyed.zones.get(name, ()))
    share = max((100 * number // sizes[zone] for zone, number in zones.items()), default=100)
    told = (Move(before, level, ramp, number) for (before, level, ramp), number in moves.items())
    return Minute(at, len(names), share, tuple(sorted(told, key=lambda move: (-move.luminaires, move.level))))


def _held(walk: Walk, name: str, order: Ordered) -> Wish | None:
    luminaire = walk.luminaires.get(name)
    wish = None if luminaire is None else luminaire.wanted
    return wish if wish is not None and wish.by not in order.names else None


class _Followed:
    """The luminaires of the order on their way.

    Attributes:
        faulty: who has a fault at the outset.
        sound: who has none.
        waiting: who is not where it will stay.
    """

    def __init__(self, order: Ordered, walk: Walk, watch: Watch, breathe: Callable[[], None]) -> None:
        self._order, self._watch, self._breathe = order, watch, breathe
        known = [walk.luminaires[name] for name in sorted(order.luminaires) if name in walk.luminaires]
        found = {item.id: next((fault for fault in _OUT_OF_REACH if item.has(fault)), None) for item in known}
        self.faulty = {name: fault for name, fault in found.items() if fault is not None}
        self.sound = found.keys() - self.faulty.keys()
        self.waiting = set(self.sound)
        self.dwelling: dict[str, datetime] = {}
        self.dark: dict[str, datetime] = {}
        self._turned: set[str] = set()
        self._turns = 0

    def note(self, walk: Walk) -> bool:
        """Note what the walk has just reached; whether nothing more is to come."""
        self._breathe()
        more = walk.turns[self._turns :]
        self._turned |= {turn.luminaire for turn in more if turn.by in self._order.names}
        self._turns += len(more)
        for luminaire in (walk.luminaires[name] for name in walk.touched if name in self.sound):
            if luminaire.wanted is not None and luminaire.wanted.by in self._order.names:
                self._note(luminaire, walk.now)
            waits = luminaire.in_flight is not None or luminaire.confined.look_at is not None
            (self.waiting.add if waits else self.waiting.discard)(luminaire.id)
        return walk.now >= self._order.acts_from and not self.waiting

    def _note(self, luminaire: Luminaire, now: datetime) -> None:
        confined = luminaire.confined
        if Cut.DWELL in confined.cuts and confined.look_at is not None and luminaire.id not in self._turned:
            self.dwelling.setdefault(luminaire.id, confined.look_at)
        around = self._watch.network.around(luminaire.id, now)
        if around.expected_from is not None and not around.is_expected(now):
            self.dark.setdefault(luminaire.id, around.expected_from)
