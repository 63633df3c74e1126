"""Decides about the notices that waited for others, when these have come to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from services.notifier.domain.delivering import after_notice
from services.notifier.domain.line import goes_anyway
from services.notifier.domain.notification import Kind, Notification
from services.notifier.storage.notifications import Notifications
from shared.model.incidents import NotificationState


def release_waiting(
    stored: Notifications,
    ended: Iterable[str],
    state: NotificationState,
    store: Callable[[Notification], None],
    now: datetime,
) -> None:
    """Each goes, waits for what else comes before it, or will never go; and then so do those that waited for it.

    Args:
        ended: ids of those that came to their end in ``state``, which is stored already.
        store: keeps what was decided before the next is looked at.
    """
    for item in sorted(stored.waiting_for_any(ended), key=_in_order):
        decided = _decided(stored, item, state, now)
        store(decided)
        if decided.state is NotificationState.FAILED:
            release_waiting(stored, [decided.id], decided.state, store, now)


def _decided(stored: Notifications, waiting: Notification, ended: NotificationState, now: datetime) -> Notification:
    anyway = goes_anyway(waiting.kind)
    if not anyway and (other := stored.under_way_before(waiting)) is not None:
        return replace(waiting, after=other)
    anyway = anyway or (ended is NotificationState.FAILED and stored.reached_before(waiting))
    return waiting.decided(after_notice(ended, now, anyway=anyway), now)


def _in_order(waiting: Notification) -> tuple[datetime, bool, str]:
    return waiting.queued_at, waiting.kind is Kind.RESOLVE, waiting.id
