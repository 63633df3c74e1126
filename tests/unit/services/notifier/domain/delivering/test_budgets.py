"""Prices, months and limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain.delivering.budgets import LIMITS, Budgets, Price, Rate, euros, month_of, share_of

PRICES = Budgets(
    prices=(
        Price(medium="sms", channel=None, to="", amount=200_000),
        Price(medium="sms", channel=None, to="+33", amount=90_000),
        Price(medium="sms", channel="sms_twilio", to="+33", amount=72_500),
        Price(medium="sms", channel="sms_twilio", to="+336", amount=70_000),
        Price(medium="voice", channel=None, to="+33", amount=60_000),
    )
)


@pytest.mark.parametrize(
    ("channel", "address", "amount"),
    [
        pytest.param("sms_twilio", "+33639980101", 70_000, id="the-longest-beginning"),
        pytest.param("sms_twilio", "+33739980101", 72_500, id="a-shorter-one"),
        pytest.param("sms_http", "+33639980101", 90_000, id="of-any-channel"),
        pytest.param("sms_twilio", "+32470000000", 200_000, id="anywhere"),
    ],
)
def test_the_nearest_price_counts(channel: str, address: str, amount: int) -> None:
    assert PRICES.price("sms", channel, address) == amount


def test_what_has_no_price_costs_nothing() -> None:
    assert PRICES.price("email", "email_smtp", "camille@example.org") == 0
    assert [PRICES.is_paid(medium) for medium in ("sms", "voice", "email")] == [True, True, False]
    assert euros(72_500) == 0.0725


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        pytest.param(datetime(2026, 10, 31, 22, 59, tzinfo=UTC), "2026-10", id="winter-time-has-begun"),
        pytest.param(datetime(2026, 10, 31, 23, 0, tzinfo=UTC), "2026-11", id="midnight-in-paris"),
        pytest.param(datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "2026-07", id="in-summer"),
    ],
)
def test_a_month_is_that_of_paris(moment: datetime, month: str) -> None:
    assert month_of(moment) == month


@pytest.mark.parametrize(("spent", "budget", "share"), [(79, 100, 79), (799, 1000, 79), (1, 0, 100), (130, 100, 130)])
def test_a_share_is_rounded_down(spent: int, budget: int, share: int) -> None:
    assert share_of(spent, budget) == share


def test_a_rate_looks_back_exactly_as_far_as_it_says(start: datetime) -> None:
    rate = Rate(2, timedelta(minutes=15))
    before = [start - timedelta(minutes=15), start - timedelta(minutes=14)]
    assert not rate.is_reached(before, start)
    assert rate.is_reached([*before, start], start)
    assert [str(each) for each in LIMITS["sms"]] == ["5 in 15 min", "11 in 1 h", "21 in 3 h"]
