"""What people ask of street lights, read and judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.lighting_controller.domain.orders.order_wanted import (
    BadOrder,
    WantedEmergency,
    WantedOverride,
    WantedRenewal,
    digest_of,
    new_end,
    scope_of,
    span_of_emergency,
    span_of_override,
)

NOW = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
"""Midnight in Paris, three hours before the clocks are set back."""


def override(**fields: Any) -> WantedOverride:
    return msgspec.convert({"group": "bank", "level": 60, "reason": "essai", "lasts": "2 h"} | fields, WantedOverride)


def emergency(**fields: Any) -> WantedEmergency:
    return msgspec.convert({"area": "bank", "reason": "feu"} | fields, WantedEmergency)


def faults(wanted: WantedOverride | WantedEmergency) -> list[str]:
    with pytest.raises(BadOrder) as caught:
        span_of_override(wanted, NOW) if isinstance(wanted, WantedOverride) else span_of_emergency(wanted, NOW)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        pytest.param({}, "2026-10-24T22:00Z", "2026-10-25T00:00Z", id="from now"),
        pytest.param({"lasts": "4 h"}, "2026-10-24T22:00Z", "2026-10-25T02:00Z", id="hours that pass"),
        pytest.param({"lasts": None, "expiration": "2026-10-25 02:30"}, "2026-10-24T22:00Z", "2026-10-25T00:30Z",
                     id="of two such moments the first"),
        pytest.param({"lasts": None, "expiration": "2026-10-25T02:30+01:00"}, "2026-10-24T22:00Z", "2026-10-25T01:30Z",
                     id="the second by its offset"),
        pytest.param({"start": "2026-10-25 01:00"}, "2026-10-24T23:00Z", "2026-10-25T01:00Z", id="later"),
        pytest.param({"start": "2026-10-24 12:00"}, "2026-10-24T22:00Z", "2026-10-25T00:00Z", id="a past start"),
    ],
)  # fmt: skip
def test_times_are_read(fields: dict[str, Any], start: str, end: str) -> None:
    span = span_of_override(override(**fields), NOW)
    assert (span.starts_at, span.ends_at) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_all_faults_are_named_each_with_its_field() -> None:
    wanted = override(group="a b", level=101, reason=" ", lasts="soon", start="tomorrow", ramp_s=-1)
    assert [fault.partition(":")[0] for fault in faults(wanted)] == [
        "group", "level", "reason", "ramp_s", "start", "lasts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (override(level=50.5), "level"),
        (override(lasts="32 d"), "expiration"),
        (override(lasts=None), "expiration"),
        (override(expiration="2026-10-25 02:30"), "expiration"),
        (override(start="2028-01-01"), "start"),
        (override(start="9999-12-31T23:00:00-12:00"), "start"),
        (override(lasts="99999999999999 d"), "lasts"),
        (override(reason="a\0b"), "reason, key"),
        (override(key=""), "key"),
        (override(level=None), "lasts"),
        (override(level=None, lasts=None, day=True), "day"),
        (emergency(lasts="25 h"), "expiration"),
        (emergency(area=None), "area"),
        (emergency(polygon={"type": "Point"}), "area"),
        (emergency(area=None, groups=["a/b"]), "groups[0]"),
        (emergency(area=None, polygon={"type": "Point"}), "polygon"),
    ],
)
def test_one_fault_names_its_field(wanted: WantedOverride | WantedEmergency, field: str) -> None:
    assert faults(wanted)[0].partition(":")[0] == field


def test_an_emergency_lasts_four_hours_unless_said_otherwise() -> None:
    assert span_of_emergency(emergency(), NOW).ends_at == NOW + timedelta(hours=4)
    assert span_of_emergency(emergency(lasts="1 h"), NOW).ends_at == NOW + timedelta(hours=1)
    assert new_end(WantedRenewal(reason="encore"), NOW) == NOW + timedelta(hours=4)


def test_an_empty_order_is_no_fault() -> None:
    span = span_of_override(WantedOverride(group="bank"), NOW)
    assert span.starts_at == span.ends_at == NOW


def test_groups_named_twice_are_one() -> None:
    assert scope_of(emergency(groups=["a", "b", "a"])).groups == ("a", "b")
    assert scope_of(emergency(groups=["a"])).in_words() == "bank, a"


def test_the_same_demand_has_the_same_digest_however_its_level_is_written() -> None:
    assert digest_of(override(level=60)) == digest_of(override(level=60.0)) != digest_of(override(level=61))
