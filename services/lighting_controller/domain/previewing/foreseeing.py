"""What luminaires will do over time: the same steps that really act, walked ahead with luminaires that obey.

What can't be known beforehand is left out: a luminaire without a known fault hears every command at once and says so,
nobody asks for anything more, and gateways carry nothing for luminaires that are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.commanding.deciding import Verdict, next_decision, verdicts_of
from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.hearing import hear
from services.lighting_controller.domain.commanding.kept_programme import DEFAULT_LIGHT_STATE
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.settling import settle
from services.lighting_controller.domain.commanding.simulated_lamp import SimulatedLamp
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import MINUTE
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.faults.examining import examine
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.orders.counting import advance
from services.lighting_controller.domain.orders.override import Override


@dataclass(frozen=True)
class Outset:
    """What stands when the walk begins.

    Attributes:
        luminaires: those that are looked at, and all that share a zone with them.
        groups: of all of these, by id.
        due: when each group is decided again; a group without a moment waits for one of its overrides.
        overrides: of all of these groups.
        paces: how many messages may leave.
    """

    luminaires: Sequence[Luminaire]
    groups: Mapping[str, LuminaireGroup]
    due: Mapping[str, datetime]
    overrides: Sequence[Override]
    paces: Paces = field(default_factory=Paces)


@dataclass(frozen=True)
class Turn:
    """A command that a luminaire obeys and that changes its light.

    Attributes:
        before: percent; None: nobody knows where it stood.
        by: for whom, as ``Wish`` has it.
    """

    luminaire: str
    at: datetime
    before: int | None
    level: int
    ramp: timedelta
    by: str


class Walk:
    """Walks ahead from what stands. Nothing outside of it changes.

    Attributes:
        now: the moment up to which it has walked.
        luminaires: as they are then, by id.
        turns: what changed on the way, in order.
        touched: the luminaires that were looked at last.
    """

    def __init__(self, outset: Outset, calendars: Calendars, surveyed: Survey, watch: Watch, now: datetime) -> None:
        self.now = now
        self.luminaires = {item.id: item.with_open_findings() for item in outset.luminaires}
        self.turns: list[Turn] = []
        self.touched: Sequence[str] = sorted(self.luminaires)
        self._groups, self._due = outset.groups, dict(outset.due)
        self._overrides = {override.id: override for override in outset.overrides}
        self._paces = outset.paces
        self._calendars, self._surveyed = calendars, surveyed
        # Whoever obeys at once is never silent, and needs no spreading of tries.
        self._watch = replace(watch, patience=replace(watch.patience, silent_after=None, spread=0.0))
        self._lamps = {item.id: _lamp(item, now) for item in outset.luminaires}
        self._at = {item.id: at for item in outset.luminaires if (at := item.due_at) is not None}

    def walk(self, until: datetime, is_over: Callable[[Walk], bool]) -> None:
        """Act at every moment before ``until`` at which something is due, until all is over."""
        while (due_at := self._next_due()) is not None and due_at < until:
            self.now = max(due_at, self.now)
            self._act()
            if is_over(self):
                return

    def _next_due(self) -> datetime | None:
        moments = [override.due_at for override in self._overrides.values()]
        return min(filter(None, (*moments, *self._due.values(), *self._at.values())), default=None)

    def _act(self) -> None:
        now = self.now
        due = {group for group, at in self._due.items() if at <= now} | self._due_by_override()
        members = {name for group in due if group in self._groups for name in self._groups[group].luminaires}
        concerned = sorted((members & self.luminaires.keys()) | {name for name, at in self._at.items() if at <= now})
        self._hear(concerned)
        for override in [item for item in self._overrides.values() if item.order.group in due]:
            group = self._groups.get(override.order.group)
            plan = self._calendars.plan_of(group.id, group.site) if group else None
            self._overrides[override.id] = advance(override, now, plan).override
        verdicts = self._decide(due)
        luminaires = [self.luminaires[name] for name in concerned]
        settled = settle(luminaires, verdicts, self._surveyed, self._changed(), now, self._watch, self._paces)
        self._paces = settled.paces
        self._keep(settled.after)
        self._send(settled.commands)
        self._hear([command.luminaire for command in settled.commands])
        self.touched = concerned

    def _due_by_override(self) -> set[str]:
        living = ((override.order.group, override.due_at) for override in self._overrides.values())
        return {group for group, at in living if at is not None and at <= self.now}

    def _decide(self, due: set[str]) -> Mapping[str, Verdict]:
        living = [item for item in self._overrides.values() if not item.standing.has_ended]
        for group in (self._groups[name] for name in due if name in self._groups):
            self._due[group.id] = next_decision(group, self._calendars, living, self.now)
        return verdicts_of(self._groups, due, self._calendars, living, self._surveyed, self.now) if due else {}

    def _changed(self) -> dict[str, datetime]:
        told = ((item.id, item.told.counted_at) for item in self.luminaires.values() if item.told is not None)
        return {name: at for name, at in told if at is not None and at > self.now - MINUTE}

    def _send(self, commands: Iterable[Command]) -> None:
        for command in commands:
            lamp, luminaire = self._lamps[command.luminaire], self.luminaires[command.luminaire]
            if not self._answers(luminaire):
                continue
            obeying = lamp.obey(command, self.now)
            if obeying is not lamp and lamp.level != command.level:
                turn = Turn(luminaire.id, self.now, lamp.level, command.level, command.ramp, command.ref)
                self.turns.append(turn)
            self._lamps[lamp.id] = obeying

    def _hear(self, names: Iterable[str]) -> None:
        heard = []
        for luminaire in (self.luminaires[name] for name in names):
            if self._answers(luminaire):
                told = hear(luminaire, _report(luminaire, self._lamps[luminaire.id], self.now))
                around = self._watch.network.around(luminaire.id, self.now)
                heard.append(examine(told, around, self.now, self._watch.patience).with_open_findings())
        self._keep(heard)

    def _answers(self, luminaire: Luminaire) -> bool:
        has_power = self._watch.network.around(luminaire.id, self.now).is_expected(self.now)
        return has_power and not luminaire.has(Fault.COMMUNICATION)

    def _keep(self, luminaires: Iterable[Luminaire]) -> None:
        for luminaire in luminaires:
            self.luminaires[luminaire.id] = luminaire
            if (at := luminaire.due_at) is None:
                self._at.pop(luminaire.id, None)
            else:
                self._at[luminaire.id] = at


def _lamp(luminaire: Luminaire, now: datetime) -> SimulatedLamp:
    """The luminaire as it burns by its own word; one that was just told something is on its way there."""
    level, target, flight = luminaire.feedback, luminaire.target, luminaire.in_flight
    light = level if luminaire.actual is None else luminaire.actual
    moves = flight is not None and target is not None and level == flight.level == target.level
    since = flight.sent_at if moves and flight is not None else None
    return SimulatedLamp(
        luminaire.id,
        since or now,
        before=level,
        origin=DEFAULT_LIGHT_STATE if light is None else light,
        level=level,
        ramp=target.ramp if since and target is not None else timedelta(),
        sequence=luminaire.sequence if luminaire.obeyed is None else luminaire.obeyed,
    )


def _report(luminaire: Luminaire, lamp: SimulatedLamp, now: datetime) -> Report:
    report = lamp.report(now)
    if luminaire.has(Fault.LAMP):
        return replace(report, actual=0, lamp_failure=True)
    return replace(report, actual=luminaire.actual) if luminaire.has(Fault.STUCK) else report
