"""What telemetry is told of luminaires: what they report and what is wrong with them, as of any sensor.

It is told on each change, and once in each period of fifteen minutes while a luminaire is heard. Of one that is not
heard nothing is told, for rules have to see its silence, but that it has a communication fault: when that is found, and
again with each further command that it does not answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.luminaire import Luminaire
from shared.model.luminaires import LuminaireObserved

PERIOD: Final = timedelta(minutes=15)
"""That of the kind ``luminaire``."""
PROPERTIES: Final = {
    Fault.LAMP: "failure",
    Fault.COMMUNICATION: "communication_fault",
    Fault.STUCK: "stuck",
    Fault.DAY_BURNER: "day_burner",
}
"""The property, 0 or 1, that says whether a fault stands."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_APART: Final = timedelta(milliseconds=1)


def observe_heard(before: Luminaire, after: Luminaire) -> tuple[Luminaire, LuminaireObserved | None]:
    """What is told when a report was taken; None: nothing new. The luminaire remembers when it was told of."""
    at = after.reported_at
    if at is None:
        return after, None
    if _state(before) == _state(after) and after.observed_at is not None and _period(at) <= _period(after.observed_at):
        return after, None
    return _told(after, at, _values(after))


def observe_found(before: Luminaire, after: Luminaire, now: datetime) -> tuple[Luminaire, LuminaireObserved | None]:
    """What is told when faults were found or ended without a report, or a command was again in vain: that alone."""
    if before.findings == after.findings:
        return after, None
    changed = {
        name: float(after.has(fault)) for fault, name in PROPERTIES.items() if before.has(fault) != after.has(fault)
    }
    if _tries(after) > _tries(before) > 0:
        changed[PROPERTIES[Fault.COMMUNICATION]] = 1.0
    return _told(after, now, changed) if changed else (after, None)


def _told(luminaire: Luminaire, at: datetime, values: dict[str, float]) -> tuple[Luminaire, LuminaireObserved]:
    # Two states of one moment would contradict each other.
    time = at if luminaire.observed_at is None else max(at, luminaire.observed_at + _APART)
    return replace(luminaire, observed_at=time), LuminaireObserved(point=luminaire.id, time=time, values=values)


def _values(luminaire: Luminaire) -> dict[str, float]:
    level = luminaire.feedback if luminaire.actual is None else luminaire.actual
    values = {name: float(luminaire.has(fault)) for fault, name in PROPERTIES.items()}
    if level is not None:
        values["level"] = float(level)
    if luminaire.power_w is not None:
        values["power"] = luminaire.power_w
    return values


def _tries(luminaire: Luminaire) -> int:
    """How many commands it did not answer."""
    return sum(finding.tries for finding in luminaire.faults if finding.fault is Fault.COMMUNICATION)


def _state(luminaire: Luminaire) -> tuple[object, ...]:
    level = luminaire.feedback if luminaire.actual is None else luminaire.actual
    return level, frozenset(finding.fault for finding in luminaire.faults)


def _period(moment: datetime) -> int:
    return (moment - _EPOCH) // PERIOD
