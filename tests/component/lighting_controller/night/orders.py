"""What people and rules ask of the city in one night, at random, through the controller's use cases; each is entered in
the reckoning too. An act that a killed controller did not finish is done again, as a broker or a person would."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.orders.order_wanted import WantedEmergency, WantedOverride, WantedRenewal
from services.lighting_controller.use_cases.call_emergency import call_emergency, end_emergency, renew_emergency
from services.lighting_controller.use_cases.override_group import override_group, resume_group
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from shared.actor import Actor
from shared.model.alerts import Criticality
from shared.model.lighting import LightingAct, LightingRequested
from shared.runtime.database import Database, Received
from tests.component.lighting_controller.night.reckoning import Ordered, Reckoning

MINUTE: Final = timedelta(minutes=1)
_LUCIE: Final = Actor("operator:lucie", "eclairage", emergency=True)
_LEASE, _RENEWED_EVERY = 15 * MINUTE, 10 * MINUTE
_LEVELS: Final = (0, 0, 10, 20, 30, 50, 70, 100)
_WHY: Final = "the trial of a night"

Act = Callable[[Database, datetime], None]
"""Does something with a controller's database at a moment."""
Timed = tuple[datetime, Act]


@dataclass
class Orders:
    """Makes them up.

    Attributes:
        sources: by what commands name as their cause, whose it is.
        made: how many of which sort.
    """

    reckoning: Reckoning
    chance: random.Random

    def __post_init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.made: dict[str, int] = {}
        self._number = 0
        self._calendars = load_calendars(self.reckoning.city.calendars(), "calendars.yaml")
        self._streets = sorted(self.reckoning.city.streets)

    def next(self, now: datetime) -> list[Timed]:
        """The acts of a new order, the first now and others later."""
        self._number += 1
        street = self.chance.choice(self._streets)
        sorts = {self._operator: 35, self._resume: 7, self._rule: 45, self._emergency: 13}
        make = self.chance.choices(list(sorts), list(sorts.values()))[0]
        self.made[make.__name__[1:]] = self.made.get(make.__name__[1:], 0) + 1
        return list(make(street, f"order-{self._number}", now))

    def _level(self) -> int:
        return self.chance.choice((*_LEVELS, self.chance.randrange(101)))

    def _enter(self, street: str, source: str, level: int, since: datetime, until: datetime, *, day: bool) -> Ordered:
        order = Ordered(source, street, level, since, until, day)
        self.reckoning.orders[street].append(order)
        self.reckoning.touch(street, since, until)
        return order

    def _over(self, order: Ordered, now: datetime) -> None:
        if now < order.until:
            order.until = now
            self.reckoning.touch(order.group, now)

    def _operator(self, street: str, name: str, now: datetime) -> Iterator[Timed]:
        since = now + self.chance.choice((0, 0, 0, 7, 40)) * MINUTE
        until = since + self.chance.randrange(20, 180) * MINUTE
        wanted = WantedOverride(
            group=street, level=self._level(), reason=_WHY, day=self.chance.random() < 0.3, key=name,
            start=since.isoformat(), expiration=until.isoformat(), ramp_s=self.chance.choice((0, 0, 10, 60, 120)),
        )  # fmt: skip

        def order(database: Database, at: datetime) -> None:
            override = override_group(database, wanted, _LUCIE, at).override
            if override not in self.sources:
                self.sources[str(override)] = "operator"
                self._enter(street, "operator", int(wanted.level or 0), max(since, at), until, day=wanted.day)

        yield now, order

    def _resume(self, street: str, _name: str, now: datetime) -> Iterator[Timed]:
        def resume(database: Database, at: datetime) -> None:
            resume_group(database, street, _LUCIE, at, _WHY)
            for order in self.reckoning.orders[street]:
                if order.source == "operator":
                    self._over(order, at)

        yield now, resume

    def _rule(self, street: str, name: str, now: datetime) -> Iterator[Timed]:
        criticality, day = self.chance.choice(list(Criticality)), self.chance.random() < 0.2
        level, ramp_s = self._level(), self.chance.choice((0.0, 0.0, 30.0))
        times = self.chance.randrange(9)
        known: list[Ordered] = []

        def ask(number: int, moment: datetime, act: LightingAct) -> Act:
            lease = moment + _LEASE if act is LightingAct.HOLD else None
            request = LightingRequested(
                override=name, act=act, alert=name, rule="trial.rule", owner="eclairage", criticality=criticality,
                group=street, level=level, reason=_WHY, at=moment, lease_until=lease, ramp_s=ramp_s, day=day,
            )  # fmt: skip

            def take(database: Database, at: datetime) -> None:
                take_lighting_requests(database, self._calendars, [Received(f"{name}-{number}", request)], at)
                self.sources[name] = criticality.value
                if lease is None:
                    self._over(known[0], at)
                elif known:
                    known[0].until = lease
                    self.reckoning.touch(street, lease)
                else:
                    known.append(self._enter(street, criticality.value, level, at, lease, day=day))

            return take

        moments = [now + number * _RENEWED_EVERY for number in range(times + 1)]
        for number, moment in enumerate(moments):
            yield moment, ask(number, moment, LightingAct.HOLD)
        if self.chance.random() < 0.6:
            last = moments[-1] + self.chance.randrange(1, 14) * MINUTE
            yield last, ask(times + 1, last, LightingAct.RELEASE)

    def _emergency(self, street: str, name: str, now: datetime) -> Iterator[Timed]:
        streets = sorted({street, *self.chance.sample(self._streets, k=min(2, len(self._streets)))})
        until = now + self.chance.randrange(20, 120) * MINUTE
        wanted = WantedEmergency(
            groups=streets, level=self.chance.choice((100, 100, 60)), reason=_WHY, key=name,
            expiration=until.isoformat(), day=self.chance.random() < 0.4,
        )  # fmt: skip
        known: list[Ordered] = []
        identifier: list[str] = []

        def call(database: Database, at: datetime) -> None:
            called = call_emergency(database, wanted, _LUCIE, at).emergency
            if not identifier:
                identifier.append(called)
                self.sources |= {f"{called}:{each}": "emergency" for each in streets}
                known.extend(
                    self._enter(each, "emergency", int(wanted.level), at, until, day=wanted.day) for each in streets
                )

        def renew(database: Database, at: datetime) -> None:
            later = WantedRenewal(reason=_WHY, expiration=(until + 20 * MINUTE).isoformat())
            renew_emergency(database, identifier[0], later, _LUCIE, at)
            for order in known:
                order.until = until + 20 * MINUTE
                self.reckoning.touch(order.group, at, order.until)

        def end(database: Database, at: datetime) -> None:
            end_emergency(database, identifier[0], _LUCIE, at, _WHY)
            for order in known:
                self._over(order, at)

        yield now, call
        middle = now + (until - now) / 2
        fate = self.chance.random()
        if fate < 0.5:
            yield middle, renew if fate < 0.2 else end
