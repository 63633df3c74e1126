"""One notice to one person over one medium, from queued to its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notifier.domain.channel import Language, Medium, Parcel
from services.notifier.domain.delivering.delivering import Attempt, Decision, Reason
from services.notifier.domain.people.routing import Recipient, RouteReason
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationChanged, NotificationState


class Kind(StrEnum):
    """What a notice says; also the name of its layouts.

    ``moved`` is a layout alone: a notice that goes another way stays what it was.
    """

    FIRE = "fire"
    WORSEN = "worsen"
    EASE = "ease"
    RESOLVE = "resolve"
    UPDATE = "update"
    ESCALATION = "escalation"
    REMINDER = "reminder"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    DIGEST = "digest"
    OVERRIDE_USED_UP = "override-used-up"
    OVERRIDE_GRANTED_AGAIN = "override-granted-again"
    OVERRIDE_CUT = "override-cut"
    SILENCE_ENDS = "silence-ends"
    MOVED = "moved"
    OPTED_OUT = "opted-out"
    HAND_OVER = "hand-over"
    ON_CALL_GAPS = "on-call-gaps"
    FOLDED_DIGEST = "folded-digest"
    MORE_FOLLOW = "more-follow"
    BUDGET_WARNING = "budget-warning"
    BUDGET_SPENT = "budget-spent"
    PEOPLE_REFUSED = "people-refused"
    LIGHTING_REFUSED = "lighting-refused"


TELLING: Final = (Kind.FIRE, Kind.WORSEN, Kind.EASE, Kind.UPDATE, Kind.ESCALATION)
"""What tells of an alert that fires: who was sent one of these hears of the end."""

IN_LINE: Final = (*TELLING, Kind.REMINDER, Kind.ACKNOWLEDGED, Kind.UNACKNOWLEDGED)
"""What is said of an incident while it is open: each to the same listener after the one before."""

_ASKING: Final = (Kind.FIRE, Kind.WORSEN, Kind.ESCALATION, Kind.UNACKNOWLEDGED)


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A notice and where it is in its life.

    Attributes:
        id: derived from what makes it unique, so that the same notice is never made twice.
        team: the team whose member the person is.
        person: id.
        recipient: the person as shown to others.
        channel: what carries it: as configured when it was queued, then what really took it.
        route: why this person is told.
        reason: why it is in its state.
        changed_at: when it came into its state, UTC; of one that is attempted, when the attempt began.
        due_at: when something must be done about it; None: nothing, or not before ``after`` is settled.
        after: the notification that must be settled first.
        reference: what the carrier calls it.
        asked: how often the carrier was asked about the last attempt and did not say.
        doubts: how many attempts ended with nobody knowing whether they reached the person.
    """

    id: str
    kind: Kind
    incident: str | None
    criticality: str
    team: str
    person: str
    recipient: str
    medium: Medium
    channel: str
    address: str = field(repr=False)
    route: RouteReason
    state: NotificationState
    reason: Reason
    subject: str
    body: str
    queued_at: datetime
    changed_at: datetime
    due_at: datetime | None
    attempts: int = 0
    after: str | None = None
    reference: str | None = None
    asked: int = 0
    doubts: int = 0
    trace: str = ""
    language: Language = Language.FRENCH

    def decided(self, decision: Decision, now: datetime) -> Notification:
        """The notification after a decision about it."""
        goes_on = self.state is decision.state is NotificationState.ATTEMPTING
        return replace(
            self,
            state=decision.state,
            reason=decision.reason,
            due_at=decision.due_at,
            changed_at=self.changed_at if goes_on else now,
            asked=decision.asked,
            doubts=self.doubts + decision.leaves_doubt,
        )

    def hurried(self, now: datetime) -> Notification:
        """The same; if it waits for a further try, that is due now."""
        waits = self.state is NotificationState.QUEUED and self.due_at is not None
        return replace(self, due_at=min(self.due_at or now, now)) if waits else self

    def again_over(self, medium: Medium, address: str) -> Recipient:
        """Whom it told, as the one who is told more: not as the teams are today. Who was told is told."""
        return Recipient(
            person=self.person,
            shown=self.recipient,
            medium=medium,
            address=address,
            team=self.team,
            meant_for=self.team,
            reason=RouteReason.TOLD_OF_FIRE,
            language=self.language,
        )

    def attempt(self) -> Attempt:
        """What a decision about the attempt under way must know."""
        return Attempt(
            number=self.attempts,
            began_at=self.changed_at,
            reason=self.reason,
            asked=self.asked,
            doubts=self.doubts,
            is_vital=self.criticality == Criticality.VITAL.value,
        )

    @property
    def is_answerable(self) -> bool:
        """Whether it asks its reader, by mail, to take care of an incident."""
        return self.medium is Medium.EMAIL and self.incident is not None and self.kind in _ASKING

    def parcel(self, link: str | None = None) -> Parcel:
        """What the channel is given."""
        return Parcel(
            notification=self.id,
            thread=self.incident or self.id,
            medium=self.medium,
            recipient=self.recipient,
            address=self.address,
            subject=self.subject,
            body=self.body,
            at=self.changed_at,
            language=self.language,
            kind=self.kind.value,
            criticality=self.criticality,
            incident=self.incident,
            team=self.team,
            link=link,
        )

    def changed(self) -> NotificationChanged:
        """What the others are told: no person, no address, no text."""
        return NotificationChanged(
            notification=self.id,
            incident=self.incident,
            channel=self.channel,
            state=self.state,
            at=self.changed_at,
            reason=self.reason.value,
            trace=self.trace,
        )
