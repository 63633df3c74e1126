"""What goes, what is folded and by which limit, and what the digest says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.budgets import Budgets, Price, Rate
from services.notifier.domain.delivering.folding import (
    EXEMPT,
    Cause,
    FoldedNotice,
    Standing,
    fold_of,
    lines_of,
    open_codes,
    opened,
)
from services.notifier.domain.delivering.notification import Kind, Notification
from shared.model.incidents import IncidentStatus

BUDGETS = Budgets(
    prices=(Price(medium="sms", channel=None, to="", amount=70_000),),
    limits={"sms": (Rate(2, timedelta(minutes=15)), Rate(3, timedelta(hours=1))), "email": ()},
)


@pytest.fixture
def normal(notification_of: Callable[..., Notification]) -> Callable[..., Notification]:
    return lambda **said: notification_of(**({"criticality": "normal"} | said))


def standing(start: datetime, minutes_ago: tuple[float, ...] = (), **said: Any) -> Standing:
    return Standing(interrupted=[start - timedelta(minutes=each) for each in minutes_ago], **said)


@pytest.mark.parametrize(
    ("minutes_ago", "words"),
    [
        pytest.param((), None, id="the-first"),
        pytest.param((1,), None, id="the-second"),
        pytest.param((1, 2), "sms: 2 in 15 min", id="one-too-many"),
        pytest.param((1, 15), None, id="the-quarter-is-over"),
        pytest.param((14, 30, 59), "sms: 3 in 1 h", id="the-longer-limit"),
        pytest.param((14, 30, 60), None, id="the-hour-is-over"),
    ],
)
def test_a_person_is_interrupted_so_often(
    start: datetime, normal: Any, minutes_ago: tuple[float, ...], words: str | None
) -> None:
    found = fold_of(normal(), standing(start, minutes_ago), BUDGETS, start)
    assert (found and found.words) == words
    assert found is None or found.cause is Cause.INTERRUPTIONS


@pytest.mark.parametrize(
    ("spent", "criticality", "medium", "cause"),
    [
        pytest.param(79, "normal", Medium.SMS, None, id="79"),
        pytest.param(80, "normal", Medium.SMS, None, id="80"),
        pytest.param(99, "comfort", Medium.SMS, None, id="99"),
        pytest.param(100, "normal", Medium.SMS, Cause.BUDGET, id="100"),
        pytest.param(100, "comfort", Medium.SMS, Cause.BUDGET, id="100-comfort"),
        pytest.param(250, "vital", Medium.SMS, None, id="vital-always-goes"),
        pytest.param(250, "normal", Medium.EMAIL, None, id="a-mail-costs-nothing"),
    ],
)
def test_what_is_not_vital_is_folded_when_the_budget_is_spent(
    start: datetime, normal: Any, spent: int, criticality: str, medium: Medium, cause: Cause | None
) -> None:
    notice = normal(criticality=criticality, medium=medium)
    found = fold_of(notice, standing(start, spent=spent, budget=100), BUDGETS, start)
    assert (found and found.cause) == cause


def test_without_a_budget_nothing_is_spent(start: datetime, normal: Any) -> None:
    assert fold_of(normal(), standing(start, spent=10**9), BUDGETS, start) is None


@pytest.mark.parametrize("kind", sorted(EXEMPT))
def test_a_digest_and_what_announces_it_always_go(start: datetime, normal: Any, kind: Kind) -> None:
    drowned = standing(start, (1,) * 50, spent=100, budget=100)
    assert fold_of(normal(kind=kind), drowned, BUDGETS, start) is None
    assert fold_of(normal(), drowned, BUDGETS, start) is not None


@pytest.mark.parametrize(
    ("kind", "cause"),
    [(Kind.RESOLVE, Cause.FOLLOWS_FOLDED), (Kind.EASE, Cause.FOLLOWS_FOLDED), (Kind.WORSEN, None), (Kind.FIRE, None)],
)
def test_an_end_is_not_told_alone(start: datetime, normal: Any, kind: Kind, cause: Cause | None) -> None:
    found = fold_of(normal(kind=kind), standing(start, follows_folded=True), BUDGETS, start)
    assert (found and found.cause) == cause


def test_what_a_carrier_may_have_taken_is_not_folded(start: datetime, normal: Any) -> None:
    assert fold_of(normal(doubts=1), standing(start, (1, 2)), BUDGETS, start) is None


def test_a_digest_waits_from_the_first_folded_notice_on(start: datetime) -> None:
    folder = opened("camille", "astreinte", BUDGETS, start)
    assert folder.due_at == folder.sends_at == start + timedelta(minutes=30)
    assert folder == opened("camille", "astreinte", BUDGETS, start)
    assert folder.id != opened("idir", "astreinte", BUDGETS, start).id


def notice(start: datetime, **said: Any) -> FoldedNotice:
    valid: dict[str, Any] = {
        "incident": "i-1",
        "kind": Kind.FIRE,
        "medium": "sms",
        "subject": "",
        "body": "Vigie V-7K3Q",
        "queued_at": start,
        "code": "V-7K3Q",
        "status": IncidentStatus.OPEN,
    }
    return FoldedNotice(**(valid | said))


def test_a_digest_lists_each_notice_once_whatever_its_medium(start: datetime) -> None:
    notices = [
        notice(start),
        notice(start, medium="email", subject="[orange] Garonne", body="long"),
        notice(start, incident="i-2", code="V-2222", status=IncidentStatus.RESOLVED, body="Vigie V-2222"),
        notice(start, incident="i-2", code="V-2222", status=IncidentStatus.RESOLVED, kind=Kind.RESOLVE, body="fin"),
        notice(start, incident=None, code=None, status=None, body="sans incident"),
    ]
    assert lines_of(notices) == (
        ("10/01 02:45 [orange] Garonne",),
        ("10/01 02:45 Vigie V-2222", "10/01 02:45 fin", "10/01 02:45 sans incident"),
    )
    assert open_codes(notices) == ("V-7K3Q",)
