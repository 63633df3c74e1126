"""Simulated luminaires: thousands in one process, as obedient, slow, deaf or stuck as they are told to be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from services.lighting_controller.domain.driver import Command, Report
from services.lighting_controller.domain.simulated_lamp import DEFAULT_LIGHT_STATE, SimulatedLamp


class LampMemory(Protocol):
    """Keeps the lamps between two calls, and between two processes."""

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        """Those of these ids that are known."""
        ...

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        """Store them as they are now."""
        ...


def _never(_command: Command) -> bool:
    return False


class SimulatedDriver:
    """A driver of lamps that exist only in memory.

    Args:
        memory: where the lamps are.
        latency: how long a command travels.
        loses: whether a command gets lost on the way.
        stuck: luminaires that say that they obey, and burn at their default level for ever.
        dead: luminaires that obey, and whose lamp has failed.
        mute: luminaires that neither hear nor say anything.
    """

    def __init__(
        self,
        memory: LampMemory,
        *,
        latency: timedelta = timedelta(),
        loses: Callable[[Command], bool] = _never,
        stuck: Collection[str] = (),
        dead: Collection[str] = (),
        mute: Collection[str] = (),
    ) -> None:
        self._memory = memory
        self._latency = latency
        self._loses = loses
        self._stuck = frozenset(stuck)
        self._dead = frozenset(dead)
        self._mute = frozenset(mute)

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        """Let the lamps obey that hear of it."""
        heard = [item for item in commands if item.luminaire not in self._mute and not self._loses(item)]
        lamps = self._lamps([command.luminaire for command in heard], now)
        for command in heard:
            lamps[command.luminaire] = lamps[command.luminaire].obey(command, now + self._latency)
        self._memory.save(list(lamps.values()))

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        """What each says at this moment."""
        speaking = [luminaire for luminaire in luminaires if luminaire not in self._mute]
        lamps = self._lamps(speaking, now)
        return [self._report(lamps[luminaire], now) for luminaire in speaking]

    def rest(self) -> None:
        """There is nothing to let go of."""

    def _lamps(self, ids: Sequence[str], now: datetime) -> dict[str, SimulatedLamp]:
        known = self._memory.load(ids)
        return {identifier: known.get(identifier) or SimulatedLamp(identifier, now) for identifier in ids}

    def _report(self, lamp: SimulatedLamp, now: datetime) -> Report:
        report = lamp.report(now)
        if lamp.id in self._dead:
            return replace(report, actual=0, lamp_failure=True)
        return replace(report, actual=DEFAULT_LIGHT_STATE) if lamp.id in self._stuck else report
