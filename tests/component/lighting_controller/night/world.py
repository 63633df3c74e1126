"""The street: lamps that outlive every controller, gateways that are away at times, a line that loses things, and what
lamps say by themselves. It notes each command that left, and which of them a lamp has heard."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.drivers.chance import Chance
from services.lighting_controller.drivers.simulated import Outage, SimulatedDriver
from tests.component.lighting_controller.night.city import END, NOON, City

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SLOWEST: Final = 3 * SECOND
LOSS: Final = 0.05
_STUCK: Final = 0.01
_OUTAGE_EVERY: Final = timedelta(hours=9)
_SPEAKS_WITHIN: Final = 30 * SECOND
_PERIOD: Final = timedelta(minutes=15)

Heard = Callable[[Command, datetime, datetime], None]
"""Is told a command that a lamp hears, when it was sent, and when it takes effect."""


class Kept:
    """The lamps in memory."""

    def __init__(self) -> None:
        self.lamps: dict[str, SimulatedLamp] = {}

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        return {name: self.lamps[name] for name in ids if name in self.lamps}

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        self.lamps.update((lamp.id, lamp) for lamp in lamps)


@dataclass(frozen=True)
class Away:
    """A gateway's absence."""

    gateway: str
    since: datetime
    until: datetime


class World:
    """Everything outside of the controller.

    Attributes:
        absences: of gateways; they overlap for different ones only.
        on_sent: told of each command that leaves, heard or not.
        fails_at: told the number of commands of a sending; of how many of them only is delivered before the process
            dies; None: it lives.
    """

    def __init__(self, city: City, seed: int, slots: int) -> None:
        self._chance, dice = random.Random(seed), Chance(seed)  # noqa: S311 - a made-up night
        self.city = city
        self.kept = Kept()
        self.stuck = dice.some(city.lamps, _STUCK, "stuck")
        self.absences = [away for gateway in city.gateways for away in self._absences(gateway)]
        self._by_gateway = {gateway: [a for a in self.absences if a.gateway == gateway] for gateway in city.gateways}
        self.latency = dice.latency(timedelta(), SLOWEST)
        self._loses = dice.loses(LOSS)
        self.on_heard: Heard = lambda _command, _sent, _effective: None
        self.on_sent: Callable[[Command, datetime], None] = lambda _command, _now: None
        self._now = NOON
        self.lost = 0
        self._sim = SimulatedDriver(
            self.kept,
            latency=self.latency,
            loses=self._hears,
            loses_report=dice.loses_report(LOSS),
            stuck=self.stuck,
            outages=[Outage(away.since, away.until, city.behind(away.gateway)) for away in self.absences],
        )
        self.told: dict[str, int] = {}
        self._speaking: list[tuple[datetime, str]] = []
        names = list(city.lamps)
        self.slots = [names[slot::slots] for slot in range(slots)]
        self.slot_every = _PERIOD / slots

    def _absences(self, gateway: str) -> list[Away]:
        found, moment = [], NOON + self._chance.random() * _OUTAGE_EVERY
        while moment < END - timedelta(hours=2):
            until = moment + timedelta(minutes=self._chance.uniform(5, 60))
            found.append(Away(gateway, moment, until))
            moment = until + timedelta(minutes=30) + self._chance.random() * _OUTAGE_EVERY * 2
        return found

    def reached_since(self, lamp: str, now: datetime) -> datetime | None:
        """Since when its gateway is there; None: it is away."""
        since = NOON
        for away in self._by_gateway[self.city.lamps[lamp].gateway]:
            if away.since <= now < away.until:
                return None
            if away.until <= now:
                since = max(since, away.until)
        return since

    # A driver, as the controller sees it.

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        self._now = now
        for command in commands:
            self.told[command.luminaire] = command.level
            self.on_sent(command, now)
        self._sim.send(commands, now)

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        return self._sim.reports(luminaires, now)

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        self._sim.upload(programmes, now)

    def beat(self, now: datetime) -> None:
        """They share a process."""

    def rest(self) -> None:
        """Nothing is held."""

    # The lamps by themselves.

    def look(self, luminaires: Sequence[str], now: datetime) -> list[Report]:
        """As who stands below them sees them."""
        return self._sim.look(luminaires, now)

    def return_of(self, away: Away) -> None:
        """A gateway is back: its lamps speak one after the other."""
        for lamp in sorted(self.city.behind(away.gateway)):
            self._speak(lamp, away.until + self._chance.random() * _SPEAKS_WITHIN)

    def speak_if_unlike(self, now: datetime) -> None:
        """Those that do not obey what was sent last speak, for a lamp says each minute what it does."""
        for lamp, level in self.told.items():
            known = self.kept.lamps.get(lamp)
            if known is None or known.level != level:
                self._speak(lamp, now)

    @property
    def speaks_next(self) -> datetime:
        """When the next lamp says something by itself."""
        return self._speaking[0][0] if self._speaking else END + MINUTE

    def spoken(self, now: datetime) -> list[Report]:
        """What comes through of what lamps say now."""
        lamps = dict[str, None]()
        while self._speaking and self._speaking[0][0] <= now:
            lamps[heapq.heappop(self._speaking)[1]] = None
        return list(self._sim.reports(list(lamps), now))

    def _hears(self, command: Command) -> bool:
        """Whether it gets lost; the gateway is there."""
        if self._loses(command):
            self.lost += 1
            return True
        effective = self._now + self.latency(command)
        self.on_heard(command, self._now, effective)
        self._speak(command.luminaire, effective)
        if command.ramp:
            self._speak(command.luminaire, effective + command.ramp)
        return False

    def _speak(self, lamp: str, at: datetime) -> None:
        """To the even second after: a broker hands over what came meanwhile."""
        whole = at.replace(microsecond=0, second=at.second - at.second % 2)
        heapq.heappush(self._speaking, (whole if whole == at else whole + 2 * SECOND, lamp))

    def say_slot(self, number: int, now: datetime) -> None:
        """Those whose quarter of an hour is over speak."""
        for lamp in self.slots[number % len(self.slots)]:
            self._speak(lamp, now)
