"""The state of one alert, of one rule at one point, and what can become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from services.rules_engine.domain.decision import Trace
from shared.model.observations import Quality


class Sample(msgspec.Struct, frozen=True):
    """The latest value of a property at a point, in the unit of its kind; ``time`` is when it happened, UTC."""

    value: float
    time: datetime
    quality: Quality = Quality.GOOD


class Phase(StrEnum):
    """PENDING: the condition holds, but not yet for as long as the rule asks."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


class AlertState(msgspec.Struct, frozen=True):
    """All that a rule remembers of a point between two steps. Times are UTC.

    Attributes:
        pending_since: event time since which ``when`` holds.
        firing_since: event time at which it began to fire.
        clearing_since: event time since which the alert could end.
        lapses_at: when the values that the state stands on grow stale and so change what it is, unless new ones come.
        renew_at: when the leases of its lights are renewed.
        due_at: the next moment at which a step may change something, with no new values; None: never.
    """

    phase: Phase = Phase.INACTIVE
    pending_since: datetime | None = None
    firing_since: datetime | None = None
    clearing_since: datetime | None = None
    lapses_at: datetime | None = None
    renew_at: datetime | None = None
    due_at: datetime | None = None


class Change(StrEnum):
    """RENEWED: it still fires, and holds its lights for another while."""

    FIRED = "fired"
    RESOLVED = "resolved"
    RENEWED = "renewed"


class Resolution(StrEnum):
    """Why an alert ended: a closed list.

    CONDITION_CLEARED: ``until`` held. UNKNOWN: its values became unknown, and the rule says resolve.
    RULE_REMOVED: the rule is gone. RULE_CHANGED: it now decides otherwise. POINT_REMOVED: the rule no longer
    watches the point.
    """

    CONDITION_CLEARED = "condition-cleared"
    UNKNOWN = "unknown"
    RULE_REMOVED = "rule-removed"
    RULE_CHANGED = "rule-changed"
    POINT_REMOVED = "point-removed"


@dataclass(frozen=True)
class Used:
    """A property as a decision saw it: ``value`` None is unknown, ``time`` None never observed."""

    property: str
    value: float | None
    time: datetime | None


@dataclass(frozen=True)
class Transition:
    """What became of an alert.

    Attributes:
        at: event time of the change.
        since: event time at which the alert began to fire.
        decided_at: by the clock; leases count from here.
        resolution: of RESOLVED.
        values: the properties that the rule reads.
        trace: the comparisons that decided; None where no condition did.
    """

    kind: Change
    at: datetime
    since: datetime
    decided_at: datetime
    resolution: Resolution | None = None
    values: tuple[Used, ...] = ()
    trace: Trace | None = None
