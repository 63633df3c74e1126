"""When a medium's next channel takes over, and when it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain.channel import Patience
from services.notifier.domain.delivering.delivering import Decision, Reason
from services.notifier.domain.delivering.switching import Trouble, after_failure, chosen, in_order, moves_on
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from shared.model.incidents import NotificationState
from tests.doubles.channel import ScriptedChannel

NOW = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
FIRST, SECOND, THIRD = (ScriptedChannel(name=name) for name in ("first", "second", "third"))
PATIENCE = Patience(tries=3, time=timedelta(minutes=2), rest=timedelta(minutes=10))
LATER = Decision(NotificationState.QUEUED, Reason.DELAYED, NOW + timedelta(seconds=15))


def trouble(channel: str, failures: int = 1, since_s: float = 0, failed_s: float = 0, rests_s: float | None = None):
    return Trouble(
        channel=channel,
        failures=failures,
        since=NOW - timedelta(seconds=since_s),
        failed_at=NOW - timedelta(seconds=failed_s),
        rests_until=None if rests_s is None else NOW + timedelta(seconds=rests_s),
    )


def test_the_first_in_order_is_chosen_and_one_that_rests_comes_last() -> None:
    assert chosen((FIRST, SECOND), {}, None, NOW) is FIRST
    resting = {"first": trouble("first", rests_s=60)}
    assert [channel.name for channel in in_order((FIRST, SECOND, THIRD), resting, NOW)] == ["second", "third", "first"]
    assert chosen((FIRST, SECOND), {"first": trouble("first", rests_s=-1)}, None, NOW) is FIRST


def test_what_moves_on_goes_to_the_next_that_did_not_fail_just_now() -> None:
    assert chosen((FIRST, SECOND, THIRD), {"second": trouble("second", failed_s=5)}, "first", NOW) is THIRD
    assert chosen((FIRST, SECOND), {"second": trouble("second", failed_s=5)}, "first", NOW) is SECOND
    assert chosen((FIRST,), {}, "first", NOW) is FIRST


@pytest.mark.parametrize(
    ("known", "error", "rests"),
    [
        pytest.param(None, DeliveryDelayed("away"), False, id="first-failure"),
        pytest.param(None, AccountRefused("401"), True, id="account-refused"),
        pytest.param(trouble("first", 2, 20, 20), DeliveryDelayed("away"), True, id="third-failure"),
        pytest.param(trouble("first", 1, 121, 121), DeliveryUncertain("silent"), True, id="for-too-long"),
        pytest.param(trouble("first", 1, 119, 119), DeliveryUncertain("silent"), False, id="not-for-too-long"),
    ],
)
def test_patience_is_lost_after_tries_or_time_and_at_once_with_a_refused_account(
    known: Trouble | None, error: DeliveryError, rests: bool
) -> None:
    found = after_failure(known, "first", error, PATIENCE, NOW)
    assert found is not None
    assert found.failures == (known.failures if known else 0) + 1
    assert found.rests_until == (NOW + PATIENCE.rest if rests else None)


def test_what_is_the_recipients_fault_is_not_the_channels() -> None:
    assert after_failure(trouble("first"), "first", DeliveryRefused("no such number"), PATIENCE, NOW) is None


@pytest.mark.parametrize(
    ("vital", "rests_s", "other_failed_s", "moves"),
    [
        pytest.param(True, None, None, True, id="vital-at-once"),
        pytest.param(False, None, None, False, id="others-wait"),
        pytest.param(False, 60, None, True, id="others-when-patience-is-lost"),
        pytest.param(True, 60, 5, False, id="not-to-one-that-just-failed"),
        pytest.param(True, 60, 16, True, id="again-to-one-that-failed-before"),
    ],
)
def test_a_notice_moves_on(vital: bool, rests_s: float | None, other_failed_s: float | None, moves: bool) -> None:
    troubles = {} if other_failed_s is None else {"second": trouble("second", failed_s=other_failed_s)}
    found = moves_on(LATER, trouble("first", rests_s=rests_s), (SECOND,), troubles, NOW, vital=vital)
    assert (found.reason, found.due_at) == ((Reason.MOVED_ON, NOW) if moves else (Reason.DELAYED, LATER.due_at))


@pytest.mark.parametrize(
    "decision",
    [
        Decision(NotificationState.ATTEMPTING, Reason.NO_ANSWER, NOW),
        Decision(NotificationState.FAILED, Reason.REFUSED),
        Decision(NotificationState.FAILED, Reason.GAVE_UP),
    ],
    ids=lambda decision: decision.reason.value,
)
def test_nothing_moves_on_that_another_may_have_taken_or_nobody_would(decision: Decision) -> None:
    assert moves_on(decision, trouble("first", rests_s=60), (SECOND,), {}, NOW, vital=True) is decision
