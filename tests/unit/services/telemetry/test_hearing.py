"""The registry hears of a device about once a minute, and at once when its battery changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.telemetry.domain.claim import Claim, Radio
from services.telemetry.domain.hearing import QUIET, Hearing, heard
from shared.model.devices import Heard
from shared.model.registry import BatteryField, Model, Text

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(after: timedelta = timedelta(), device: str = "d", **said: Any) -> Heard:
    return Heard(device=device, at=NOW + after, **said)


def test_a_device_is_told_of_once_in_a_while() -> None:
    hearing = Hearing()
    for second in range(180):
        news = hearing.news([at(second * SECOND)], NOW + second * SECOND)
        hearing.told(news, NOW + second * SECOND)
        assert bool(news) is (second % 60 == 0)


def test_what_was_not_committed_was_not_told() -> None:
    hearing = Hearing()
    assert hearing.news([at()], NOW) == hearing.news([at()], NOW) == (at(),)


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        ({"battery_percent": 92.0}, {"battery_percent": 91.0}, True),
        ({"battery_percent": 92.0}, {"battery_percent": 92.0}, False),
        ({"battery_percent": 92.0}, {}, False),
        ({}, {"battery_percent": 92.0}, True),
        ({"battery_v": 2.993}, {"battery_v": 2.991}, False),
        ({"battery_v": 2.993}, {"battery_v": 2.749}, True),
        ({"rssi_dbm": -80.0}, {"rssi_dbm": -100.0}, False),
    ],
)
def test_a_battery_that_changed_is_news_at_once(before: dict[str, Any], after: dict[str, Any], is_news: bool) -> None:
    hearing = Hearing()
    hearing.told(hearing.news([at(**before)], NOW), NOW)
    assert bool(hearing.news([at(SECOND, **after)], NOW + SECOND)) is is_news


def test_of_one_batch_the_newest_is_told_with_what_only_older_ones_say() -> None:
    status = at(battery_percent=75.0)
    uplinks = [at(2 * SECOND, rssi_dbm=-80.0), at(SECOND, rssi_dbm=-100.0, gateways=2), at(device="a")]
    news = Hearing().news([status, *uplinks], NOW)
    assert news == (at(device="a"), at(2 * SECOND, rssi_dbm=-80.0, gateways=2, battery_percent=75.0))


def test_what_is_older_than_what_was_told_is_no_news_however_late_it_comes() -> None:
    hearing = Hearing()
    hearing.told(hearing.news([at()], NOW), NOW)
    assert hearing.news([at(-SECOND, battery_percent=1.0)], NOW + 2 * QUIET) == ()


@pytest.mark.parametrize("battery", [101, -1, "full", None, float("nan"), True])
def test_a_share_of_a_charge_that_is_none_is_not_told(battery: object) -> None:
    words = Text("x", "x")
    model = Model(id="m", title=words, kind="k", observes={}, battery=BatteryField(path="battery", unit="%"))
    claim = Claim("d", NOW, {"battery": battery}, "t", radio=Radio(gateways=1))
    assert heard(claim, "d", model, claim.values) == at(gateways=1)
