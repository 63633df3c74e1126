"""What becomes of a notification after each attempt, each decision with its reason.

queued -> attempting -> sent | failed | uncertain
   ^__________|  delayed, or found not to have been sent
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.channel import Sighting
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused
from shared.model.incidents import NotificationState

ATTEMPTS: Final = 10
"""A notification is given up after so many attempts, about an hour after the first."""

GRACE: Final = timedelta(minutes=1)
"""How long a word that time is used up waits for a word that it is granted again."""

_FIRST_WAIT: Final = timedelta(seconds=15)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_LONGEST_ASKED: Final = timedelta(hours=1)


class Reason(StrEnum):
    """Why a notification is in its state."""

    ROUTED = "routed"
    WAITS_FOR_FIRE = "waits-for-fire"
    WAITS_FOR_GRANT = "waits-for-grant"
    FIRE_SETTLED = "fire-settled"
    FIRE_NOT_TOLD = "fire-not-told"
    HANDED_OVER = "handed-over"
    DELAYED = "delayed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    GAVE_UP = "gave-up"
    NO_ANSWER = "no-answer"
    FOUND_SENT = "found-sent"
    FOUND_ABSENT = "found-absent"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Decision:
    """The state that follows, why, and when to act on it again (None: never)."""

    state: NotificationState
    reason: Reason
    due_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        return self.state in (NotificationState.SENT, NotificationState.FAILED, NotificationState.UNCERTAIN)


def queued(now: datetime) -> Decision:
    """It may go out at once."""
    return Decision(NotificationState.QUEUED, Reason.ROUTED, now)


def beginning(now: datetime) -> Decision:
    """It is handed to the channel. Its row stays due: found in this state again, the attempt was interrupted."""
    return Decision(NotificationState.ATTEMPTING, Reason.HANDED_OVER, now)


def accepted() -> Decision:
    """The channel took it."""
    return Decision(NotificationState.SENT, Reason.ACCEPTED)


def after_error(error: DeliveryError, attempts: int, now: datetime) -> Decision:
    """The channel didn't take it, or doesn't know."""
    if isinstance(error, DeliveryDelayed):
        return _again(Reason.DELAYED, attempts, now + _wait(attempts, error.retry_after_s))
    if isinstance(error, DeliveryRefused):
        return Decision(NotificationState.FAILED, Reason.REFUSED)
    return Decision(NotificationState.UNCERTAIN, Reason.NO_ANSWER)


def after_interruption(sighting: Sighting, attempts: int, now: datetime) -> Decision:
    """The process died, or raised, between handing it over and noting the result."""
    match sighting:
        case Sighting.SENT:
            return Decision(NotificationState.SENT, Reason.FOUND_SENT)
        case Sighting.ABSENT:
            return _again(Reason.FOUND_ABSENT, attempts, now)
        case Sighting.UNKNOWN:
            return Decision(NotificationState.UNCERTAIN, Reason.INTERRUPTED)


def after_fire(state: NotificationState, now: datetime) -> Decision:
    """What becomes of a resolve notice, given the state of the notice that told the same person of the fire."""
    match state:
        case NotificationState.SENT | NotificationState.UNCERTAIN:
            return Decision(NotificationState.QUEUED, Reason.FIRE_SETTLED, now)
        case NotificationState.FAILED:
            return Decision(NotificationState.FAILED, Reason.FIRE_NOT_TOLD)
        case NotificationState.QUEUED | NotificationState.ATTEMPTING:
            return Decision(NotificationState.QUEUED, Reason.WAITS_FOR_FIRE)


def _again(reason: Reason, attempts: int, due_at: datetime) -> Decision:
    if attempts >= ATTEMPTS:
        return Decision(NotificationState.FAILED, Reason.GAVE_UP)
    return Decision(NotificationState.QUEUED, reason, due_at)


def _wait(attempts: int, asked_s: float | None) -> timedelta:
    """Twice as long after each attempt, and at least as long as the carrier asks, within reason."""
    wait = min(_FIRST_WAIT * (1 << (attempts - 1)), _LONGEST_WAIT)
    if asked_s is None:
        return wait
    return max(wait, min(timedelta(seconds=asked_s), _LONGEST_ASKED))
