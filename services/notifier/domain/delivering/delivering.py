"""What becomes of a notification after each attempt, each decision with its reason.

queued -> attempting -> sent | failed | uncertain
   ^          |  ^ asked again: did the carrier take it?
   |----------'--' delayed, found not to have been taken, or in doubt and vital
   '-> folded    a digest tells of it instead
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

QUESTIONS: Final = 6
"""A carrier that does not say whether it took a notification is asked so often, for some eight minutes."""

LIST_LAG: Final = timedelta(minutes=1)
"""That a notification is not in a carrier's list is believed only so long after the attempt began: lists lag."""

STALE: Final = LIST_LAG / 2
"""An attempt that did not reach the carrier by then is not begun any more: another may have taken over."""

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
    SENDS_AGAIN = "sends-again-in-doubt"
    SENT_AGAIN = "sent-again-in-doubt"
    MOVED_ON = "moved-on"
    OPTED_OUT = "opted-out"
    FOLDED = "folded"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The attempt that a decision is about.

    Attributes:
        number: the first is 1.
        began_at: when it was handed to the channel, UTC.
        reason: why the notification is in its present state.
        asked: how often the carrier was asked about this attempt and did not say.
        doubts: how many earlier attempts ended with nobody knowing.
        is_vital: rather told twice than not at all.
    """

    number: int
    began_at: datetime
    reason: Reason = Reason.HANDED_OVER
    asked: int = 0
    doubts: int = 0
    is_vital: bool = False


@dataclass(frozen=True)
class Decision:
    """The state that follows, why, and when to act on it again (None: never).

    Attributes:
        asked: how often the carrier was asked about the attempt and did not say.
        leaves_doubt: nobody will know whether the attempt reached anybody.
    """

    state: NotificationState
    reason: Reason
    due_at: datetime | None = None
    asked: int = 0
    leaves_doubt: bool = False

    @property
    def is_final(self) -> bool:
        return self.state not in (NotificationState.QUEUED, NotificationState.ATTEMPTING)


def queued(now: datetime) -> Decision:
    """It may go out at once."""
    return Decision(NotificationState.QUEUED, Reason.ROUTED, now)


def opted_out() -> Decision:
    """The person wants no text messages."""
    return Decision(NotificationState.FAILED, Reason.OPTED_OUT)


def beginning(now: datetime) -> Decision:
    """It is handed to the channel. Its row stays due: found in this state again, the attempt was interrupted."""
    return Decision(NotificationState.ATTEMPTING, Reason.HANDED_OVER, now)


def folded() -> Decision:
    """It does not go by itself; what waits for it may, and is judged for itself."""
    return Decision(NotificationState.FOLDED, Reason.FOLDED)


def accepted(attempt: Attempt) -> Decision:
    """The channel took it."""
    return Decision(NotificationState.SENT, Reason.SENT_AGAIN if attempt.doubts else Reason.ACCEPTED)


def after_error(error: DeliveryError, attempt: Attempt, now: datetime) -> Decision:
    """The channel didn't take it, or doesn't know: then it is asked, as after an interruption."""
    if isinstance(error, DeliveryDelayed):
        return _again(Reason.DELAYED, attempt, now + _wait(attempt.number, error.retry_after_s))
    if isinstance(error, DeliveryRefused):
        return _not_taken(Reason.REFUSED, attempt)
    return Decision(NotificationState.ATTEMPTING, Reason.NO_ANSWER, now)


def after_interruption(sighting: Sighting, attempt: Attempt, now: datetime) -> Decision:
    """The process died, or the channel fell silent, between handing it over and noting the result."""
    match sighting:
        case Sighting.SENT:
            return Decision(NotificationState.SENT, Reason.FOUND_SENT)
        case Sighting.UNLISTED if now < attempt.began_at + LIST_LAG:
            return _ask_again(attempt, attempt.began_at + LIST_LAG, attempt.asked)
        case Sighting.ABSENT | Sighting.UNLISTED:
            return _again(Reason.FOUND_ABSENT, attempt, now)
        case Sighting.UNKNOWN if attempt.asked + 1 < QUESTIONS:
            return _ask_again(attempt, now + _wait(attempt.asked + 1, None), attempt.asked + 1)
        case Sighting.UNKNOWN | Sighting.UNKNOWABLE:
            return _in_doubt(attempt, now)


def after_notice(state: NotificationState, now: datetime, *, anyway: bool = False) -> Decision:
    """What becomes of a notice, given the state of the one before it to the same person, who was told of the alert.

    Args:
        anyway: it goes out also if the one before did not: it says something worse, or more was told before.
    """
    match state:
        case NotificationState.QUEUED | NotificationState.ATTEMPTING:
            return Decision(NotificationState.QUEUED, Reason.WAITS_FOR_FIRE)
        case NotificationState.FAILED if not anyway:
            return Decision(NotificationState.FAILED, Reason.FIRE_NOT_TOLD)
        case _:
            return Decision(NotificationState.QUEUED, Reason.FIRE_SETTLED, now)


def _ask_again(attempt: Attempt, due_at: datetime, asked: int) -> Decision:
    return Decision(NotificationState.ATTEMPTING, _why_in_doubt(attempt), due_at, asked)


def _in_doubt(attempt: Attempt, now: datetime) -> Decision:
    """Nobody knows and nobody will: shown. Somebody who must know is told again, once, and perhaps twice."""
    if attempt.is_vital and not attempt.doubts and attempt.number < ATTEMPTS:
        return Decision(NotificationState.QUEUED, Reason.SENDS_AGAIN, now, leaves_doubt=True)
    return Decision(NotificationState.UNCERTAIN, _why_in_doubt(attempt), leaves_doubt=True)


def _why_in_doubt(attempt: Attempt) -> Reason:
    return Reason.NO_ANSWER if attempt.reason is Reason.NO_ANSWER else Reason.INTERRUPTED


def _again(reason: Reason, attempt: Attempt, due_at: datetime) -> Decision:
    if attempt.number >= ATTEMPTS:
        return _not_taken(Reason.GAVE_UP, attempt)
    return Decision(NotificationState.QUEUED, reason, due_at)


def _not_taken(reason: Reason, attempt: Attempt) -> Decision:
    """The last attempt reached nobody; an earlier one perhaps did."""
    return Decision(NotificationState.UNCERTAIN if attempt.doubts else NotificationState.FAILED, reason)


def _wait(times: int, asked_s: float | None) -> timedelta:
    """Twice as long after each time, and at least as long as the carrier asks, within reason."""
    wait = min(_FIRST_WAIT * (1 << (times - 1)), _LONGEST_WAIT)
    if asked_s is None:
        return wait
    return max(wait, min(timedelta(seconds=asked_s), _LONGEST_ASKED))
