"""A notice that lights used up their time, and the one that they are granted it again: people want one, not two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.incident import derived_id
from shared.model.incidents import NotificationState


class Succession(StrEnum):
    """How a notice follows one of the same id."""

    NEW = "new"
    IN_ITS_PLACE = "in-its-place"
    AFTER_IT = "after-it"
    NOTHING_NEW = "nothing-new"


@dataclass(frozen=True)
class Successor:
    """The notice as it is to be stored."""

    succession: Succession
    notification: Notification


def successor(before: Notification | None, notice: Notification) -> Successor:
    """What to do with a notice, given the one of its id that is stored."""
    if before is None:
        return Successor(Succession.NEW, notice)
    if before.kind is notice.kind or notice.kind is not Kind.OVERRIDE_GRANTED_AGAIN:
        return Successor(Succession.NOTHING_NEW, before)
    if before.state is NotificationState.QUEUED and before.attempts == 0:
        return Successor(Succession.IN_ITS_PLACE, replace(notice, queued_at=before.queued_at))
    return Successor(Succession.AFTER_IT, replace(notice, id=derived_id("notification", notice.id, "again")))
