"""The rules of counters give, over the recorded counters, what a plain count of the same rows gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from tests.recorded import rows_of, texts_of
from tests.rules.watching import city, happened, made, moved, observed, of, told, truths, watching

PROMENADE, GARTEN, HAFEN = "muenster-promenade", "muenster-gartenstrasse", "muenster-hafenstrasse"
DEVICES = {PROMENADE: "100031297", GARTEN: "100034978", HAFEN: "100031300"}
MUENSTER = city(*(moved(point, tags=("velos",)) for point in DEVICES))
BERLIN, PARIS = "Europe/Berlin", "Europe/Paris"
DEAD, SILENT, SNOW = (f"mobilite.velos.{name}" for name in ("compteur-a-zero", "compteur-muet", "reseau-en-baisse"))
WALKERS, CROWD = "mobilite.passages.compteur-muet", "eclairage.vieux-port.foule"
QUARTER = timedelta(minutes=15)


def bikes(month):
    """The bikes of each site by the beginning of their quarter of an hour, on the local clock."""
    found = {point: {} for point in DEVICES}
    points = {device: point for point, device in DEVICES.items()}
    for row in rows_of(f"muenster-{month}"):
        found[points[row.device]][row.local - QUARTER] = int(row.cells["count"])
    return found


def in_three_hours(series, quarter):
    """Of the quarter and the eleven before; None where one was not counted."""
    counts = [series.get(quarter - index * QUARTER) for index in range(12)]
    return None if None in counts else sum(counts)


def local(*stamp):
    return datetime(*stamp, tzinfo=ZoneInfo(BERLIN))


def test_the_dead_counter_is_known_by_its_neighbours_at_a_quarter_past_eleven():
    counted = bikes("2023-08")
    zero = [quarter for quarter in counted[PROMENADE] if in_three_hours(counted[PROMENADE], quarter) == 0]
    assert zero[0] == local(2023, 8, 13, 4, 45)
    dead = [
        quarter
        for quarter in zero
        if 7 <= quarter.hour < 21 and sum(in_three_hours(counted[point], quarter) for point in (GARTEN, HAFEN)) >= 200
    ]
    assert (dead[0], dead[-1], len(dead)) == (local(2023, 8, 13, 11, 15), local(2023, 8, 13, 18, 45), 31)
    seen, book = observed("muenster-2023-08"), watching([DEAD, SNOW], MUENSTER)
    last = max(each.moment for each in of(seen, PROMENADE))
    # The counter's last three hours are still known for an hour after its last row; the count is of its own rows.
    held = [at.astimezone(ZoneInfo(BERLIN)) for at in truths(book, DEAD, PROMENADE, seen) if at <= last]
    assert held == [quarter + QUARTER for quarter in dead]
    assert told(happened(book, seen), DEAD, zone=BERLIN) == [("fired", "2023-08-13 11:30:00")]


def test_zeros_alone_would_have_spoken_at_a_quarter_to_five():
    without = {
        '      - at_least: [voisins, "200 {count}"]': "      - true",
        '      - time_between: ["07:00", "21:00"]\n': "",
    }
    seen = [each for each in observed("muenster-2023-08") if each.moment.day < 15]
    events = happened(watching([DEAD, SNOW], MUENSTER, without), seen)
    assert told(events, DEAD, PROMENADE, BERLIN)[0] == ("fired", "2023-08-13 05:00:00")


def test_the_counter_that_said_nothing_more_is_missed_after_twenty_six_hours():
    last = max(quarter for quarter in bikes("2023-08")[PROMENADE]) + QUARTER
    assert last == local(2023, 8, 13, 19)
    events = happened(watching([SILENT], MUENSTER), observed("muenster-2023-08"))
    assert told(events, SILENT, zone=BERLIN) == [("fired", "2023-08-14 21:00:00")]
    assert {event.subject for event in events} == {PROMENADE}


@pytest.mark.parametrize("month", ["2021-02", "2026-07"])
def test_in_months_without_a_failure_no_counter_is_dead_or_silent(month):
    assert happened(watching([DEAD, SILENT], MUENSTER), observed(f"muenster-{month}")) == []


def test_an_empty_cell_is_no_zero_and_no_news():
    points = ("baix-1", "baix-2", "baix-3")
    empty = [row["device"] for row in texts_of("etalab-exemple") if row["count"] == ""]
    seen = observed("etalab-exemple")
    values = {point: [each.sample.value for each in of(seen, point)] for point in points}
    assert values == {"baix-1": [20, 15], "baix-2": [0, 2, 2], "baix-3": [3, 5, 0]}
    assert empty == ["C-C-01-Baix"]
    events = happened(watching([WALKERS], city(*points)), seen, datetime(2021, 9, 9, tzinfo=UTC))
    assert [(event.subject, f"{event.transition.at:%d %H:%M}") for event in events] == [
        ("baix-1", "08 15:45"), ("baix-2", "08 16:00"), ("baix-3", "08 16:00"),
    ]  # fmt: skip


def test_a_counter_with_empty_cells_is_not_at_zero():
    """Three hours without a measure, beside busy neighbours: nothing is known of it, so it isn't dead."""
    start = local(2023, 8, 1, 9)
    busy = [made(point, "count", start, QUARTER, [60] * 20) for point in (GARTEN, HAFEN)]
    for quiet, outcome in (
        ([0] * 20, [("fired", "2023-08-01 11:15:00")]),
        ([None] * 20, []),
        ([5] * 2 + [None] * 18, []),
    ):
        seen = [*made(PROMENADE, "count", start, QUARTER, quiet), *busy[0], *busy[1]]
        # The first eleven zeros and the share that a window asks for: ten of twelve quarters are enough.
        assert told(happened(watching([DEAD, SNOW], MUENSTER), seen), DEAD, zone=BERLIN) == outcome


