"""Tariffs by the hour of the clock, prices by night, and what they make of energy."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.energy.billing import Cost, bills, together
from services.lighting_controller.domain.energy.energy import Slot, Use
from services.lighting_controller.domain.energy.energy_table import HEADER, as_csv
from services.lighting_controller.domain.energy.pricing import Hours, Price, Prices

PARIS = ZoneInfo("Europe/Paris")
CHEAP = Hours("hc", time(22), time(6), 0.1)
PRICES = Prices((Price(date(2026, 1, 1), 0.3), Price(date(2026, 10, 20), 0.2, (CHEAP,), 50.0)))


@pytest.mark.parametrize(
    ("begin", "end", "clock", "held"),
    [
        ("22:00", "06:00", "22:00", True), ("22:00", "06:00", "05:59", True), ("22:00", "06:00", "06:00", False),
        ("22:00", "06:00", "12:00", False), ("12:00", "14:00", "12:00", True), ("12:00", "14:00", "14:00", False),
    ],
)  # fmt: skip
def test_a_tariff_has_its_hours_also_over_midnight(begin: str, end: str, clock: str, held: bool) -> None:
    hours = Hours("x", time.fromisoformat(begin), time.fromisoformat(end), 0.1)
    assert hours.hold(time.fromisoformat(clock)) is held


@pytest.mark.parametrize("night", [date(2026, 10, 24), date(2026, 3, 28), date(2026, 12, 1), date(2026, 7, 14)])
@pytest.mark.parametrize("edge", [time(22), time(2, 30), time(3)])
def test_tariffs_of_a_night_are_those_that_clocks_show_each_minute(night: date, edge: time) -> None:
    prices = Prices((Price(date(2026, 1, 1), 0.2, (Hours("hc", edge, time(6), 0.1),)),))
    since = datetime.combine(night, time(12), PARIS).astimezone(UTC)
    until = datetime.combine(night + timedelta(days=1), time(12), PARIS).astimezone(UTC)
    steps = prices.tariffs(since, until, PARIS)
    assert steps[0][0] == since
    moment, wrong = since, []
    while moment < until:
        told = next(tariff for at, tariff in reversed(steps) if at <= moment)
        clock = moment.astimezone(PARIS).time().replace(fold=0)
        cheap = edge <= clock < time(6) if edge < time(6) else not time(6) <= clock < edge
        if told != ("hc" if cheap else "base"):
            wrong.append(moment)
        moment += timedelta(minutes=1)
    assert wrong == []


def test_a_price_begins_with_the_night_of_its_day() -> None:
    price, none = PRICES.of(date(2026, 10, 19)), PRICES.of(date(2025, 12, 31))
    assert price is not None
    assert (price.per_kwh, none) == (0.3, None)


def test_a_bill_prices_each_tariff_and_what_is_estimated_too() -> None:
    night = date(2026, 10, 24)
    uses = {
        Slot(night, "base"): Use(reported_wh=1000, estimated_wh=500, calendar_wh=2000, full_wh=4000),
        Slot(night, "hc"): Use(reported_wh=3000, calendar_wh=3000, full_wh=6000),
        Slot(date(2026, 10, 19), "hc"): Use(reported_wh=100),
    }
    before, bill = bills(uses, PRICES)
    assert bill.cost == Cost(used=pytest.approx(0.6), calendar=pytest.approx(0.7), full=pytest.approx(1.4))
    assert (bill.used_wh, bill.saved_on_calendar_wh, bill.saved_on_full_wh) == (4500, 500, 5500)
    assert bill.co2_g == 225
    # A tariff that the price of that night does not have costs what all other hours cost.
    assert before.cost == Cost(used=pytest.approx(0.03), calendar=0, full=0)
    assert together([before, bill]).cost == Cost(
        used=pytest.approx(0.63), calendar=pytest.approx(0.7), full=pytest.approx(1.4)
    )


def test_a_sum_with_a_night_that_has_no_price_has_none() -> None:
    priced, free = date(2026, 10, 24), date(2025, 1, 1)
    whole = together(bills({Slot(priced, "base"): Use(reported_wh=1), Slot(free, "base"): Use(reported_wh=2)}, PRICES))
    assert (whole.cost, whole.co2_g, whole.used_wh) == (None, None, 3)


def test_the_table_to_take_away_is_this_one() -> None:
    names = (
        "energy_kwh", "reported_kwh", "estimated_kwh", "calendar_kwh", "full_kwh", "saved_calendar_kwh",
        "saved_full_kwh", "cost_eur", "cost_calendar_eur", "cost_full_eur", "co2_g", "lit_h", "lit_estimated_h",
        "unknown_h",
    )  # fmt: skip
    night = {**{name: number + 0.5 for number, name in enumerate(names)}, "co2_g": None, "switchings": 4}
    night |= {"night": "2026-10-24", "saved_calendar_kwh": -0.25}
    views = [
        {"group": None, "title": "", "nights": [night]},
        {"group": "bank", "title": '=cmd|"x", y', "nights": [night]},
    ]
    assert HEADER == (
        "night,group,title,energy_kWh,reported_kWh,estimated_kWh,calendar_kWh,full_kWh,saved_calendar_kWh,saved_full_kWh,"
        "cost_EUR,cost_calendar_EUR,cost_full_EUR,co2_g,lit_h,lit_estimated_h,unknown_h,switchings\r\n"
    )
    figures = "0.5,1.5,2.5,3.5,4.5,-0.25,6.5,7.5,8.5,9.5,,11.5,12.5,13.5,4"
    assert as_csv(views).splitlines()[1:] == [
        f"2026-10-24,,,{figures}",
        f'2026-10-24,bank,"\'=cmd|""x"", y",{figures}',
    ]
