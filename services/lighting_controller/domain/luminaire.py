"""A luminaire: what is wanted of it, what was sent to it, what it said, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Lost, Wish
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.road_class import Cut

TOLERANCE: Final = 10
"""Points between the light and the command that are no fault: constant light output, rounding of drivers."""
LIT_W: Final = 5.0
"""A luminaire that draws more burns, whatever it says of itself (rule L3): a driver on standby draws 0.5 W at most."""
_DARK_W: Final = 1.0
"""Less than any lamp draws that gives light, more than a driver on standby (0.5 W, EU 2019/2020)."""
_SEEN: Final = 5
"""Percent; below it a small luminaire may draw less than ``_DARK_W`` and be well."""


class InFlight(Struct, frozen=True):
    """The command that was sent last and has not been seen to work.

    Attributes:
        tries: how often this level was sent; 0: not yet, its turn comes.
        check_at: when it is looked at again.
        sent_at: when it was sent last; None: not yet, or by a version that did not note it.
    """

    level: int
    tries: int
    check_at: datetime
    sent_at: datetime | None = None


class Told(Struct, frozen=True):
    """The last level that was noted as sent; whether it arrived shows in reports.

    Attributes:
        before: the level from which it went there; the first of several, if they came within a minute of each other.
        at: when it was last sent as a change: to a luminaire that was told or seen at another level, UTC.
        dimmed_at: when it was last sent so to one that was told or seen at a higher level; None: never.
        counted_at: when it last changed in a way that counts in the share of its zone; None: never.
    """

    level: int
    before: int
    at: datetime
    dimmed_at: datetime | None = None
    counted_at: datetime | None = None


class Confined(Struct, frozen=True):
    """What the envelope made of what is wanted.

    Attributes:
        since: since when it is held up; None: it is not.
        look_at: when more may be allowed; None: no more ever is.
    """

    cuts: tuple[Cut, ...] = ()
    since: datetime | None = None
    look_at: datetime | None = None


class Luminaire(Struct, frozen=True, kw_only=True):
    """What is wanted of a luminaire and what is known of it.

    Attributes:
        wanted: the wish that won; None: not decided yet.
        lost: the wishes that did not, the strongest first.
        floor: percent that binds now; None: it is day.
        confined: what the envelope made of ``wanted``.
        target: what it is commanded now: ``wanted`` with the level and the ramp that the envelope leaves.
        told: what was noted as sent; None: nothing ever was.
        sequence: of its last command.
        obeyed: of the last command that it says it obeyed; None: not heard, or it can't tell.
        feedback, actual: percent, as reported; None: not heard.
        power_w: watts that it measured, as reported; None: it does not measure them.
        lamp_failure: whether it says that its lamp has failed; None: it can't tell.
        findings: what is wrong or suspected, and what has just ended.
        changes: how often its light was seen at another level than before.
        changed_at: when its target, feedback or light last changed.
        examine_at: when it is looked at again though nothing is sent to it.
        observed_at: the time of the last observation that was told of it.
    """

    id: str
    wanted: Wish | None = None
    lost: tuple[Lost, ...] = ()
    floor: int | None = None
    confined: Confined = Confined()
    target: Wish | None = None
    told: Told | None = None
    in_flight: InFlight | None = None
    sequence: int = 0
    obeyed: int | None = None
    feedback: int | None = None
    actual: int | None = None
    power_w: float | None = None
    lamp_failure: bool | None = None
    reported_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    changes: int = 0
    changed_at: datetime | None = None
    examine_at: datetime | None = None
    observed_at: datetime | None = None

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong with it now."""
        return tuple(finding for finding in self.findings if finding.stands) if self.findings else ()

    @property
    def fault(self) -> Fault | None:
        """What is worst of what is wrong with it, as ``Fault`` has them; None: nothing is."""
        if not self.findings:
            return None
        return min((finding.fault for finding in self.faults), key=list(Fault).index, default=None)

    def with_open_findings(self) -> Luminaire:
        """The luminaire without what has ended, as it is known from then on."""
        if all(finding.ended_at is None for finding in self.findings):
            return self
        return replace(self, findings=tuple(finding for finding in self.findings if finding.ended_at is None))

    def has(self, *faults: Fault) -> bool:
        """Whether one of these stands."""
        return any(finding.fault in faults for finding in self.faults) if self.findings else False

    @property
    def obeys(self) -> bool:
        """Whether it says that what is wanted is in effect, and nothing on its way to it will change that."""
        return self.target is not None and self.feedback == self.target.level and not self._hears_another

    @property
    def does_otherwise(self) -> bool:
        """Whether it says that it obeys the last command and does another level: it has limits of its own."""
        if self.target is None or self.feedback is None or self.obeyed is None or not self.sequence:
            return False
        return self.obeyed >= self.sequence and self.feedback != self.target.level

    @property
    def is_in_place(self) -> bool:
        """Whether it does what is wanted, its ramp behind it."""
        return self.obeys and not self._is_off_target and not self._is_on_its_way

    @property
    def is_settled(self) -> bool:
        """Whether no command would better it: it is in place, or it obeys and its lamp has failed.

        One that was never commanded follows its own programme: what it does now it leaves with the next step of that,
        all at once with its neighbours and whatever limits bind, so it is told even what it does.
        """
        return self.sequence > 0 and (self.is_in_place or (self.obeys and self.has(Fault.LAMP)))

    def fails(self, *faults: Fault) -> bool:
        """Whether one of these stands, and nothing speaks of its end."""
        return any(item.fault in faults and item.well_since is None for item in self.faults) if self.findings else False

    @property
    def due_at(self) -> datetime | None:
        """When it has to be looked at; None: only if something is wanted of it, or heard."""
        return _earlier(self._command_at, self.examine_at)

    @property
    def is_dark(self) -> bool:
        """Whether it gives no light though it says that it is commanded to."""
        if self.actual == 0:
            return bool(self.feedback)
        level = self.feedback if self.actual is None else self.actual
        return bool(self.feedback) and self.power_w is not None and self.power_w < _DARK_W and (level or 0) >= _SEEN

    @property
    def burns(self) -> bool | None:
        """Whether there is light, by its own word or by what it draws; None: neither tells."""
        if self.actual is None and self.power_w is None:
            return None
        return bool(self.actual) or (self.power_w or 0.0) > LIT_W

    @property
    def _command_at(self) -> datetime | None:
        if self.in_flight is not None:
            return self.in_flight.check_at
        if self.target is None or self.is_settled:
            return self.confined.look_at
        return self.changed_at

    @property
    def last_level(self) -> int | None:
        """What it was told last, or else says that it does; None: nobody knows."""
        return self.feedback if self.told is None else self.told.level

    @property
    def _hears_another(self) -> bool:
        """Whether a command that it has not obeyed yet may still change its level."""
        flight = self.in_flight
        if flight is None or self.target is None:
            return False
        if self.obeyed is not None:
            return self.obeyed < self.sequence
        return flight.tries > 0 and (flight.level != self.target.level or self._was_reported_before(flight))

    def _was_reported_before(self, flight: InFlight) -> bool:
        """What it said before the command left does not acknowledge it."""
        return flight.sent_at is not None and self.reported_at is not None and self.reported_at < flight.sent_at

    @property
    def _is_on_its_way(self) -> bool:
        """Whether its light was still moving when it spoke, though already near: it is heard again after its ramp."""
        flight, target = self.in_flight, self.target
        if flight is None or flight.sent_at is None or target is None or self.reported_at is None:
            return False
        return self.actual not in (None, target.level) and self.reported_at < flight.sent_at + target.ramp

    @property
    def _is_off_target(self) -> bool:
        if self.target is None:
            return False
        level = self.target.level
        if self.actual is not None and (abs(self.actual - level) > TOLERANCE or (self.actual > 0) != (level > 0)):
            return True
        return level == 0 and (self.power_w or 0.0) > LIT_W


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
