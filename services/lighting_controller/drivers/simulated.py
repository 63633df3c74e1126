"""Simulated luminaires: thousands in one process, as obedient, slow, deaf, dead or stuck as they are told to be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import (
    ALONE_AFTER,
    DEFAULT_LIGHT_STATE,
    KeptProgramme,
)
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp, led_watts

Watts = Callable[[str, int], float]


class LampMemory(Protocol):
    """Keeps the lamps between two calls, and between two processes."""

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        """Those of these ids that are known."""
        ...

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        """Store them as they are now."""
        ...


@dataclass(frozen=True)
class Outage:
    """A gateway is away from ``since`` until before ``until``, UTC: its luminaires hear and say nothing.

    Attributes:
        luminaires: its ids; None: all.
    """

    since: datetime
    until: datetime
    luminaires: frozenset[str] | None = None

    def covers(self, luminaire: str, moment: datetime) -> bool:
        """Whether it cuts off a luminaire at a moment."""
        return self.since <= moment < self.until and (self.luminaires is None or luminaire in self.luminaires)


def any_led(_luminaire: str, level: int) -> float:
    """What a luminaire of no known model draws."""
    return led_watts(level)


def _never(_subject: object) -> bool:
    return False


class SimulatedDriver:
    """A driver of lamps that exist only in memory. They share its process: out of an outage they hear it at once.

    Args:
        memory: where the lamps are.
        latency: how long a command travels; a function where that differs.
        loses: whether a command gets lost on the way.
        loses_report: whether a report does.
        stuck: luminaires that say that they obey, and burn at their default level for ever.
        dead: luminaires that obey, and whose lamp has failed.
        mute: luminaires that neither hear nor say anything.
        outages: when gateways are away.
        watts: what a luminaire draws, by its id, at a level in percent; None: it can't tell.
        alone_after: a luminaire that is cut off for so long follows its programme.
    """

    def __init__(
        self,
        memory: LampMemory,
        *,
        latency: timedelta | Callable[[Command], timedelta] = timedelta(),
        loses: Callable[[Command], bool] = _never,
        loses_report: Callable[[Report], bool] = _never,
        stuck: Collection[str] = (),
        dead: Collection[str] = (),
        mute: Collection[str] = (),
        outages: Iterable[Outage] = (),
        watts: Watts | None = any_led,
        alone_after: timedelta = ALONE_AFTER,
    ) -> None:
        self._memory = memory
        self._latency = latency
        self._loses = loses
        self._loses_report = loses_report
        self._stuck = frozenset(stuck)
        self._dead = frozenset(dead)
        self._mute = frozenset(mute)
        self._outages = list(outages)
        self._watts = watts
        self._alone_after = alone_after

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        """Let the lamps obey that hear of it."""
        heard = [item for item in commands if self._is_reached(item.luminaire, now) and not self._loses(item)]
        lamps = self._lamps([command.luminaire for command in heard], now)
        for command in heard:
            # It may have been alone until a moment ago: its light moves from where it is.
            lamps[command.luminaire] = lamps[command.luminaire].obey(command, now + self._travels(command))
        self._memory.save(list(lamps.values()))

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        """What each says at this moment, of those that are heard."""
        reached = [luminaire for luminaire in luminaires if self._is_reached(luminaire, now)]
        return [report for report in self.look(reached, now) if not self._loses_report(report)]

    def look(self, luminaires: Sequence[str], now: datetime) -> list[Report]:
        """What each does at this moment, as who stands below it sees it, whether it is heard or not."""
        lamps = self._lamps(luminaires, now)
        return [self._state(lamps[luminaire], now) for luminaire in luminaires]

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        """Let the lamps keep them that hear of it."""
        heard = {item.luminaire: item for item in programmes if self._is_reached(item.luminaire, now)}
        lamps = self._lamps(list(heard), now)
        self._memory.save([replace(lamps[name], programme=programme) for name, programme in heard.items()])

    def cut(self, outage: Outage) -> None:
        """Let a gateway be away."""
        self._outages.append(outage)

    def beat(self, now: datetime) -> None:
        """Nobody has to be told: the lamps share the controller's process."""

    def rest(self) -> None:
        """There is nothing to let go of."""

    def _lamps(self, ids: Sequence[str], now: datetime) -> dict[str, SimulatedLamp]:
        known = self._memory.load(ids)
        return {identifier: known.get(identifier) or SimulatedLamp(identifier, now) for identifier in ids}

    def _travels(self, command: Command) -> timedelta:
        return self._latency(command) if callable(self._latency) else self._latency

    def _is_reached(self, luminaire: str, now: datetime) -> bool:
        return luminaire not in self._mute and self._heard(luminaire, now) == now

    def _heard(self, luminaire: str, now: datetime) -> datetime:
        """When it last heard of the controller: before the outages, one after the other, that last until now."""
        moment = now
        while cuts := [outage for outage in self._outages if outage.covers(luminaire, moment)]:
            moment = min(outage.since for outage in cuts) - timedelta(microseconds=1)
        return moment

    def _state(self, lamp: SimulatedLamp, now: datetime) -> Report:
        report = lamp.report(now, self._heard(lamp.id, now), self._alone_after)
        if lamp.id in self._dead:
            dark = None if self._watts is None else self._watts(lamp.id, 0)
            return replace(report, actual=0, lamp_failure=True, power_w=dark)
        if lamp.id in self._stuck:
            report = replace(report, actual=DEFAULT_LIGHT_STATE)
        if self._watts is None or report.actual is None:
            return report
        return replace(report, power_w=self._watts(lamp.id, report.actual))