def days_below(month):
    """The days on which all sites had less than a quarter of their median of the 28 days before, at least six."""
    totals = {point: Counter() for point in DEVICES}
    for point, series in bikes(month).items():
        for quarter, number in series.items():
            totals[point][quarter.date()] += number
    days = sorted(totals[PROMENADE])
    return [day for day in days if all(_is_low(each, day) for each in totals.values())]


def _is_low(totals, day):
    before = [totals[day - timedelta(days=index)] for index in range(1, 29) if day - timedelta(days=index) in totals]
    return len(before) >= 6 and totals[day] < median(before) / 4


def test_the_snow_brings_the_whole_network_down_for_four_days():
    assert days_below("2021-02") == [date(2021, 2, day) for day in (7, 8, 9, 10)]
    events = happened(watching([SNOW], MUENSTER), observed("muenster-2021-02"))
    # A day is judged when it is over: the seventh at midnight, the eleventh a day after the tenth.
    assert told(events, SNOW, zone=BERLIN) == [("fired", "2021-02-08 00:00:00"), ("resolved", "2021-02-12 00:00:00")]


@pytest.mark.parametrize("month", ["2023-08", "2026-07"])
def test_months_without_snow_have_no_such_day(month):
    assert days_below(month) == []
    assert happened(watching([SNOW], MUENSTER), observed(f"muenster-{month}")) == []


def snowed_in():
    """The snow as it was, but the few bikes of Gartenstrasse went uncounted on the ninth: a loop under ice."""
    day = date(2021, 2, 9)
    for seen in observed("muenster-2021-02"):
        lost = seen.point == GARTEN and (seen.moment.astimezone(ZoneInfo(BERLIN)) - QUARTER).date() == day
        yield replace(seen, sample=structs.replace(seen.sample, value=0.0)) if lost else seen


def test_in_the_snow_no_counter_is_called_dead():
    seen = list(snowed_in())
    alone = happened(watching([DEAD], MUENSTER), seen)
    assert [(event.subject, event.transition.at.astimezone(ZoneInfo(BERLIN)).day) for event in alone] == [
        (GARTEN, 9), (GARTEN, 10),
    ]  # fmt: skip
    assert told(happened(watching([DEAD, SNOW], MUENSTER), seen), DEAD) == []


def crowd(start, *flows):
    """Passages for each quarter of an hour, ``(passages an hour, hours)`` after one another."""
    quarters = [flow / 4 for flow, hours in flows for _ in range(int(hours * 4))]
    return made("pietons-vieux-port", "count", start, QUARTER, quarters)


QUAY = watching([CROWD], city("pietons-vieux-port"))
EVENING = datetime(2022, 1, 15, 18, 15, tzinfo=ZoneInfo(PARIS))


@pytest.mark.parametrize(("flows", "expected"), [
    # An hour of it fills the window, then it lasts two: 18 to 21 h.
    pytest.param([(5000, 3)], [("fired", "21:00")], id="three hours at the mark"),
    pytest.param([(4996, 6)], [], id="just below"),
    pytest.param([(5000, 2.75)], [], id="a quarter too short"),
    pytest.param([(6000, 3), (3600, 4)], [("fired", "21:00"), ("resolved", "00:00")], id="then quiet for two hours"),
    pytest.param([(6000, 3), (3600, 2.5), (4800, 2)], [("fired", "21:00")], id="quiet for less than two hours"),
    pytest.param([(6000, 12)], [("fired", "21:00"), ("resolved", "03:00")], id="until three"),
])  # fmt: skip
def test_a_crowd_keeps_the_quay_lit_until_it_is_gone_or_three_o_clock(flows, expected):
    seen = crowd(EVENING, *flows)
    assert [(kind, at[11:16]) for kind, at in told(happened(QUAY, seen), CROWD, zone=PARIS)] == expected


def test_at_three_the_crowd_may_stay_and_the_lamps_go():
    events = happened(QUAY, crowd(EVENING, (6000, 12)))
    assert [event.transition.resolution for event in events] == [None, "outside-active"]


def test_the_next_evening_begins_anew():
    seen = crowd(EVENING, (6000, 9), (100, 15), (6000, 4))
    assert [at[8:16] for kind, at in told(happened(QUAY, seen), CROWD, zone=PARIS) if kind == "fired"] == [
        "15 21:00", "16 21:00",
    ]  # fmt: skip
