"""Every shipped recording, imported whole over HTTP, gives the counts and figures of an independent computation.

What is expected is worked out from the rows of the files in plain Python; figures that are known of them stand beside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import fsum
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.console.city import City
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings, shipped_rules
from tests.component.conftest import Running
from tests.component.importing import history, points_of, send, series, zones_of
from tests.recorded import MANIFESTS, energy_mean, french_periods, series_of

pytestmark = pytest.mark.slow

AFTER_ALL = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NO_TIME = timedelta(microseconds=1)
NOISE = "bruit-montreal-minute"

# recording, its column, the property that it becomes, what the column's number is multiplied by
MEASURED = [
    ("calder-2025", "level", "level", 1),
    ("calder-2025", "rain", "rain", 1),
    ("edinburgh-2016", "fill", "fill_before", 0.8),
    ("edinburgh-2016", "weight", "weight", 1),
    ("edinburgh-2016", "volume", "volume", 1),
    ("etalab-2022", "count", "count", 1),
    ("etalab-exemple", "count", "count", 1),
    ("garonne-amont-2022-01", "hauteur", "level", 0.001),
    ("garonne-rain-2022-01", "precipitation", "rain", 1),
    ("garonne-toulouse-2022-01", "hauteur", "level", 0.001),
    ("light-tuebingen-2023", "lux", "illuminance", 1),
    ("muenster-2021-02", "count", "count", 1),
    ("muenster-2023-08", "count", "count", 1),
    ("muenster-2026-07", "count", "count", 1),
    ("noise-1min", "laeq", "laeq", 1),
    ("noise-1s", "laeq", "laeq", 1),
    ("people-vs121", "people_in", "entries", 1),
    ("people-vs121", "people_out", "exits", 1),
    ("wyndham-2018-2021", "latestFullness", "fill", 10),
]
IN_PARTS = ("calder-2025", "light-tuebingen-2023", "muenster-2021-02", "noise-1min", "noise-1s", "people-vs121")
COUNTERS = [("count1", "entries", "nonNegDifCount1"), ("count2", "exits", "nonNegDifCount2")]

# What makes one value of many; sums and levels stand at the end of what they stand for.
MADE_OF = {
    "level": fmean, "illuminance": fmean, "fill_before": fmean, "fill": lambda values: values[-1],
    "rain": fsum, "weight": fsum, "volume": fsum, "count": fsum, "entries": fsum, "exits": fsum, "laeq": energy_mean,
}  # fmt: skip
ENDS = ("rain", "weight", "volume", "count", "entries", "exits", "laeq")

Answers = dict[str, dict[str, int]]
Values = list[tuple[datetime, float]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Answers]]:
    """A city into which all recordings were imported, and what it answered to each."""
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=shipped_rules(), recorded_points="yes")
    city = City(settings, tmp_path_factory.mktemp("city"), VirtualClock(AFTER_ALL))
    with city.running() as rpc:
        at_work = Running(city, rpc)
        yield at_work, {recording: send(at_work, recording) for recording in MANIFESTS}


@pytest.fixture(scope="module")
def at_work(whole: tuple[Running, Answers]) -> Running:
    return whole[0]


@pytest.fixture(scope="module")
def places(at_work: Running) -> dict[str, str]:
    """The point of each device."""
    return points_of(at_work)


@pytest.fixture(scope="module")
def zones(at_work: Running) -> dict[str, ZoneInfo]:
    """The zone of each point."""
    return zones_of(at_work)


def begin(local: datetime, by: str, *, at_end: bool) -> datetime:
    """When the quarter of an hour, hour or day began to which a time belongs."""
    inside = local - NO_TIME if at_end else local
    minute = {"quarter-hour": inside.minute // 15 * 15, "hour": 0, "day": 0}[by]
    return inside.replace(hour=0 if by == "day" else inside.hour, minute=minute, second=0, microsecond=0)


def aggregates(values: Iterable[tuple[datetime, float]], name: str, by: str) -> dict[datetime, Any]:
    """What a city should say of each period in which something was measured."""
    inside: dict[datetime, list[float]] = defaultdict(list)
    for local, value in values:
        inside[begin(local, by, at_end=name in ENDS)].append(value)
    return {
        since: (len(some), *(pytest.approx(number, abs=1e-6) for number in (MADE_OF[name](some), min(some), max(some))))
        for since, some in inside.items()
    }


def told(at_work: Running, point: str, name: str, by: str, values: Values) -> dict[datetime, Any]:
    """What the city says of the time of some values; of a period without any it must say nothing."""
    periods = series(at_work, point, name, by, values[0][0] - DAY, values[-1][0])
    found = {item["since"]: tuple(item[key] for key in ("count", "value", "minimum", "maximum")) for item in periods}
    assert all(figures == (0, None, None, None) for figures in found.values() if not figures[0])
    return {since: figures for since, figures in found.items() if figures[0]}


def daily(at_work: Running, point: str, name: str, first: str, after: str) -> dict[str, dict[str, Any]]:
    """The daily values that the city keeps, by day."""
    return {item["day"]: item for item in at_work.rpc.telemetry.daily(point, name, first, after)}


def increases(values: Values) -> Values:
    """By how much a counter grew; one that shows less than before began again at zero."""
    return [(at, number - before if number >= before else number) for (_, before), (at, number) in pairwise(values)]


@pytest.mark.parametrize("recording", [name for name in MANIFESTS if name != "people-fpc"])
def test_every_measure_of_a_recording_is_taken_and_nothing_is_refused(
    whole: tuple[Running, Answers], recording: str
) -> None:
    columns = [column for name, column, _, _ in MEASURED if name == recording]
    cells = sum(len(values) for column in columns for values in series_of(recording, column).values())
    assert whole[1][recording] == {"accepted": cells, "duplicates": 0, "quarantined": 0, "rejected": 0}


def test_every_number_of_a_counter_is_taken(whole: tuple[Running, Answers]) -> None:
    numbers = sum(len(values) for column, _, _ in COUNTERS for values in series_of("people-fpc", column).values())
    assert whole[1]["people-fpc"] == {"accepted": numbers, "duplicates": 0, "quarantined": 0, "rejected": 0}


@pytest.mark.parametrize(("recording", "column", "name", "factor"), MEASURED)
def test_the_history_of_a_recording_is_the_recording(
    at_work: Running, places: dict[str, str], recording: str, column: str, name: str, factor: float
) -> None:
    for device, values in series_of(recording, column).items():
        first, last = values[0][0], values[-1][0]
        seen = [item for item in history(at_work, places[device], name) if first <= item[0] <= last]
        assert [at for at, _ in seen] == [at for at, _ in values]
        assert [value for _, value in seen] == pytest.approx([value * factor for _, value in values], abs=1e-9)


@pytest.mark.parametrize(("recording", "column", "name", "factor"), MEASURED)
def test_each_day_has_the_value_that_its_measures_give(
    at_work: Running,
    places: dict[str, str],
    zones: dict[str, ZoneInfo],
    recording: str,
    column: str,
    name: str,
    factor: float,
) -> None:
    for device, numbers in series_of(recording, column).items():
        point = places[device]
        values = [(at.astimezone(zones[point]), number * factor) for at, number in numbers]
        assert told(at_work, point, name, "day", values) == aggregates(values, name, "day")


@pytest.mark.parametrize("by", ["hour", "quarter-hour"])
@pytest.mark.parametrize(("recording", "column", "name"), [item[:3] for item in MEASURED if item[0] in IN_PARTS])
def test_each_part_of_a_day_has_the_value_that_its_measures_give(
    at_work: Running, places: dict[str, str], recording: str, column: str, name: str, by: str
) -> None:
    for device, values in series_of(recording, column).items():
        assert told(at_work, places[device], name, by, values) == aggregates(values, name, by)


def test_each_day_of_noise_has_its_french_periods(at_work: Running) -> None:
    days: dict[str, Values] = defaultdict(list)
    for local, level in series_of("noise-1min", "laeq")["noisemonitor-1m"]:
        days[local.date().isoformat()].append((local, level))
    kept = daily(at_work, NOISE, "laeq", "2025-03-01", "2025-05-01")
    assert kept.keys() == days.keys()
    for day, minutes in days.items():
        levels = {name: kept[day][name] for name in ("ld", "le", "ln", "lden") if kept[day][name] is not None}
        assert levels == pytest.approx(french_periods(minutes), abs=1e-6)
        assert (kept[day]["count"], kept[day]["expected"]) == (len(minutes), 1440)
    known = [55.85, 55.29, 51.14, 55.81, 55.48, 54.51, 55.25, 55.99, 54.41, 56.10, 59.39]
    assert [round(kept[day]["lden"], 2) for day in sorted(kept)[:11]] == known


def test_the_hours_of_noise_together_have_the_published_levels(at_work: Running) -> None:
    hours = told(at_work, NOISE, "laeq", "hour", series_of("noise-1min", "laeq")["noisemonitor-1m"])
    # An hour weighs as much as it has minutes: the last one is cut short.
    levels = french_periods((since, level) for since, (count, level, _, _) in hours.items() for _ in range(count))
    found = {name: round(level, 2) for name, level in levels.items()}
    assert found == {"ld": 51.89, "le": 50.48, "ln": 48.55, "lden": 55.74}


def test_three_quarters_of_an_hour_of_the_nights_were_loud_in_energy(at_work: Running) -> None:
    values = series_of("noise-1min", "laeq")["noisemonitor-1m"]
    quarters = told(at_work, NOISE, "laeq", "quarter-hour", values)
    night = {since: found for since, found in quarters.items() if since.hour >= 22 or since.hour < 6}
    loud = {f"{since:%d %H:%M}": round(level, 2) for since, (_, level, _, _) in night.items() if level >= 55}
    assert loud == {"31 01:45": 55.78, "31 05:30": 58.04, "31 05:45": 58.30}


def test_a_day_of_bikes_has_96_quarters_and_its_known_total(at_work: Running) -> None:
    days = daily(at_work, "muenster-promenade", "count", "2021-01-01", "2026-08-01")
    assert {days[day]["count"] for day in days if day.startswith(("2021-02", "2026-07"))} == {96}
    totals = {day: days[day]["sum"] for day in ("2021-02-05", "2021-02-07", "2026-07-15")}
    assert totals == {"2021-02-05": 9470, "2021-02-07": 361, "2026-07-15": 24_693}
    assert max(days.values(), key=lambda item: item["sum"])["day"] == "2026-07-15"
    assert (days["2023-08-13"]["count"], days["2023-08-13"]["expected"]) == (76, 96)
    assert "2023-08-14" not in days


def test_the_busiest_hour_of_the_record_month_is_known(at_work: Running) -> None:
    values = series_of("muenster-2026-07", "count")["100031297"]
    hours = told(at_work, "muenster-promenade", "count", "hour", values)
    since, (quarters, bikes, _, peak) = max(hours.items(), key=lambda item: item[1][1])
    assert (f"{since:%Y-%m-%d %H}", quarters, bikes) == ("2026-07-09 17", 4, 2136)
    assert max(found[3] for found in hours.values()) == 658
    assert peak <= 658


def test_what_the_page_says_of_the_bikes_is_what_was_counted(at_work: Running) -> None:
    values = series_of("muenster-2026-07", "count")["100034978"]
    days = aggregates(values, "count", "day")
    hours = {since: found for since, found in aggregates(values, "count", "hour").items() if since.day == 31}
    told_of = {item["name"]: item["value"] for item in at_work.rpc.telemetry.indicators(["muenster-gartenstrasse"])}
    july = sorted(days)
    assert told_of["yesterday"] == days[july[-1]][1]
    assert told_of["last-7-days"] == sum(days[day][1].expected for day in july[-7:])
    assert told_of["busiest-hour"] == max(found[1].expected for found in hours.values())


def test_nobody_is_a_zero_and_no_measure_is_nothing(at_work: Running) -> None:
    found = {}
    for number in (1, 2, 3):
        values = series_of("etalab-exemple", "count")[f"C-C-0{number}-Baix"]
        quarters = told(at_work, f"baix-{number}", "count", "quarter-hour", values)
        found[number] = [quarters[since][1] for since in sorted(quarters)]
    assert found == {1: [20, 15], 2: [0, 2, 2], 3: [3, 5, 0]}


@pytest.mark.parametrize(("column", "name", "published"), COUNTERS)
def test_a_cumulative_counter_gives_what_it_grew_by(
    at_work: Running, places: dict[str, str], column: str, name: str, published: str
) -> None:
    differ = 0
    said = series_of("people-fpc", published)
    for device, values in series_of("people-fpc", column).items():
        seen = history(at_work, places[device], name)
        assert seen == increases(values)
        assert all(number >= 0 for _, number in seen)
        differ += sum(ours != theirs for (_, ours), (_, theirs) in zip(seen, said[device][1:], strict=True))
    assert differ == {"count1": 47, "count2": 49}[column]


def test_the_days_of_a_cumulative_counter_add_up_to_what_it_shows(at_work: Running, places: dict[str, str]) -> None:
    numbers = series_of("people-fpc", "count1")["fpc-ff58"]
    days = daily(at_work, places["fpc-ff58"], "entries", "2023-09-01", "2024-09-01")
    assert sum(day["sum"] for day in days.values()) == numbers[-1][1] - numbers[0][1] == 57_805


def test_the_bins_of_wyndham_are_as_often_full_as_they_were(at_work: Running, places: dict[str, str]) -> None:
    fills = Counter[float]()
    for device in series_of("wyndham-2018-2021", "latestFullness"):
        fills.update(value for _, value in history(at_work, places[device], "fill"))
    assert fills == {0: 15_225, 20: 2_551, 40: 3_405, 60: 3_423, 80: 3_552, 100: 1_201}


def test_a_full_bin_of_edinburgh_is_eighty_percent_full(at_work: Running, places: dict[str, str]) -> None:
    fills = [
        value
        for device in series_of("edinburgh-2016", "fill")
        for _, value in history(at_work, places[device], "fill_before")
    ]
    assert (len(fills), max(fills), fills.count(80)) == (10_000, 80, 1_405)
    assert sum(fill < 30 * 0.8 for fill in fills) == 167


def test_the_flood_and_the_wave_of_the_calder_are_as_high_as_they_were(at_work: Running) -> None:
    highest = {
        point: max(value for _, value in history(at_work, point, "level"))
        for point in (
            "garonne-palaminy",
            "garonne-marquefave",
            "garonne-toulouse",
            "calder-hebden",
            "calder-mytholmroyd",
        )
    }
    assert highest == {
        "garonne-palaminy": 4.564,
        "garonne-marquefave": 7.458,
        "garonne-toulouse": 4.306,
        "calder-hebden": 0.289,
        "calder-mytholmroyd": 1.551,
    }


@pytest.mark.parametrize("point", ["calder-hebden", "calder-mytholmroyd", "calder-todmorden"])
def test_the_hour_that_the_calder_misses_has_no_level(at_work: Running, point: str) -> None:
    night = datetime(2025, 8, 29, 23, tzinfo=ZoneInfo("Europe/London"))
    hours = series(at_work, point, "level", "hour", night, night + DAY)
    by_hour = {f"{item['since']:%d %H}": item["count"] for item in hours}
    # From 23:00 UTC, which stands, to 00:00 UTC, on the clock of London.
    assert (by_hour["29 23"], by_hour["30 00"], by_hour["30 01"]) == (4, 1, 4)


def test_the_daylight_sensor_would_switch_a_lamp_eight_times(at_work: Running) -> None:
    lit, switchings = True, []
    for at, lux in history(at_work, "tuebingen-toit", "illuminance"):
        if lux > 35 if lit else lux < 20:
            lit = not lit
            switchings.append(f"{at + timedelta(hours=2):%d %H:%M:%S}")
    assert len(switchings) == 8
    assert switchings[:2] == ["29 06:29:08", "29 20:26:08"]


def test_a_recording_that_is_imported_again_changes_nothing(at_work: Running, places: dict[str, str]) -> None:
    before = at_work.rpc.telemetry.summary()["observations"]
    for recording in ("people-fpc", "garonne-rain-2022-01", "muenster-2023-08"):
        again = send(at_work, recording)
        assert (again["accepted"], again["quarantined"], again["rejected"]) == (0, 0, 0)
    assert at_work.rpc.telemetry.summary()["observations"] == before
    counted = sum(number for _, number in history(at_work, places["fpc-477f"], "exits"))
    assert counted == series_of("people-fpc", "count2")["fpc-477f"][-1][1]


def test_history_wakes_nobody(at_work: Running) -> None:
    assert at_work.rpc.rules_engine.summary()["fired"] == 0
