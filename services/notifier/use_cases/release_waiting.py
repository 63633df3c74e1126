"""Decides about the notices that waited for others, when these have come to their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from services.notifier.domain.delivering.delivering import after_notice
from services.notifier.domain.delivering.line import goes_anyway, reached_before, under_way_before
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.storage.notifications import Notifications
from shared.model.incidents import NotificationState


def release_waiting(
    stored: Notifications,
    ended: Iterable[str],
    state: NotificationState,
    store: Callable[[list[Notification]], None],
    now: datetime,
) -> None:
    """Each goes, waits for what else comes before it, or will never go; and then so do those that waited for it.

    Args:
        ended: ids of those that came to their end in ``state``, which is stored already.
        store: keeps what was decided.
    """
    waiting = sorted(stored.waiting_for_any(ended), key=_in_order)
    if not waiting:
        return
    said: dict[str | None, dict[str, Notification]] = defaultdict(dict)
    for item in stored.in_line({item.incident for item in waiting if item.incident is not None}):
        said[item.incident][item.id] = item
    decided = []
    for item in waiting:
        of_incident = said[item.incident]
        found = _decided(item, of_incident.values(), state, now)
        decided.append(found)
        if item.id in of_incident:
            of_incident[item.id] = found
    store(decided)
    failed = [item.id for item in decided if item.state is NotificationState.FAILED]
    if failed:
        release_waiting(stored, failed, NotificationState.FAILED, store, now)


def _decided(
    waiting: Notification, said: Iterable[Notification], ended: NotificationState, now: datetime
) -> Notification:
    anyway = goes_anyway(waiting.kind)
    if not anyway and (other := under_way_before(waiting, said)) is not None:
        return replace(waiting, after=other.id)
    anyway = anyway or (ended is NotificationState.FAILED and reached_before(waiting, said))
    return waiting.decided(after_notice(ended, now, anyway=anyway), now)


def _in_order(waiting: Notification) -> tuple[datetime, bool, str]:
    return waiting.queued_at, waiting.kind is Kind.RESOLVE, waiting.id
