"""What was and is to be said of incidents, until it is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from services.notifier.domain.composing.notice_book import NoticeBook
from services.notifier.domain.delivering.notification import Kind, Notification

NoticeOf = Callable[..., Notification]


def test_of_an_incident_what_is_stored_comes_before_what_is_composed_and_ends_are_not_in_line(
    notification_of: NoticeOf,
) -> None:
    book = NoticeBook([notification_of(id="old"), notification_of(id="other", incident="incident-2")])
    book.compose([notification_of(id="new"), notification_of(id="end", kind=Kind.RESOLVE)])
    assert [item.id for item in book.told_of("incident-1")] == ["old", "new"]
    assert [item.id for item in book.composed()] == ["new", "end"]


def test_what_is_composed_again_stays_as_it_was(notification_of: NoticeOf) -> None:
    book = NoticeBook([notification_of(id="old")])
    book.compose([notification_of(id="old", body="again"), notification_of(id="new")])
    book.compose([notification_of(id="new", body="again")])
    assert [(item.id, item.body) for item in book.composed()] == [("new", "Vigie")]


def test_what_is_in_a_hurry_is_stored_where_it_came_from(notification_of: NoticeOf, start: datetime) -> None:
    later = start + timedelta(hours=1)
    book = NoticeBook([notification_of(id="old", due_at=later)])
    book.compose([notification_of(id="new", due_at=later)])
    book.hurry([notification_of(id="old"), notification_of(id="new")])
    assert [(item.id, item.due_at) for item in book.hurried()] == [("old", start)]
    assert [(item.id, item.due_at) for item in book.composed()] == [("new", start)]
    assert {item.due_at for item in book.told_of("incident-1")} == {start}


def test_an_end_is_withdrawn_of_its_incident_alone(notification_of: NoticeOf) -> None:
    book = NoticeBook([])
    book.compose(notification_of(id=name, kind=Kind.RESOLVE, incident=name) for name in ("i-1", "i-2"))
    book.withdraw_end("i-1")
    assert [item.id for item in book.composed()] == ["i-2"]
