"""The laws of a night, judged from what left for the lamps, what they heard, and what they do; see ``Laws.check``."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.lighting_controller.domain.commanding.driver import Command
from tests.component.lighting_controller.night.city import NOON, Lamp
from tests.component.lighting_controller.night.orders import Orders
from tests.component.lighting_controller.night.reckoning import URGENT, Reckoning, Unsure
from tests.component.lighting_controller.night.world import World

MINUTE: Final = timedelta(minutes=1)
WITHIN: Final = timedelta(minutes=2)
_EXAMPLES: Final = 5
_MANY: Final = 1_000
_EVERY_MIN: Final = ((2, 5), (7, 13))
"""How often lights and targets are looked at, where luminaires are few and where they are many."""


class Target(NamedTuple):
    """What the controller has a lamp commanded to, and since when."""

    level: int
    ramp: timedelta
    since: datetime


@dataclass
class _Way:
    """What a lamp was told last, what it heard last, and when it was last dimmed."""

    told: int | None = None
    heard: int | None = None
    dimmed_at: datetime | None = None


class Laws:
    """Watches one night.

    Attributes:
        alive_since: since when a controller is there; None: none is.
        settled: seconds from a target, or from the return of what was away, until a lamp had heard it.
        broken: how often each law was.
    """

    def __init__(self, world: World, reckoning: Reckoning, orders: Orders, begin: datetime) -> None:
        self._world, self._reckoning, self._orders = world, reckoning, orders
        self._lamps = reckoning.city.lamps
        self._ways: dict[str, _Way] = defaultdict(_Way)
        self.alive_since: datetime | None = begin
        self.targets: dict[str, Target] = {}
        self._open: dict[str, datetime] = {}
        self._blamed: set[str] = set()
        self.settled: list[float] = []
        self.broken = Counter[str]()
        self.examples: dict[str, list[str]] = defaultdict(list)
        self.commands, self.retries, self.looks = 0, 0, Counter[str]()
        self._changes: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
        world.on_sent, world.on_heard = self._sent, self._heard

    def aimed(self, lamp: str, level: int, ramp: timedelta, now: datetime) -> None:
        """The controller has this target for a lamp."""
        known = self.targets.get(lamp)
        if known is not None and known.level == level:
            return
        self.targets[lamp] = Target(level, ramp, now)
        self._blamed.discard(lamp)
        if self._does(lamp, level, now):
            self._open.pop(lamp, None)
            # What left for this target just now was heard at once.
            obeyed = self._world.kept.lamps.get(lamp)
            if obeyed is not None and obeyed.level == level and obeyed.since >= now:
                self.settled.append((obeyed.since - now).total_seconds())
        else:
            self._open[lamp] = now

    def _does(self, lamp: str, level: int, now: datetime) -> bool:
        """Whether it obeys that already: by its last command or, as one that has never heard any, by its programme."""
        known = self._world.kept.lamps.get(lamp)
        if known is not None and known.level is not None:
            return known.level == level
        return self._world.look([lamp], now)[0].feedback == level

    def _sent(self, command: Command, now: datetime) -> None:
        """Floor, step and share, of each command that leaves."""
        self.commands += 1
        self.retries += command.attempt > 1
        lamp, way = self._lamps[command.luminaire], self._ways[command.luminaire]
        try:
            floor = self._reckoning.floor(lamp, now)
        except Unsure:
            way.told = command.level
            return
        if floor is not None and command.level < floor:
            self._break("floor", f"{now:%H:%M:%S} {lamp} told {command}, floor {floor}")
        # What it heard is what its light comes to: nothing is on its way to it that is not heard.
        is_change = way.told is not None and command.level not in (way.told, way.heard)
        if is_change and not self._is_exempt(way, command, floor):
            for group in lamp.groups:
                words = f"{now:%S} {lamp.id} told {way.told} heard {way.heard} -> {command.level} {command.ref}"
                self._changes[group].append((now, lamp.id, words))
            if _leaps(way.heard, command.level, floor, lamp.bounds.step):
                self._break("step", f"{now:%H:%M:%S} {lamp} at {way.heard}, told {way.told} before, told {command}")
        way.told = command.level

    def _is_exempt(self, way: _Way, command: Command, floor: int | None) -> bool:
        """Brightening for what is urgent, and at night from dark or from below the floor."""
        starts = [level for level in (way.told, way.heard) if level is not None]
        if any(command.level < start for start in starts):
            return False
        dark = floor is not None and any(start < max(floor, 1) for start in starts)
        return dark or self._orders.sources.get(command.ref) in URGENT

    def _heard(self, command: Command, sent: datetime, effective: datetime) -> None:
        """Dwell, of each command that arrives; and how long it took until it did."""
        lamp, way = self._lamps[command.luminaire], self._ways[command.luminaire]
        if way.heard is not None and command.level < way.heard:
            dwell = lamp.bounds.dwell_min * MINUTE
            if way.dimmed_at is not None and sent < way.dimmed_at + dwell:
                self._break("dwell", f"{sent:%H:%M:%S} {lamp} dimmed at {way.dimmed_at:%H:%M:%S}, told {command}")
            way.dimmed_at = sent
        way.heard = command.level
        target = self.targets.get(lamp.id)
        if target is None or target.level != command.level or lamp.id in self._world.stuck:
            return
        since, back = self._open.pop(lamp.id, None), self._world.reached_since(lamp.id, sent)
        if since is not None and back is not None and self.alive_since is not None:
            # A command of a controller that dies while it sends counts from its birth all the same.
            took = (effective - max(since, back, self.alive_since)).total_seconds()
            self.settled.append(max(took, 0.0))

    def check(self, now: datetime) -> None:
        """Each minute: who has not heard its target in time; at times what all lights and all targets are."""
        if self.alive_since is None:
            return
        self._check_unsettled(now, self.alive_since)
        minute = (now - NOON) // MINUTE
        lights_every, targets_every = _EVERY_MIN[len(self._lamps) > _MANY]
        if minute % lights_every == 0:
            self._check_lights(now)
        if minute % targets_every == 0 and now >= self.alive_since + MINUTE:
            self._check_targets(now)

    def _check_lights(self, now: datetime) -> None:
        ready = [
            lamp for lamp, target in self.targets.items()
            if lamp not in self._open and lamp not in self._world.stuck and target.since + target.ramp + WITHIN < now
            and (back := self._world.reached_since(lamp, now)) is not None and back + WITHIN < now
        ]  # fmt: skip
        self.looks["lights"] += len(ready)
        for report in self._world.look(ready, now):
            target = self.targets[report.luminaire]
            if report.actual != target.level:
                self._break("light", f"{now:%H:%M:%S} {self._lamps[report.luminaire]} at {report.actual}, {target}")

    def _check_targets(self, now: datetime) -> None:
        for lamp, target in self.targets.items():
            try:
                self._check_target(self._lamps[lamp], target, now)
            except Unsure:
                self.looks["unsure"] += 1

    def _check_unsettled(self, now: datetime, alive: datetime) -> None:
        for lamp, since in list(self._open.items()):
            if self._does(lamp, self.targets[lamp].level, now):
                del self._open[lamp]
                continue
            back = self._world.reached_since(lamp, now)
            if back is None or lamp in self._world.stuck or lamp in self._blamed:
                continue
            if now - max(since, back, alive) > WITHIN:
                self._blamed.add(lamp)
                self._break(
                    "settled",
                    f"{now:%H:%M:%S} {self._lamps[lamp]} wants {self.targets[lamp]}, back {back:%H:%M:%S},"
                    f" controller {alive:%H:%M:%S}, told {self._ways[lamp]}",
                )

    def _check_target(self, lamp: Lamp, target: Target, now: datetime) -> None:
        """The floor under it, urgent light at once, and after a quiet time exactly what the reckoning says."""
        floor = self._reckoning.floor(lamp, now)
        touched = self._reckoning.touched(lamp, now)
        if floor is not None and target.level < floor and now > touched + MINUTE:
            self._break("floor of target", f"{now:%H:%M:%S} {lamp} {target}, floor {floor}")
        source, level = self._reckoning.wanted(lamp, now)
        wanted = max(level, floor or 0)
        if source in URGENT and target.level < wanted and now > touched + MINUTE:
            self._break("urgent", f"{now:%H:%M:%S} {lamp} {target}, {source} wants {wanted} since {touched:%H:%M:%S}")
        back = self._world.reached_since(lamp.id, now)
        if back is None or lamp.id in self._world.stuck or now < max(touched, back) + _quiet(lamp):
            return
        self.looks["quiet"] += 1
        if target.level != wanted:
            self._break("quiet", f"{now:%H:%M:%S} {lamp} {target}, {source} wants {wanted} since {touched:%H:%M:%S}")

    def check_shares(self) -> dict[str, int]:
        """The share of each zone in any minute; how full the fullest was, percent of its allowance."""
        fullest = 0
        for group, changes in self._changes.items():
            allowance, first = self._reckoning.city.allowances[group], 0
            for last, (at, _, _) in enumerate(changes):
                while changes[first][0] <= at - MINUTE:
                    first += 1
                number = len({lamp for _, lamp, _ in changes[first : last + 1]})
                fullest = max(fullest, number * 100 // allowance)
                if number > allowance:
                    those = "; ".join(words for _, _, words in changes[first : last + 1])
                    self._break("share", f"{at:%H:%M:%S} {group}: {number} of {allowance} within a minute: {those}")
        return {"fullest_share_percent": fullest, "shared_changes": sum(map(len, self._changes.values()))}

    def _break(self, law: str, words: str) -> None:
        self.broken[law] += 1
        if len(self.examples[law]) < _EXAMPLES:
            self.examples[law].append(words)


def _quiet(lamp: Lamp) -> timedelta:
    """How long the envelope may take at most from one level to any other, its waves and two seen steps included."""
    steps = -(-100 // lamp.bounds.step)
    waves = 100 // lamp.bounds.share + 3
    return (steps * (lamp.bounds.dwell_min + waves) + 5) * MINUTE


def _leaps(heard: int | None, level: int, floor: int | None, step: int) -> bool:
    """Whether a light changes by more than a step at night, where it must not.

    One below its floor goes up to it at once, also if it was told a higher level meanwhile and did not hear it.
    """
    if floor is None or heard is None or (heard < max(floor, 1) and level > heard):
        return False
    return abs(level - heard) > step
