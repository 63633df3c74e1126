"""What an attempt costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.budgets import Budgets, Price
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.spending import reached_share, spending

BUDGETS = Budgets(prices=(Price(medium="sms", channel="outbox", to="+33", amount=72_500),))


def test_a_text_costs_its_segments(notification_of: Callable[..., Notification], start: datetime) -> None:
    found = spending(notification_of(body="ê" * 71, attempts=1), "gemapi", BUDGETS, start)
    assert (found.segments, found.price, found.month) == (2, 145_000, "2022-01")


def test_a_mail_costs_nothing(notification_of: Callable[..., Notification], start: datetime) -> None:
    found = spending(notification_of(medium=Medium.EMAIL, body="ê" * 500), "gemapi", BUDGETS, start)
    assert (found.segments, found.price) == (1, 0)


def test_an_attempt_counts_once_and_another_again(
    notification_of: Callable[..., Notification], start: datetime
) -> None:
    first = notification_of(attempts=1)
    ids = [spending(each, "gemapi", BUDGETS, start).id for each in (first, first, replace(first, attempts=2))]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(("spent", "mark"), [(79, None), (80, 80), (99, 80), (100, 100), (180, 100)])
def test_owners_are_told_at_two_marks(spent: int, mark: int | None) -> None:
    assert reached_share(spent, 100) == mark
