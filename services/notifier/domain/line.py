"""What one person hears of an incident over one medium: one notice after the other, never the later one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering import Decision, after_notice
from services.notifier.domain.notification import TELLING, Kind, Notification
from shared.model.incidents import NotificationState

Listener = tuple[str, Medium]
"""A person and a medium."""


@dataclass(frozen=True)
class Line:
    """The notices to one listener, at least one; each but the first comes ``after`` another."""

    notices: tuple[Notification, ...]

    @property
    def last(self) -> Notification:
        """The one that no other comes after."""
        followed = {notice.after for notice in self.notices}
        return [notice for notice in self.notices if notice.id not in followed][-1]

    @property
    def hears_of_end(self) -> bool:
        """Whether one of them told, or is to tell, of an alert that fires."""
        return any(notice.kind in TELLING for notice in self.notices)

    @property
    def was_told(self) -> bool:
        """Whether one of them reached the person, or may have."""
        return any(reached(notice.state) for notice in self.notices)

    def next(self, kind: Kind, now: datetime) -> Decision:
        """What becomes of one more notice."""
        return after_notice(self.last.state, now, anyway=goes_anyway(kind) or self.was_told)


def lines_of(notices: Iterable[Notification]) -> dict[Listener, Line]:
    """The lines of an incident."""
    found: dict[Listener, list[Notification]] = defaultdict(list)
    for notice in notices:
        found[notice.person, notice.medium].append(notice)
    return {listener: Line(tuple(own)) for listener, own in found.items()}


def reached(state: NotificationState) -> bool:
    """Whether a notice in this state reached the person, or may have."""
    return state in (NotificationState.SENT, NotificationState.UNCERTAIN)


def goes_anyway(kind: Kind) -> bool:
    """Whether such a notice is told to who could not be told what was before."""
    return kind in (Kind.WORSEN, Kind.UPDATE, Kind.ESCALATION, Kind.REMINDER, Kind.UNACKNOWLEDGED)
