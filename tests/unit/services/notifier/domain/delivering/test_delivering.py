"""The decision after each attempt, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Sighting
from services.notifier.domain.delivering.delivering import (
    ATTEMPTS,
    LIST_LAG,
    QUESTIONS,
    Attempt,
    Decision,
    Reason,
    accepted,
    after_error,
    after_interruption,
    after_notice,
)
from services.notifier.domain.delivering.notification import Notification
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from shared.model.incidents import NotificationState as State

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("error", "said", "state", "reason", "wait_s"),
    [
        pytest.param(DeliveryDelayed("x"), {}, State.QUEUED, Reason.DELAYED, 15, id="first-wait"),
        pytest.param(DeliveryDelayed("x"), {"number": 2}, State.QUEUED, Reason.DELAYED, 30, id="twice-as-long"),
        pytest.param(DeliveryDelayed("x"), {"number": 9}, State.QUEUED, Reason.DELAYED, 900, id="longest-wait"),
        pytest.param(DeliveryDelayed("x", 120), {}, State.QUEUED, Reason.DELAYED, 120, id="as-long-as-asked"),
        pytest.param(DeliveryDelayed("x", 1), {"number": 2}, State.QUEUED, Reason.DELAYED, 30, id="not-shorter"),
        pytest.param(DeliveryDelayed("x", 1e9), {}, State.QUEUED, Reason.DELAYED, 3600, id="within-reason"),
        pytest.param(DeliveryDelayed("x"), {"number": ATTEMPTS}, State.FAILED, Reason.GAVE_UP, None, id="given-up"),
        pytest.param(
            DeliveryDelayed("x"),
            {"number": ATTEMPTS, "doubts": 1},
            State.UNCERTAIN,
            Reason.GAVE_UP,
            None,
            id="given-up-but-told-before",
        ),
        pytest.param(DeliveryRefused("x"), {}, State.FAILED, Reason.REFUSED, None, id="refused"),
        pytest.param(
            DeliveryRefused("x"),
            {"doubts": 1},
            State.UNCERTAIN,
            Reason.REFUSED,
            None,
            id="refused-but-perhaps-told-before",
        ),
        pytest.param(DeliveryUncertain("x"), {}, State.ATTEMPTING, Reason.NO_ANSWER, 0, id="asked-at-once"),
    ],
)
def test_an_error_leads_to_a_decision(
    error: DeliveryError, said: dict[str, Any], state: State, reason: Reason, wait_s: int | None, start: datetime
) -> None:
    due_at = None if wait_s is None else start + timedelta(seconds=wait_s)
    attempt = Attempt(**({"number": 1, "began_at": start} | said))
    assert after_error(error, attempt, start) == Decision(state, reason, due_at)


@pytest.mark.parametrize(
    ("doubts", "reason"),
    [pytest.param(0, Reason.ACCEPTED, id="told-once"), pytest.param(1, Reason.SENT_AGAIN, id="perhaps-told-twice")],
)
def test_what_the_channel_took_is_sent(doubts: int, reason: Reason, start: datetime) -> None:
    assert accepted(Attempt(number=2, began_at=start, doubts=doubts)) == Decision(State.SENT, reason)


LAST = QUESTIONS - 1
VITAL: dict[str, Any] = {"is_vital": True}
# What was seen, what is known of the attempt, how long ago it began; then the state, the reason, and when it is due:
# in how many seconds, counted from now.
CASES = {
    "found": (Sighting.SENT, {}, 5, State.SENT, Reason.FOUND_SENT, None),
    "found-after-a-doubt": (Sighting.SENT, {"doubts": 1}, 5, State.SENT, Reason.FOUND_SENT, None),
    "absent": (Sighting.ABSENT, {}, 0, State.QUEUED, Reason.FOUND_ABSENT, 0),
    "absent-too-often": (Sighting.ABSENT, {"number": ATTEMPTS}, 0, State.FAILED, Reason.GAVE_UP, None),
    "not-listed-yet": (Sighting.UNLISTED, {}, 5, State.ATTEMPTING, Reason.INTERRUPTED, 55),
    "not-listed-yet-of-a-silent-channel": (
        Sighting.UNLISTED, {"reason": Reason.NO_ANSWER}, 59, State.ATTEMPTING, Reason.NO_ANSWER, 1,
    ),
    "not-listed-after-a-minute": (Sighting.UNLISTED, {}, 60, State.QUEUED, Reason.FOUND_ABSENT, 0),
    "not-listed-too-often": (Sighting.UNLISTED, {"number": ATTEMPTS}, 60, State.FAILED, Reason.GAVE_UP, None),
    "no-answer": (Sighting.UNKNOWN, {}, 5, State.ATTEMPTING, Reason.INTERRUPTED, 15),
    "no-answer-again": (Sighting.UNKNOWN, {"asked": 2}, 90, State.ATTEMPTING, Reason.INTERRUPTED, 60),
    "never-an-answer": (Sighting.UNKNOWN, {"asked": LAST}, 500, State.UNCERTAIN, Reason.INTERRUPTED, None),
    "never-an-answer-of-a-silent-channel": (
        Sighting.UNKNOWN, {"asked": LAST, "reason": Reason.NO_ANSWER}, 500, State.UNCERTAIN, Reason.NO_ANSWER, None,
    ),
    "vital-waits-for-an-answer-too": (Sighting.UNKNOWN, VITAL, 5, State.ATTEMPTING, Reason.INTERRUPTED, 15),
    "never-an-answer-and-vital": (Sighting.UNKNOWN, {"asked": LAST} | VITAL, 500, State.QUEUED, Reason.SENDS_AGAIN, 0),
    "can-not-be-asked": (Sighting.UNKNOWABLE, {}, 0, State.UNCERTAIN, Reason.INTERRUPTED, None),
    "can-not-be-asked-and-vital": (Sighting.UNKNOWABLE, VITAL, 0, State.QUEUED, Reason.SENDS_AGAIN, 0),
    "vital-but-sent-again-before": (
        Sighting.UNKNOWABLE, {"doubts": 1} | VITAL, 0, State.UNCERTAIN, Reason.INTERRUPTED, None,
    ),
    "vital-but-attempted-too-often": (
        Sighting.UNKNOWABLE, {"number": ATTEMPTS} | VITAL, 0, State.UNCERTAIN, Reason.INTERRUPTED, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sighting", "said", "ago_s", "state", "reason", "wait_s"),
    [pytest.param(*case, id=name) for name, case in CASES.items()],
)
def test_a_doubt_is_settled_by_what_the_channel_saw(
    sighting: Sighting,
    said: dict[str, Any],
    ago_s: int,
    state: State,
    reason: Reason,
    wait_s: int | None,
    start: datetime,
) -> None:
    now = start + ago_s * SECOND
    decision = after_interruption(sighting, Attempt(**({"number": 1, "began_at": start} | said)), now)
    assert (decision.state, decision.reason) == (state, reason)
    assert decision.due_at == (None if wait_s is None else now + wait_s * SECOND)
    nobody_knows = sighting in (Sighting.UNKNOWN, Sighting.UNKNOWABLE) and state is not State.ATTEMPTING
    assert decision.leaves_doubt is nobody_knows


def test_a_carrier_that_is_silent_is_asked_for_some_minutes(notification_of: Callable[..., Notification]) -> None:
    item = notification_of(state=State.ATTEMPTING, attempts=1, criticality="normal")
    began = now = item.changed_at
    questions = 0
    while item.state is State.ATTEMPTING:
        now = item.due_at or now
        item = item.decided(after_interruption(Sighting.UNKNOWN, item.attempt(), now), now)
        questions += 1
    assert item.state is State.UNCERTAIN
    assert questions == QUESTIONS
    assert timedelta(minutes=5) < now - began < timedelta(minutes=15)


def test_a_lagging_list_leaves_the_beginning_of_an_attempt(
    notification_of: Callable[..., Notification],
) -> None:
    item = notification_of(state=State.ATTEMPTING, attempts=1)
    later = item.changed_at + LIST_LAG / 2
    waiting = item.decided(after_interruption(Sighting.UNLISTED, item.attempt(), later), later)
    assert (waiting.attempt().began_at, waiting.due_at) == (item.changed_at, item.changed_at + LIST_LAG)


def test_who_must_know_is_told_again_in_doubt_but_once(
    notification_of: Callable[..., Notification], start: datetime
) -> None:
    item = notification_of(state=State.ATTEMPTING, attempts=1, criticality="vital")
    again = item.decided(after_interruption(Sighting.UNKNOWABLE, item.attempt(), start), start)
    assert (again.state, again.doubts) == (State.QUEUED, 1)
    ended = again.decided(after_interruption(Sighting.UNKNOWABLE, again.attempt(), start), start)
    assert (ended.state, ended.doubts) == (State.UNCERTAIN, 2)


@pytest.mark.parametrize(
    ("before", "anyway", "state", "reason", "is_due"),
    [
        pytest.param(State.QUEUED, False, State.QUEUED, Reason.WAITS_FOR_FIRE, False, id="waits-while-queued"),
        pytest.param(State.ATTEMPTING, False, State.QUEUED, Reason.WAITS_FOR_FIRE, False, id="waits-while-attempted"),
        pytest.param(State.SENT, False, State.QUEUED, Reason.FIRE_SETTLED, True, id="told"),
        pytest.param(State.UNCERTAIN, False, State.QUEUED, Reason.FIRE_SETTLED, True, id="perhaps-told"),
        pytest.param(State.FAILED, False, State.FAILED, Reason.FIRE_NOT_TOLD, False, id="never-told"),
        pytest.param(State.QUEUED, True, State.QUEUED, Reason.WAITS_FOR_FIRE, False, id="waits-anyway"),
        pytest.param(State.FAILED, True, State.QUEUED, Reason.FIRE_SETTLED, True, id="goes-anyway"),
    ],
)
def test_a_notice_follows_the_one_before_it(
    before: State, anyway: bool, state: State, reason: Reason, is_due: bool, start: datetime
) -> None:
    assert after_notice(before, start, anyway=anyway) == Decision(state, reason, start if is_due else None)
