"""What one person hears of an incident over one medium: one notice after the other, never the later one first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.delivering import Decision, after_notice
from services.notifier.domain.delivering.notification import TELLING, Kind, Notification
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState

UNDER_WAY: Final = (NotificationState.QUEUED, NotificationState.ATTEMPTING)

Listener = tuple[str, Medium]
"""A person and a medium."""


@dataclass(frozen=True)
class Line:
    """The notices to one listener, at least one; each but the first comes ``after`` another."""

    notices: tuple[Notification, ...]

    @property
    def last(self) -> Notification:
        """The one that no other comes after; of a call and a text the one that is still under way."""
        followed = {notice.after for notice in self.notices}
        ends = [notice for notice in self.notices if notice.id not in followed]
        return next((notice for notice in reversed(ends) if notice.state in UNDER_WAY), ends[-1])

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
    return _lines_by(notices, lambda medium: medium)


def quiet_lines_of(notices: Iterable[Notification]) -> dict[Listener, Line]:
    """The lines of an incident for what says that all is well, or that somebody takes care: nobody is called for that,
    so calls and texts are one line, which goes on by text."""
    return _lines_by(notices, quietly)


def quietly(medium: Medium) -> Medium:
    """Over what goes on by it, if nobody is to be called."""
    return Medium.SMS if medium is Medium.VOICE else medium


def heard_with(medium: Medium) -> tuple[Medium, ...]:
    """The media by which a person hears the same: calls and texts come to one telephone."""
    return tuple(other for other in Medium if quietly(other) is quietly(medium))


def _lines_by(notices: Iterable[Notification], told_over: Callable[[Medium], Medium]) -> dict[Listener, Line]:
    found: dict[Listener, list[Notification]] = defaultdict(list)
    for notice in notices:
        found[notice.person, told_over(notice.medium)].append(notice)
    return {listener: Line(tuple(own)) for listener, own in found.items()}


def urged(notices: Iterable[Notification], told: Iterable[Notification], now: datetime) -> list[Notification]:
    """What vital notices must wait for, as urgent as they are: no limit keeps it, and no further try is waited for.

    Args:
        told: what was, or is to be, said of their incident.
    """
    lines = lines_of(told)
    vital = (notice for notice in notices if notice.criticality == Criticality.VITAL.value)
    before = (line for notice in vital if (line := lines.get((notice.person, notice.medium))) is not None)
    queued = (item for line in before for item in line.notices if item.state is NotificationState.QUEUED)
    found = {item.id: (item, replace(item.hurried(now), criticality=Criticality.VITAL.value)) for item in queued}
    return [soon for item, soon in found.values() if soon != item]


def under_way_before(waiting: Notification, said: Iterable[Notification]) -> Notification | None:
    """What else the same person is to hear before it, over the same medium, or by a call before a text; of several the
    newest. None: nothing.

    Args:
        said: what was, or is to be, said of its incident, and of others.
    """
    before = (item for item in _same_line(waiting, said) if item.state in UNDER_WAY and _comes_before(item, waiting))
    # Of two of one moment the one whose id comes first.
    return max(sorted(before, key=lambda item: item.id), key=lambda item: item.queued_at, default=None)


def reached_before(waiting: Notification, said: Iterable[Notification]) -> bool:
    """Whether the same person heard of the same incident over the same medium, or may have; a call and a text are as
    good as each other."""
    return any(reached(item.state) for item in _same_line(waiting, said) if item.kind in TELLING)


def _same_line(notice: Notification, said: Iterable[Notification]) -> Iterator[Notification]:
    same = (notice.incident, notice.person, quietly(notice.medium))
    return (item for item in said if (item.incident, item.person, quietly(item.medium)) == same)


def _comes_before(item: Notification, waiting: Notification) -> bool:
    """Of one moment an end comes last. Others wait for what is older alone, so that no two wait for each other."""
    is_end = waiting.kind is Kind.RESOLVE
    return item.queued_at <= waiting.queued_at if is_end else item.queued_at < waiting.queued_at


def reached(state: NotificationState) -> bool:
    """Whether a notice in this state reached the person, or may have."""
    return state in (NotificationState.SENT, NotificationState.UNCERTAIN)


def goes_anyway(kind: Kind) -> bool:
    """Whether such a notice is told to who could not be told what was before."""
    return kind in (Kind.WORSEN, Kind.UPDATE, Kind.ESCALATION, Kind.REMINDER, Kind.UNACKNOWLEDGED)
