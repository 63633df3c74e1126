"""The notices of the incidents that a transaction touches: what was said, what is to be said, what is in a hurry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from services.notifier.domain.delivering.notification import IN_LINE, Kind, Notification


class NoticeBook:
    """In memory, until it is stored.

    Args:
        stored: what was, or is to be, said of the incidents, the oldest first.
    """

    def __init__(self, stored: Iterable[Notification]) -> None:
        self._of: dict[str | None, dict[str, Notification]] = defaultdict(dict)
        self._composed: dict[str, str | None] = {}
        self._hurried: dict[str, str | None] = {}
        for notice in stored:
            self._of[notice.incident][notice.id] = notice

    def told_of(self, incident: str) -> list[Notification]:
        """What was, or is to be, said of an incident while it is open; what was composed here comes last."""
        return [notice for notice in self._of[incident].values() if notice.kind in IN_LINE]

    def compose(self, notices: Iterable[Notification]) -> None:
        """These are to be said, but for those that are in the book."""
        for notice in notices:
            if notice.id not in self._of[notice.incident]:
                self._of[notice.incident][notice.id] = notice
                self._composed[notice.id] = notice.incident

    def hurry(self, notices: Iterable[Notification]) -> None:
        """These are in the book, and are to be said earlier, or more urgently."""
        for notice in notices:
            self._of[notice.incident][notice.id] = notice
            if notice.id not in self._composed:
                self._hurried[notice.id] = notice.incident

    def withdraw_end(self, incident: str) -> None:
        """That it is over, which was composed here, is not to be said."""
        said = self._of[incident]
        for name in [notice.id for notice in said.values() if notice.kind is Kind.RESOLVE]:
            del said[name], self._composed[name]

    def composed(self) -> list[Notification]:
        """What is to be added."""
        return [self._of[incident][name] for name, incident in self._composed.items()]

    def hurried(self) -> list[Notification]:
        """What is stored otherwise."""
        return [self._of[incident][name] for name, incident in self._hurried.items()]
