"""Readings that leap, stations and probes that fall silent, mud that is no pollution: over made-up series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.rules.watching import city, happened, made, told, watching

STATION, PROBE = "huveaune-aubagne", "qualite-huveaune"
FLOOD, RISE, MUD = "gemapi.huveaune.crue", "gemapi.montee.rapide", "gemapi.montee.eau-trouble"
LEAP, SILENT, GONE = "gemapi.station.saut", "gemapi.station.muette", "gemapi.station.muette-en-crue"
TURBID, OXYGEN, SALT = "gemapi.qualite.turbidite", "gemapi.qualite.oxygene", "gemapi.qualite.conductivite"
FAULTY = "gemapi.qualite.sonde"
NOON, QUARTER = datetime(2022, 3, 2, 12, tzinfo=UTC), timedelta(minutes=15)
WATER = (FLOOD, RISE, LEAP, SILENT, GONE, MUD)
QUALITY = (TURBID, OXYGEN, SALT, FAULTY, FLOOD, MUD, LEAP)


def level(*values, start=NOON):
    return made(STATION, "level", start, QUARTER, values)


def quality(start=NOON, **series):
    return [seen for name, values in series.items() for seen in made(PROBE, name, start, QUARTER, values)]


def outcome(rules, seen, rule, points, minutes=None):
    until = None if minutes is None else NOON + timedelta(minutes=minutes)
    return [(kind, at[11:16]) for kind, at in told(happened(watching(rules, city(*points)), seen, until), rule)]


def at_station(rule, seen, minutes=None):
    return outcome(WATER, seen, rule, [STATION], minutes)


def at_probe(rule, seen, minutes=None):
    return outcome(QUALITY, seen, rule, [STATION, PROBE], minutes)


def test_a_leap_is_a_fault_and_raises_no_flood_before_the_next_reading_confirms_it():
    seen = level(0.9, 0.9, 3.2, 3.2, 3.2)
    assert at_station(LEAP, seen) == [("fired", "12:30"), ("resolved", "12:45")]
    events = happened(watching(WATER, city(STATION)), seen)
    flood = [event.transition for event in events if event.rule == FLOOD]
    assert [str(each.kind) for each in flood] == ["fired"]
    assert flood[0].after == (0, 1)
    assert flood[0].decided_at >= NOON + 3 * QUARTER


def test_a_leap_that_comes_back_is_never_a_flood():
    seen = level(0.9, 0.9, 3.2, 0.9, 0.9, 0.9)
    assert at_station(LEAP, seen) == [("fired", "12:30"), ("resolved", "13:00")]
    assert at_station(FLOOD, seen, 240) == at_station(RISE, seen, 240) == at_station(MUD, seen, 240) == []


def test_without_the_leap_the_same_readings_would_be_a_flood():
    seen = level(0.9, 0.9, 1.8, 2.7, 3.2)
    assert at_station(LEAP, seen) == []
    assert at_station(FLOOD, seen, 75) == [("fired", "12:45"), ("worsened", "13:00")]
    assert at_station(RISE, seen, 75) == [("fired", "13:00")]
    assert at_station(RISE, level(1.9, 1.9, 2.0, 2.1, 2.15, 2.25), 80) == [("fired", "13:15")]


def test_a_rise_and_a_leap_at_one_station_tell_the_leap_only():
    seen = level(1.2, 1.2, 1.2, 1.2, 1.2, 2.5, 1.2, 1.2)
    assert at_station(RISE, seen, 240) == []
    assert at_station(LEAP, seen) == [("fired", "13:15"), ("resolved", "13:45")]


@pytest.mark.parametrize(("last", "gone"), [(1.99, []), (2.0, [("fired", "13:00")]), (4.1, [("fired", "13:00")])])
def test_silence_is_an_alert_where_the_river_was_high(last, gone):
    seen = level(1.9, 1.95, last)
    assert at_station(GONE, seen, 180) == gone
    assert at_station(SILENT, seen, 180) == [("fired", "13:00")]


def test_a_station_that_speaks_again_is_silent_no_more():
    seen = level(2.3, 2.3, None, None, None, 2.2)
    assert at_station(GONE, seen) == [("fired", "12:45"), ("resolved", "13:15")]


def test_a_flood_goes_on_while_its_station_is_silent():
    seen = level(2.3, 2.3)
    assert at_station(FLOOD, seen, 600) == [("fired", "12:00")]


def test_a_station_that_never_spoke_is_not_silent_but_not_there_yet():
    events = happened(watching([SILENT], city(STATION, "huveaune-marseille")), level(0.5, 0.5), NOON + 4 * QUARTER)
    assert {event.subject for event in events} == {STATION}


def test_three_turbid_readings_in_a_row_are_a_pollution_and_two_are_a_leaf():
    calm = level(*[0.8] * 12)
    assert at_probe(TURBID, [*calm, *quality(turbidity=[12, 150, 150, 60, 150, 150, 150, 90, 79])]) == [
        ("fired", "13:30"), ("resolved", "14:00"),
    ]  # fmt: skip


def test_mud_of_a_rising_river_is_no_pollution_until_the_river_is_quiet():
    rising = level(*[0.8] * 28, *[0.8 + 0.1 * step for step in range(1, 7)], *[1.4] * 40, start=NOON - 24 * QUARTER)
    turbid = quality(turbidity=[12] * 9 + [150] * 41)
    events = happened(watching(QUALITY, city(STATION, PROBE)), [*rising, *turbid])
    (fired,) = [event.transition for event in events if event.rule == TURBID]
    quiet = next(event.transition.at for event in events if event.rule == MUD and event.transition.kind == "resolved")
    assert (f"{quiet:%H:%M}", str(fired.kind)) == ("20:00", "fired")
    assert timedelta() <= fired.decided_at - quiet <= timedelta(minutes=2)


def test_mud_of_a_flood_is_no_pollution():
    high = level(*[2.4] * 16)
    turbid = quality(turbidity=[12] + [300] * 15)
    assert at_probe(FLOOD, [*high, *turbid]) == [("fired", "12:00")]
    assert at_probe(TURBID, [*high, *turbid]) == []


def test_a_silent_station_holds_no_pollution_back():
    assert at_probe(TURBID, quality(turbidity=[12, 150, 150, 150]), 50) == [("fired", "12:45")]


def test_a_pollution_far_from_a_flood_is_told():
    """The Arc and the Huveaune have no area in common."""
    high = level(*[2.4] * 8)
    turbid = made("qualite-arc", "turbidity", NOON, QUARTER, [12, 150, 150, 150, 150])
    seen = [*high, *turbid]
    assert outcome(QUALITY, seen, TURBID, [STATION, "qualite-arc"], 100) == [("fired", "12:45")]


def test_an_hour_without_oxygen_is_told():
    assert at_probe(OXYGEN, quality(oxygen=[8, 4.9, 4.8, 4.7, 4.8, 4.6, 5.5, 6.1])) == [
        ("fired", "13:15"), ("resolved", "13:45"),
    ]  # fmt: skip
    assert at_probe(OXYGEN, quality(oxygen=[8, 4.9, 4.8, 4.7, 5.1, 4.6, 4.6, 4.6])) == []


@pytest.mark.parametrize(("now", "fires"), [(901, True), (899, False), (301, False), (299, True)])
def test_a_conductivity_half_as_large_again_or_half_as_small_as_a_day_ago_is_told(now, fires):
    day = [600 + step % 2 for step in range(96)]
    seen = quality(conductivity=[*day, now], turbidity=[step % 3 for step in range(97)])
    assert at_probe(SALT, seen, 24 * 60 + 2) == ([("fired", "12:00")] if fires else [])


@pytest.mark.parametrize(("series", "at"), [
    pytest.param({"conductivity": [640, 641, -3, 642]}, "12:30", id="negative conductivity"),
    pytest.param({"ph": [7.9, 7.9, 14.2, 7.9]}, "12:30", id="pH above 14"),
    pytest.param({"ph": [7.9, -0.1, 7.9]}, "12:15", id="pH below 0"),
])  # fmt: skip
def test_what_no_water_can_be_is_a_faulty_probe(series, at):
    assert at_probe(FAULTY, quality(**series))[0] == ("fired", at)
    assert at_probe(FAULTY, quality(**series))[1][0] == "resolved"


@pytest.mark.parametrize("name", ["conductivity", "turbidity"])
def test_one_value_for_a_day_is_a_stuck_probe(name):
    stuck = quality(**{name: [34.0] * 98})
    assert at_probe(FAULTY, stuck) == [("fired", "12:00")]
    assert at_probe(FAULTY, quality(**{name: [34.0] * 96})) == []


def test_a_silent_probe_is_faulty():
    assert at_probe(FAULTY, quality(turbidity=[12, 12]), 60) == [("fired", "12:45")]


@pytest.mark.parametrize(("rule", "series"), [
    (TURBID, {"turbidity": [12, 150, 160, 150, 150]}),
    (OXYGEN, {"oxygen": [8, 4, 4, 4, 4, 4, 4]}),
])  # fmt: skip
def test_the_readings_of_a_faulty_probe_alarm_nobody(rule, series):
    assert at_probe(rule, quality(**series), 100) != []
    assert at_probe(rule, quality(**series, ph=[7.9] + [14.3] * 6), 100) == []
