"""The state of one alert, of one rule at one point, and what can become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from services.rules_engine.domain.decision import Trace
from services.rules_engine.domain.scene import Scene


class Phase(StrEnum):
    """PENDING: the condition holds, but not yet for as long as the rule asks."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


class Hold(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of one level of a rule. Times are event times, UTC.

    Attributes:
        since: of PENDING: since when ``when`` holds; of FIRING: when it began to fire.
        count: of PENDING: at how many observations in a row ``when`` held.
        ripe_at: of PENDING: when those were enough.
        clearing_since: since when it could end.
        clearing_count: at how many observations in a row it could.
        lapses_at: when the values that the phase stands on grow stale and so change what it is, unless new ones come.
        settles_at: of PENDING: until when, by the clock, rules to which this one gives way may speak first.
    """

    phase: Phase = Phase.INACTIVE
    since: datetime | None = None
    count: int = 0
    ripe_at: datetime | None = None
    clearing_since: datetime | None = None
    clearing_count: int = 0
    lapses_at: datetime | None = None
    settles_at: datetime | None = None

    @property
    def fires(self) -> bool:
        return self.phase is Phase.FIRING


class AlertState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a rule remembers of a point, or of a group, between two steps. Times are UTC.

    Attributes:
        holds: one for each level of the rule, the mildest first; none: nothing is remembered.
        firing_since: event time at which the first of them began to fire.
        fired_last: event time at which the alert fired last, of a rule that fires once in a period.
        told_level: the worst level that was told in that period.
        watched_since: when the rule first looked at the point, of a rule that asks for silence.
        decided_for: the end of the period that was decided last, of a rule that decides every so often.
        seen: event time of the newest sample that was decided on, of a rule that reads several points.
        renew_at: when the leases of its lights are renewed.
        due_at: the next moment at which a step may change something, with no new values; None: never.
        changed_at: event time of what was told last: nothing is told of an earlier time, though it be observed then.
        unheard: of a rule that asks several points for silence: those that never spoke, each with since when it is
            one of them: who has just been put up is not silent yet.
    """

    holds: tuple[Hold, ...] = ()
    firing_since: datetime | None = None
    fired_last: datetime | None = None
    told_level: int = 0
    watched_since: datetime | None = None
    decided_for: datetime | None = None
    seen: datetime | None = None
    renew_at: datetime | None = None
    due_at: datetime | None = None
    changed_at: datetime | None = None
    unheard: dict[str, datetime] = {}

    @property
    def phase(self) -> Phase:
        """FIRING if a level fires, else PENDING if one is about to."""
        phases = {hold.phase for hold in self.holds}
        return next((phase for phase in (Phase.FIRING, Phase.PENDING) if phase in phases), Phase.INACTIVE)

    @property
    def firing(self) -> tuple[int, ...]:
        """The levels that fire."""
        return tuple(index for index, hold in enumerate(self.holds) if hold.fires)


class Change(StrEnum):
    """WORSENED, EASED: it goes on at another level. RENEWED: it still fires, and holds its lights for another while."""

    FIRED = "fired"
    WORSENED = "worsened"
    EASED = "eased"
    RESOLVED = "resolved"
    RENEWED = "renewed"


class Resolution(StrEnum):
    """Why an alert ended: a closed list.

    CONDITION_CLEARED: ``until`` held. UNKNOWN: its values became unknown, and the rule says resolve. OUTSIDE_ACTIVE:
    the days and hours of the rule are over. RULE_REMOVED: the rule is gone. RULE_CHANGED: it now decides otherwise.
    POINT_REMOVED: the rule no longer watches the point.
    """

    CONDITION_CLEARED = "condition-cleared"
    UNKNOWN = "unknown"
    OUTSIDE_ACTIVE = "outside-active"
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
        before: the levels that fired before, by their place in the rule.
        after: those that fire now.
        resolution: of RESOLVED.
        values: the properties that the rule reads.
        trace: the comparisons that decided; None where no condition did.
        scene: what was to be seen then, of a period at its end: messages tell it. None where no condition decided.
    """

    kind: Change
    at: datetime
    since: datetime
    decided_at: datetime
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    resolution: Resolution | None = None
    values: tuple[Used, ...] = ()
    trace: Trace | None = None
    scene: Scene | None = field(default=None, repr=False, compare=False)

    @property
    def begun(self) -> tuple[int, ...]:
        """The levels that began to fire with it."""
        return tuple(level for level in self.after if level not in self.before)

    @property
    def left(self) -> tuple[int, ...]:
        """The levels that ceased to fire with it."""
        return tuple(level for level in self.before if level not in self.after)


@dataclass(frozen=True)
class Declared:
    """An alert of another rule, of which is said when it fires instead of playing it.

    Attributes:
        begin: UTC.
        end: UTC, excluded; None: it goes on.
    """

    rule: str
    begin: datetime
    end: datetime | None = None

    def fires(self, rule: str, now: datetime) -> bool:
        return rule == self.rule and self.begin <= now and (self.end is None or now < self.end)
