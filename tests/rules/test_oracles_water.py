"""The flood rules give, over the recorded rivers, what a plain count of the same rows gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.recorded import rows_of
from tests.rules.watching import city, happened, moved, observed, of, told, truths, watching

TOULOUSE, MARQUEFAVE, PALAMINY = "garonne-toulouse", "garonne-marquefave", "garonne-palaminy"
UPSTREAM = (MARQUEFAVE, "ariege-auterive", "garonne-portet")
CALDER = ("calder-hebden", "calder-gorple", "calder-walshaw")
STATIONS = {
    TOULOUSE: "O200004001", MARQUEFAVE: "O080001001", PALAMINY: "O060003001",
    "ariege-auterive": "O171251001", "garonne-portet": "O200001001",
}  # fmt: skip
HOUR, LEAP = timedelta(hours=1), "gemapi.station.saut"
AS_HUVEAUNE = city(moved(TOULOUSE, areas=("huveaune",)))
PREALERT = [("fired", "2022-01-10 01:45:00"), ("resolved", "2022-01-12 20:45:00")]
ALERT = [("fired", "2022-01-10 10:15:00"), ("resolved", "2022-01-11 19:30:00")]


def garonne(*points):
    return of(observed("garonne-toulouse-2022-01", "garonne-amont-2022-01"), *points)


def millimetres(point):
    """What a station told, as whole millimetres by time (UTC)."""
    recording = "garonne-toulouse-2022-01" if point == TOULOUSE else "garonne-amont-2022-01"
    return {row.at: int(float(row.cells["hauteur"])) for row in rows_of(recording) if row.device == STATIONS[point]}


def thousandths(device, column):
    """What a gauge of the Calder told, by time (UTC), in thousandths of its unit."""
    rows = (row for row in rows_of("calder-2025") if row.device == device)
    return {row.at: round(float(row.cells[column]) * 1000) for row in rows}


def episodes(levels, up, down):
    """When a level reaches one mark and then falls below the other, again and again."""
    found, high = [], False
    for at, level in levels.items():
        if level < down if high else level >= up:
            high = not high
            found.append(("fired" if high else "resolved", f"{at:%Y-%m-%d %H:%M:%S}"))
    return found


def rises(levels, least):
    """When a level has risen by more than 300 mm in an hour, and is so high."""
    return [at for at, level in levels.items() if level - levels.get(at - HOUR, level) > 300 and level >= least]


@pytest.mark.parametrize(("name", "up", "down", "expected"), [
    ("gemapi.garonne-toulouse.prealerte", 2000, 1800, PREALERT),
    ("gemapi.garonne-toulouse.alerte", 3000, 2800, ALERT),
])  # fmt: skip
def test_toulouse_is_warned_when_the_river_passed_its_two_marks(name, up, down, expected):
    book = watching([name], city(TOULOUSE))
    assert told(happened(book, garonne(TOULOUSE)), name) == expected == episodes(millimetres(TOULOUSE), up, down)


def test_as_a_ladder_the_same_flood_is_one_alert_that_worsens_and_eases():
    events = happened(watching(["gemapi.huveaune.crue", LEAP], AS_HUVEAUNE), garonne(TOULOUSE))
    assert told(events, "gemapi.huveaune.crue") == [
        PREALERT[0], ("worsened", ALERT[0][1]), ("eased", ALERT[1][1]), PREALERT[1],
    ]  # fmt: skip
    assert {event.transition.since for event in events} == {datetime(2022, 1, 10, 1, 45, tzinfo=UTC)}


def test_without_hysteresis_there_are_two_alerts():
    expected = [
        ("fired", "2022-01-10 10:15:00"), ("resolved", "2022-01-10 10:30:00"),
        ("fired", "2022-01-10 10:45:00"), ("resolved", "2022-01-11 17:45:00"),
    ]  # fmt: skip
    without = {'  until:\n    "<": [{var: level}, 2.8 m]\n': ""}
    book = watching(["gemapi.garonne-toulouse.alerte"], city(TOULOUSE), without)
    assert told(happened(book, garonne(TOULOUSE)), "gemapi.garonne-toulouse.alerte") == expected
    assert episodes(millimetres(TOULOUSE), 3000, 3000) == expected


def test_the_red_step_of_a_ladder_without_hysteresis_is_climbed_twice():
    without = {"      until: {below: [level, 2.8 m]}\n": ""}
    events = happened(watching(["gemapi.huveaune.crue", LEAP], AS_HUVEAUNE, without), garonne(TOULOUSE))
    kinds = [str(event.transition.kind) for event in events]
    assert kinds == ["fired", "worsened", "eased", "worsened", "eased", "resolved"]


def test_marquefave_rises_fast_at_105_readings_of_the_flood():
    book, seen = watching(["gemapi.montee.rapide", LEAP], city(MARQUEFAVE)), garonne(MARQUEFAVE)
    counted = rises(millimetres(MARQUEFAVE), 2000)
    assert (len(counted), counted[0]) == (105, datetime(2022, 1, 9, 20, tzinfo=UTC))
    assert truths(book, "gemapi.montee.rapide", MARQUEFAVE, seen) == counted
    assert told(happened(book, seen), "gemapi.montee.rapide")[0] == ("fired", "2022-01-09 20:00:00")


def test_without_a_level_two_releases_of_a_dam_look_like_floods():
    without = {"      - at_least: [level, 2.0 m]\n": ""}
    book = watching(["gemapi.montee.rapide", LEAP], city(MARQUEFAVE), without)
    held = truths(book, "gemapi.montee.rapide", MARQUEFAVE, garonne(MARQUEFAVE))
    assert held == rises(millimetres(MARQUEFAVE), 0)
    assert (len(held), sum(at.day == 2 for at in held), sum(at.day == 24 for at in held)) == (130, 2, 23)
    fired = {
        at[:10] for kind, at in told(happened(book, garonne(MARQUEFAVE)), "gemapi.montee.rapide") if kind == "fired"
    }
    assert {"2022-01-02", "2022-01-24"} <= fired


def test_toulouse_itself_never_rose_so_fast_while_it_was_high():
    book = watching(["gemapi.montee.rapide", LEAP], city(TOULOUSE))
    assert rises(millimetres(TOULOUSE), 2000) == []
    assert happened(book, garonne(TOULOUSE)) == []


def test_two_of_three_stations_upstream_warn_toulouse_almost_eight_hours_before():
    flood = range(8, 13)
    levels = {point: {at: mm for at, mm in millimetres(point).items() if at.day in flood} for point in UPSTREAM}
    instants = sorted({at for series in levels.values() for at in series})
    counted = next(at for at in instants if _reached(levels, at, timedelta(hours=6)) >= 2)
    assert counted == datetime(2022, 1, 10, 2, 25, tzinfo=UTC)
    downstream = next(at for at, level in millimetres(TOULOUSE).items() if level >= 3000)
    assert downstream - counted == timedelta(hours=7, minutes=50)
    seen = [each for each in garonne(*UPSTREAM) if each.moment.day in flood]
    events = happened(watching(["gemapi.garonne.amont", LEAP], city(*UPSTREAM)), seen)
    assert told(events, "gemapi.garonne.amont")[0] == ("fired", f"{counted:%Y-%m-%d %H:%M:%S}")
    assert [kind for kind, _ in told(events, "gemapi.garonne.amont")] == ["fired", "resolved"]


def _reached(levels, at, span):
    """How many stations were at three metres at some time in the span before."""
    return sum(
        any(level >= 3000 and at - span < then <= at for then, level in each.items()) for each in levels.values()
    )


def test_rain_on_two_gauges_and_a_rising_brook_meet_once_in_a_month():
    hebden, gauges = thousandths("hebden", "level"), [thousandths(name, "rain") for name in ("gorple", "walshaw")]
    quarters = [timedelta(minutes=15 * index) for index in range(12)]
    counted = [
        at
        for at, level in hebden.items()
        if level - hebden.get(at - HOUR, level) >= 50
        and all(sum(gauge.get(at - quarter, 0) for quarter in quarters) >= 5500 for gauge in gauges)
    ]
    assert counted == [datetime(2025, 9, 12, 6, 45, tzinfo=UTC)]
    seen, name = of(observed("calder-2025"), *CALDER), "gemapi.montee.pluie"
    book = watching([name, LEAP], city(*CALDER))
    assert truths(book, name, "calder-hebden", seen) == counted
    assert told(happened(book, seen), name) == [("fired", "2025-09-12 06:45:00"), ("resolved", "2025-09-12 07:00:00")]


def test_the_hole_at_palaminy_is_a_silent_station_but_no_flood():
    stamps = list(millimetres(PALAMINY))
    holes = [(before, after) for before, after in pairwise(stamps) if after - before >= HOUR]
    assert [(after - before, after) for before, after in holes] == [
        (3 * HOUR, datetime(2022, 1, 20, 10, 30, tzinfo=UTC))
    ]
    assert millimetres(PALAMINY)[holes[0][0]] < 2000
    book = watching(["gemapi.station.muette", "gemapi.station.muette-en-crue"], city(PALAMINY))
    events = happened(book, garonne(PALAMINY))
    assert told(events, "gemapi.station.muette") == [
        ("fired", "2022-01-20 08:00:00"), ("resolved", "2022-01-20 10:30:00"),
    ]  # fmt: skip
    assert told(events, "gemapi.station.muette-en-crue") == []


def test_with_a_mark_at_the_level_that_was_there_the_same_hole_is_an_alert():
    level = millimetres(PALAMINY)[datetime(2022, 1, 20, 7, 30, tzinfo=UTC)]
    lower = {"at_least: [derniere, 2.0 m]": f"at_least: [derniere, {level} mm]"}
    book = watching(["gemapi.station.muette-en-crue"], city(PALAMINY), lower)
    assert told(happened(book, garonne(PALAMINY)), "gemapi.station.muette-en-crue") == [
        ("fired", "2022-01-20 08:00:00"), ("resolved", "2022-01-20 10:30:00"),
    ]  # fmt: skip
