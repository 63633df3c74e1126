"""Which of a medium's channels carries a notice: the first in order that works, and when the next takes over.

Never two for one notice, unless nobody knows whether the first took it and the notice is vital.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.notifier.domain.channel import Channel, Patience
from services.notifier.domain.delivering.delivering import Decision, Reason
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryError, DeliveryUncertain
from shared.model.incidents import NotificationState

_JUST_NOW: Final = timedelta(seconds=15)
"""A channel that failed so lately is not hurried to; as long as a first wait."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A channel that fails, one failure after the other; the first success ends it.

    Attributes:
        since: the first failure of the row, UTC.
        failed_at: the last one, UTC.
        rests_until: until then it is tried last, UTC; None: nobody lost patience yet.
    """

    channel: str
    failures: int
    since: datetime
    failed_at: datetime
    rests_until: datetime | None = None


Troubles = Mapping[str, Trouble]


def in_order(channels: Sequence[Channel], troubles: Troubles, now: datetime) -> list[Channel]:
    """The channels as they are to be tried: those that rest come last."""
    return sorted(channels, key=lambda channel: _rests(troubles.get(channel.name), now))


def chosen(channels: Sequence[Channel], troubles: Troubles, moved_from: str | None, now: datetime) -> Channel:
    """The channel of the next attempt.

    Args:
        moved_from: the one that failed just now and gave way to the next; None: none did.
    """
    ordered = in_order(channels, troubles, now)
    others = [channel for channel in ordered if channel.name != moved_from]
    fresh = [channel for channel in others if not _failed_just_now(troubles.get(channel.name), now)]
    if moved_from is None:
        return ordered[0]
    return next(iter(fresh or others), ordered[0])


def after_failure(
    known: Trouble | None, channel: str, error: DeliveryError, patience: Patience, now: datetime
) -> Trouble | None:
    """The channel's trouble after an attempt that failed; None: the fault was not the channel's."""
    if not isinstance(error, DeliveryDelayed | DeliveryUncertain):
        return None
    trouble = Trouble(channel=channel, failures=1, since=now, failed_at=now)
    if known is not None:
        trouble = replace(known, failures=known.failures + 1, failed_at=now)
    lost = trouble.failures >= patience.tries or now - trouble.since >= patience.time
    if lost or isinstance(error, AccountRefused):
        return replace(trouble, rests_until=now + patience.rest)
    return trouble


def moves_on(
    decision: Decision, trouble: Trouble, others: Sequence[Channel], troubles: Troubles, now: datetime, *, vital: bool
) -> Decision:
    """The decision about a notice that its channel did not take, given that others may.

    A vital notice moves on at the first failure, others when patience with the channel is lost; none moves to a channel
    that failed just now.
    """
    if decision.state is not NotificationState.QUEUED or decision.reason is not Reason.DELAYED:
        return decision
    if not vital and not _rests(trouble, now):
        return decision
    if all(_failed_just_now(troubles.get(channel.name), now) for channel in others):
        return decision
    return replace(decision, reason=Reason.MOVED_ON, due_at=now)


def _rests(trouble: Trouble | None, now: datetime) -> bool:
    return trouble is not None and trouble.rests_until is not None and now < trouble.rests_until


def _failed_just_now(trouble: Trouble | None, now: datetime) -> bool:
    return trouble is not None and now - trouble.failed_at < _JUST_NOW
