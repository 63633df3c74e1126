"""The decision after each attempt, with its reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.notifier.domain.channel import Sighting
from services.notifier.domain.delivering import ATTEMPTS, Decision, Reason, after_error, after_fire, after_interruption
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from shared.model.incidents import NotificationState as State


@pytest.mark.parametrize(
    ("error", "attempts", "state", "reason", "wait_s"),
    [
        pytest.param(DeliveryDelayed("x"), 1, State.QUEUED, Reason.DELAYED, 15, id="first-wait"),
        pytest.param(DeliveryDelayed("x"), 2, State.QUEUED, Reason.DELAYED, 30, id="twice-as-long"),
        pytest.param(DeliveryDelayed("x"), 9, State.QUEUED, Reason.DELAYED, 900, id="longest-wait"),
        pytest.param(DeliveryDelayed("x", 120), 1, State.QUEUED, Reason.DELAYED, 120, id="as-long-as-asked"),
        pytest.param(DeliveryDelayed("x", 1), 2, State.QUEUED, Reason.DELAYED, 30, id="not-shorter"),
        pytest.param(DeliveryDelayed("x", 1e9), 1, State.QUEUED, Reason.DELAYED, 3600, id="within-reason"),
        pytest.param(DeliveryDelayed("x"), ATTEMPTS, State.FAILED, Reason.GAVE_UP, None, id="given-up"),
        pytest.param(DeliveryRefused("x"), 1, State.FAILED, Reason.REFUSED, None, id="refused"),
        pytest.param(DeliveryUncertain("x"), 1, State.UNCERTAIN, Reason.NO_ANSWER, None, id="uncertain"),
    ],
)
def test_an_error_leads_to_a_decision(
    error: DeliveryError, attempts: int, state: State, reason: Reason, wait_s: int | None, start: datetime
) -> None:
    due_at = None if wait_s is None else start + timedelta(seconds=wait_s)
    assert after_error(error, attempts, start) == Decision(state, reason, due_at)


@pytest.mark.parametrize(
    ("sighting", "attempts", "state", "reason"),
    [
        pytest.param(Sighting.SENT, 1, State.SENT, Reason.FOUND_SENT, id="found"),
        pytest.param(Sighting.ABSENT, 1, State.QUEUED, Reason.FOUND_ABSENT, id="sent-again"),
        pytest.param(Sighting.ABSENT, ATTEMPTS, State.FAILED, Reason.GAVE_UP, id="not-for-ever"),
        pytest.param(Sighting.UNKNOWN, 1, State.UNCERTAIN, Reason.INTERRUPTED, id="nobody-knows"),
    ],
)
def test_an_interruption_is_judged_by_what_the_channel_saw(
    sighting: Sighting, attempts: int, state: State, reason: Reason, start: datetime
) -> None:
    decision = after_interruption(sighting, attempts, start)
    assert (decision.state, decision.reason) == (state, reason)
    assert (decision.due_at == start) is (state is State.QUEUED)


@pytest.mark.parametrize(
    ("fire", "state", "reason", "is_due"),
    [
        pytest.param(State.QUEUED, State.QUEUED, Reason.WAITS_FOR_FIRE, False, id="waits-while-queued"),
        pytest.param(State.ATTEMPTING, State.QUEUED, Reason.WAITS_FOR_FIRE, False, id="waits-while-attempted"),
        pytest.param(State.SENT, State.QUEUED, Reason.FIRE_SETTLED, True, id="told"),
        pytest.param(State.UNCERTAIN, State.QUEUED, Reason.FIRE_SETTLED, True, id="perhaps-told"),
        pytest.param(State.FAILED, State.FAILED, Reason.FIRE_NOT_TOLD, False, id="never-told"),
    ],
)
def test_a_resolve_notice_follows_the_notice_of_the_fire(
    fire: State, state: State, reason: Reason, is_due: bool, start: datetime
) -> None:
    assert after_fire(fire, start) == Decision(state, reason, start if is_due else None)
