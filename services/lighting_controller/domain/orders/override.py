"""An override: someone's order to hold a group at a level until a moment (TALQ: start, expiration, ramp, reason)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.calendars.calendar import Plan
from shared.model.lighting import OverrideState


class Standing(StrEnum):
    """Where an override is in its life. USED_UP: still asked for, but its lit time is spent."""

    SCHEDULED = "scheduled"
    ACTING = "acting"
    USED_UP = "used-up"
    EXPIRED = "expired"
    RELEASED = "released"

    @property
    def has_ended(self) -> bool:
        return self in (Standing.EXPIRED, Standing.RELEASED)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is wanted, and by whom; a renewal may change it.

    Attributes:
        by: the rule, or the person, that gave it.
        alert, rule: empty for a person's order.
        owner: the directorate that is told what becomes of it.
        level: percent.
        day: it acts also while the calendar has the group unlit, and then all time counts as lit.
        at_most: lit time that it may act; None: no limit.
        emergency: id of the emergency of which it is the part for this group; empty: of none.
        luminaires: it is for these of the group alone, in order; None: for all, also those that come.
    """

    source: Source
    by: str
    alert: str
    rule: str
    owner: str
    group: str
    level: int
    reason: str
    day: bool = False
    ramp: timedelta = timedelta()
    at_most: timedelta | None = None
    emergency: str = ""
    luminaires: tuple[str, ...] | None = None

    def concerns(self, luminaire: str) -> bool:
        """Whether it is for this luminaire of the group."""
        return self.luminaires is None or luminaire in self.luminaires


@dataclass(frozen=True, kw_only=True)
class Override:
    """One order, as it stands. All times UTC.

    Attributes:
        asked_at: when it was last asked for or let go; an older request changes nothing.
        lease_until: it expires then unless renewed.
        used: lit time until ``counted_until``.
        used_up_at: when the order's ``at_most`` is reached, if that is near enough to tell.
        trace: of the message that began it.
        demand: digest of what a person asked for, so that the same asked again is known; empty: a rule's.
    """

    id: str
    order: Order
    starts_at: datetime
    asked_at: datetime
    lease_until: datetime
    standing: Standing
    used: timedelta
    counted_until: datetime
    used_up_at: datetime | None = None
    trace: str = ""
    demand: str = ""

    @property
    def due_at(self) -> datetime | None:
        """When something becomes of it by itself."""
        match self.standing:
            case Standing.SCHEDULED:
                return min(self.starts_at, self.lease_until)
            case Standing.ACTING:
                return min(self.lease_until, self.used_up_at or self.lease_until)
            case Standing.USED_UP:
                return self.lease_until
            case _:
                return None

    @property
    def is_spent(self) -> bool:
        """Whether its lit time is used up."""
        return self.order.at_most is not None and self.used >= self.order.at_most

    @property
    def is_granted_again(self) -> bool:
        """Whether it has its lit time anew, once that is used up, as long as it is asked for."""
        return self.order.source is Source.VITAL_RULE and bool(self.order.at_most)

    @property
    def beats_the_switch_off(self) -> bool:
        """Whether it acts from sunset to sunrise though the calendar has the group unlit: a bylaw's night ends here."""
        return self.order.source is Source.EMERGENCY

    def wish(self, *, lit: bool, dark: bool = False) -> Wish | None:
        """What it wants now, if it acts.

        Args:
            lit: whether the calendar has the group lit.
            dark: whether the sun is down there.
        """
        if self.standing is not Standing.ACTING:
            return None
        if not (lit or self.order.day or (dark and self.beats_the_switch_off)):
            return None
        order = self.order
        return Wish(order.source, order.level, self.id, order.group, order.ramp, self.trace)

    def lit_time(self, plan: Plan | None, since: datetime, until: datetime) -> timedelta:
        """The time between two moments that counts for it; a group without a plan is never lit."""
        if self.order.day:
            return until - since
        return plan.lit_time(since, until) if plan else timedelta()

    def when_spent(self, plan: Plan | None) -> datetime | None:
        """When its lit time will be used up, counted from ``counted_until``; None: no limit, or not soon."""
        if self.order.at_most is None:
            return None
        left = max(self.order.at_most - self.used, timedelta())
        if self.order.day:
            return self.counted_until + left
        return plan.when_lit_for(self.counted_until, left) if plan else None


@dataclass(frozen=True)
class Transition:
    """What became of an override, and when."""

    state: OverrideState
    at: datetime
