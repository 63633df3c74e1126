"""One notice after the other to each person over each medium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.delivering import Decision, Reason
from services.notifier.domain.delivering.line import Line, lines_of, reached_before, under_way_before
from services.notifier.domain.delivering.notification import Kind, Notification
from shared.model.incidents import NotificationState as State

NoticeOf = Callable[..., Notification]


def test_each_person_has_a_line_for_each_medium(notification_of: NoticeOf) -> None:
    said = [("a", Medium.SMS), ("a", Medium.EMAIL), ("b", Medium.SMS), ("a", Medium.SMS)]
    found = lines_of(notification_of(person=person, medium=medium) for person, medium in said)
    assert {listener: len(line.notices) for listener, line in found.items()} == {
        ("a", Medium.SMS): 2,
        ("a", Medium.EMAIL): 1,
        ("b", Medium.SMS): 1,
    }


def test_the_last_is_the_one_that_no_other_comes_after_in_whatever_order_they_are_read(
    notification_of: NoticeOf,
) -> None:
    links = {"n-1": None, "n-2": "n-1", "n-3": "n-2"}
    for order in (("n-1", "n-2", "n-3"), ("n-3", "n-1", "n-2"), ("n-2", "n-3", "n-1")):
        assert Line(tuple(notification_of(id=name, after=links[name]) for name in order)).last.id == "n-3"


WAITS = (State.QUEUED, Reason.WAITS_FOR_FIRE, False)
GOES = (State.QUEUED, Reason.FIRE_SETTLED, True)
FAILS = (State.FAILED, Reason.FIRE_NOT_TOLD, False)


@pytest.mark.parametrize(
    ("states", "kind", "expected"),
    [
        pytest.param((State.SENT,), Kind.EASE, GOES, id="told"),
        pytest.param((State.QUEUED,), Kind.EASE, WAITS, id="to-be-told"),
        pytest.param((State.FAILED,), Kind.EASE, FAILS, id="not-told-what-is-lower-now"),
        pytest.param((State.FAILED,), Kind.WORSEN, GOES, id="not-told-but-it-is-worse-now"),
        pytest.param((State.ATTEMPTING,), Kind.WORSEN, WAITS, id="worse-waits-too"),
        pytest.param((State.SENT, State.FAILED), Kind.RESOLVE, GOES, id="told-of-one-level"),
        pytest.param((State.FAILED, State.UNCERTAIN), Kind.RESOLVE, GOES, id="perhaps-told-of-the-other"),
        pytest.param((State.FAILED, State.FAILED), Kind.RESOLVE, FAILS, id="told-of-none"),
        pytest.param((State.SENT, State.QUEUED), Kind.RESOLVE, WAITS, id="one-is-still-to-be-told"),
    ],
)
def test_what_comes_next_follows_from_what_was_told(
    notification_of: NoticeOf,
    start: datetime,
    states: tuple[State, ...],
    kind: Kind,
    expected: tuple[State, Reason, bool],
) -> None:
    notices = (
        notification_of(id=f"n-{number}", after=f"n-{number - 1}", state=state) for number, state in enumerate(states)
    )
    state, reason, is_due = expected
    assert Line(tuple(notices)).next(kind, start) == Decision(state, reason, start if is_due else None)


def test_an_end_waits_for_what_is_under_way_to_the_same_telephone_and_others_for_what_is_older_alone(
    notification_of: NoticeOf, start: datetime
) -> None:
    later = start + timedelta(minutes=1)
    said = [
        notification_of(id="call", medium=Medium.VOICE),
        notification_of(id="text", queued_at=later),
        notification_of(id="told", queued_at=later, state=State.SENT),
        notification_of(id="mail", queued_at=later, medium=Medium.EMAIL),
        notification_of(id="hers", queued_at=later, person="helene"),
        notification_of(id="other", queued_at=later, incident="incident-2"),
    ]
    ids = [
        found and found.id
        for kind in (Kind.RESOLVE, Kind.EASE)
        for found in [under_way_before(notification_of(id="next", kind=kind, queued_at=later), said)]
    ]
    assert ids == ["text", "call"]
    assert under_way_before(notification_of(id="first", queued_at=start, kind=Kind.EASE), said) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"state": State.SENT, "medium": Medium.VOICE}, True),
        ({"state": State.UNCERTAIN}, True),
        ({"state": State.FAILED}, False),
        ({"state": State.SENT, "kind": Kind.REMINDER}, False),
        ({"state": State.SENT, "medium": Medium.EMAIL}, False),
    ],
)
def test_who_was_called_or_texted_was_reached(
    notification_of: NoticeOf, said: dict[str, object], expected: bool
) -> None:
    assert reached_before(notification_of(id="next", kind=Kind.RESOLVE), [notification_of(**said)]) is expected
