"""A night of a whole city in simulated time: a twentieth of all that is said gets lost, gateways come and go, there are
orders at random, and a controller that is killed ten times and replaced. Afterwards: which laws were broken."""

from __future__ import annotations

import heapq
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.component.lighting_controller.night.city import END, NOON, City
from tests.component.lighting_controller.night.laws import Laws
from tests.component.lighting_controller.night.orders import Act, Orders
from tests.component.lighting_controller.night.process import Doom, Killed, Process
from tests.component.lighting_controller.night.reckoning import Reckoning
from tests.component.lighting_controller.night.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KILLS: Final = 10
_DRAINED_EVERY_MIN: Final = 10
_DEAD_S: Final = (5, 60)
_ORDERS_EVERY: Final = timedelta(minutes=200)
"""For each group."""
_GRAIN: Final = timedelta(seconds=2)
"""Rows that come due within it are acted on together."""


@dataclass
class Trial:
    """One night.

    Args:
        file: of the controller's database.
        luminaires: in groups of about fifty, or six if that is more.
        told: what is said every hour of the night.
        limits: the controller's, as text; None: the city's own, by which it is judged.
    """

    file: Path
    luminaires: int
    seed: int
    told: Callable[[str], None] = lambda _words: None
    until: datetime = END
    limits: str | None = None

    def __post_init__(self) -> None:
        groups = max(6, self.luminaires // 50)
        self.city = City(self.luminaires, groups, gateways=max(4, groups // 5), seed=self.seed)
        self.chance = random.Random(self.seed)  # noqa: S311 - a made-up night
        self.world = World(self.city, self.seed, slots=60 if self.luminaires > 1000 else 5)
        self.reckoning = Reckoning(self.city)
        self.orders = Orders(self.reckoning, random.Random(self.seed + 1))  # noqa: S311 - as above
        self.laws = Laws(self.world, self.reckoning, self.orders, NOON)
        self.doom = Doom(self.chance)
        self._turn = itertools.count()
        self._heap: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._backlog: list[Act] = []
        self._due: datetime | None = NOON
        self._acted_at = NOON - MINUTE
        self.kills: list[str] = []
        self.counts = Counter[str]()
        self._orders_every = _ORDERS_EVERY / groups
        self.process: Process | None = Process(
            self.file, self.city, self.world, self.doom, self.limits or self.city.limits()
        )

    def run(self) -> dict[str, Any]:
        """The figures; ``good`` tells whether every law was kept."""
        began = time.monotonic()
        self._plan(NOON)
        self._do(NOON, lambda _database, at: self._alive.begin(at))
        while (now := self._next()) < self.until:
            if self._heap and self._heap[0][0] <= now:
                heapq.heappop(self._heap)[2](now)
            elif self.world.speaks_next <= now:
                reports = self.world.spoken(now)
                self.counts["reports"] += len(reports)
                self._do(now, lambda _database, at, reports=reports: self._alive.hear(reports, at))  # type: ignore[misc]
            else:
                self._act(now)
        return self._figures(time.monotonic() - began)

    def _born(self) -> Process:
        return Process(self.file, self.city, self.world, self.doom, self.limits or self.city.limits())

    @property
    def _alive(self) -> Process:
        assert self.process is not None
        return self.process

    def _plan(self, now: datetime) -> None:
        self._at(now + MINUTE, self._look)
        self._at(now + 3 * MINUTE, self._order)
        self._at(now, lambda at: self._slot(0, at))
        for away in self.world.absences:
            self._at(away.until, lambda _now, away=away: self.world.return_of(away))  # type: ignore[misc]
        night = (END - NOON) * 0.97
        for _ in range(KILLS):
            self._at(now + self.chance.random() * night, self._arm)
        self._at(now + timedelta(hours=1), self._tell)

    def _at(self, moment: datetime, what: Callable[[datetime], None]) -> None:
        heapq.heappush(self._heap, (moment, next(self._turn), what))

    def _next(self) -> datetime:
        moments = [self.world.speaks_next]
        if self._heap:
            moments.append(self._heap[0][0])
        if self.process is not None and self._due is not None:
            moments.append(max(self._due, self._acted_at + _GRAIN))
        return min(moments)

    def _do(self, now: datetime, act: Act) -> None:
        """An act of the living controller, and what is due by it; of a dead one when another lives."""
        if self.process is None:
            self._backlog.append(act)
            return
        try:
            act(self.process.database, now)
            self._due = now if self._due is None else min(self._due, self.process.next_due() or self._due)
        except Killed as killed:
            self._backlog.append(act)
            self._die(now, killed)

    def _act(self, now: datetime) -> None:
        try:
            self._acted_at = now
            self._due = self._alive.act(now)
            self.counts["acts"] += 1
        except Killed as killed:
            self._die(now, killed)
            return
        self._see(now, changed_at=now)

    def _see(self, now: datetime, changed_at: datetime | None = None) -> None:
        for lamp, level, ramp_s in self._alive.targets(changed_at):
            self.laws.aimed(lamp, level, timedelta(seconds=ramp_s), now)

    def _die(self, now: datetime, killed: Killed) -> None:
        self.kills.append(f"{now:%H:%M:%S} {killed}")
        self._alive.abandon()
        self.process, self.laws.alive_since = None, None
        self._at(now + self.chance.uniform(*_DEAD_S) * SECOND, self._revive)

    def _revive(self, now: datetime) -> None:
        self.process = self._born()
        backlog, self._backlog = self._backlog, []
        self.laws.alive_since, self._due = now, now
        try:
            self._see(now)
            self.process.take_up(now)
        except Killed as killed:
            self._backlog = backlog
            self._die(now, killed)
            return
        for act in backlog:
            self._do(now, act)

    def _arm(self, _now: datetime) -> None:
        self.doom.arm()

    def _look(self, now: datetime) -> None:
        self.laws.check(now)
        if self.process is not None and now.minute % _DRAINED_EVERY_MIN == 0:
            self.counts += self.process.drain()
        self.world.speak_if_unlike(now)
        self._at(now + MINUTE, self._look)

    def _order(self, now: datetime) -> None:
        for moment, act in self.orders.next(now):
            self._at(moment, lambda at, act=act: self._do(at, act))  # type: ignore[misc]
        self._at(now + self._orders_every * self.chance.uniform(0.2, 1.8), self._order)

    def _slot(self, number: int, now: datetime) -> None:
        self.world.say_slot(number, now)
        self._at(now + self.world.slot_every, lambda at: self._slot(number + 1, at))

    def _tell(self, now: datetime) -> None:
        self.told(
            f"{now:%H:%M} UTC, {self.laws.commands} commands, {len(self.kills)} kills,"
            f" {sum(self.laws.broken.values())} broken"
        )
        self._at(now + timedelta(hours=1), self._tell)

    def _figures(self, seconds: float) -> dict[str, Any]:
        laws, shares = self.laws, self.laws.check_shares()
        whole = len(self.kills) == KILLS and self.until == END
        return {
            "luminaires": self.luminaires, "groups": len(self.city.streets),
            "hours": (self.until - NOON) / (60 * MINUTE), "seed": self.seed,
            "commands": laws.commands, "retries": laws.retries, "lost": self.world.lost,
            "outages": len(self.world.absences), "stuck": len(self.world.stuck), "kills": len(self.kills),
            "killed": self.kills, "orders": dict(self.orders.made), **self.counts, "looks": dict(laws.looks),
            "settle_s": _spread(laws.settled), **shares, "faults": self.process.faults() if self.process else None,
            "broken": dict(laws.broken), "examples": dict(laws.examples), "seconds": round(seconds, 1),
            "good": not laws.broken and whole,
        }  # fmt: skip


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    at = {name: ordered[int(share * (len(ordered) - 1))] for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1))}
    return {"number": len(values), **{name: round(value, 1) for name, value in at.items()}}
