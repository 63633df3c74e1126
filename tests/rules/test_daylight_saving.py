"""Both days on which clocks are changed: nights of 7 and 9 hours, days of 23 and 25, the sun, and what is usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.rules.trying import BIKES, NOISE, PARIS, QUARTER, changes, fired
from tests.rules.watching import made


@pytest.mark.parametrize(("eve", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-10", 8)])
@pytest.mark.parametrize("lines", [{"active": "{time_between: [22:00, 06:00]}"}, {}])
def test_a_night_from_22_to_6_is_the_night_of_its_date(eve, hours, lines):
    start = datetime.fromisoformat(f"{eve}T12:00").replace(tzinfo=ZoneInfo(PARIS)).astimezone(UTC)
    seen = made(NOISE, "laeq", start, timedelta(minutes=5), [70] * 12 * 24)
    loud = "{above: [laeq, 60 dB]}"
    when = loud if lines else f"{{and: [{loud}, {{time_between: [22:00, 06:00]}}]}}"
    found = changes(when, seen, point=NOISE, kind="noise-station", zone=PARIS, **lines)
    assert [(kind, at[-8:]) for kind, at in found] == [("fired", "22:00:00"), ("resolved", "06:00:00")]
    begin, end = (at for _, at in changes(when, seen, point=NOISE, kind="noise-station", **lines))
    assert datetime.fromisoformat(end) - datetime.fromisoformat(begin) == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "quarters"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-06-10", 96)])
def test_a_day_has_all_its_quarters_and_no_other(day, quarters):
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(PARIS)).astimezone(UTC)
    seen = made(BIKES, "count", start + QUARTER, QUARTER, [1] * (quarters + 2))
    when = f"{{equals: [{{sum_over: [count, 1 d, 100 %]}}, '{quarters} {{count}}']}}"
    found = changes(when, seen, point=BIKES, kind="bike-counter", zone=PARIS, every="1 d")
    midnight = (datetime.fromisoformat(day) + timedelta(days=1)).date()
    assert found == [("fired", f"{midnight} 00:00:00")]


@pytest.mark.parametrize(
    ("day", "sunset"),
    [("2026-03-28", "18:59"), ("2026-03-29", "20:01"), ("2026-10-24", "18:41"), ("2026-10-25", "17:39")],
)
def test_the_sun_sets_by_the_clocks_of_its_day(day, sunset):
    start = datetime.fromisoformat(f"{day}T16:00").replace(tzinfo=ZoneInfo(PARIS)).astimezone(UTC)
    seen = made(NOISE, "laeq", start, timedelta(minutes=5), [70] * 12 * 5)
    rest = {"point": NOISE, "kind": "noise-station", "zone": PARIS}
    ((kind, at),) = changes("{above: [laeq, 60 dB]}", seen, active="{sun_between: [sunset, dawn]}", **rest)
    expected = datetime.fromisoformat(f"{day} {sunset}")
    assert kind == "fired"
    assert abs(datetime.fromisoformat(at) - expected) < timedelta(minutes=1.1), "the place is a mile from the reference"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_what_is_usual_at_eight_is_what_was_at_eight_before_the_change(day):
    """Each day the same, by the clocks: a hundred bikes from 7:00 to 8:00, none at any other hour."""
    zone = ZoneInfo(PARIS)
    start = (datetime.fromisoformat(day) - timedelta(days=3)).replace(tzinfo=zone).astimezone(UTC)
    ends = [start + index * QUARTER for index in range(1, 4 * 24 * 6)]
    counts = [25 if 7 <= (end - QUARTER).astimezone(zone).hour < 8 else 0 for end in ends]
    seen = [
        each for end, count in zip(ends, counts, strict=True) for each in made(BIKES, "count", end, QUARTER, [count])
    ]
    usual = "{baseline: [{sum_over: [count, 1 h]}, 1 d, 3 d, 2]}"
    rest = {"point": BIKES, "kind": "bike-counter"}
    assert fired(f"{{'!=': [{{sum_over: [count, 1 h]}}, {usual}]}}", seen, **rest) == 0
    assert fired(f"{{equals: [{{sum_over: [count, 1 h]}}, {usual}]}}", seen, **rest) == 1, "and it is known"
    by_hours = usual.replace("1 d, 3 d", "24 h, 72 h")
    assert fired(f"{{'!=': [{{sum_over: [count, 1 h]}}, {by_hours}]}}", seen, **rest) > 0
