"""What is known of the recordings of noise, counts, water, light and bins holds in the files that are shipped."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from tests.recorded import french_periods, rows_of, series_of, texts_of

SITES = {"100031297": "Promenade", "100034978": "Gartenstraße", "100031300": "Hafenstraße"}


def bikes_by_day(month):
    """The bikes of each site on each civil day; a quarter of an hour belongs to the day in which it began."""
    days = defaultdict(Counter)
    for device, series in series_of(f"muenster-{month}", "count").items():
        for end, number in series:
            days[device][(end - timedelta(minutes=15)).date()] += int(number)
    return days


def test_the_minutes_of_noise_give_the_published_french_periods():
    minutes = series_of("noise-1min", "laeq")["noisemonitor-1m"]
    levels = {name: round(level, 2) for name, level in french_periods(minutes).items()}
    assert levels == {"ld": 51.89, "le": 50.48, "ln": 48.55, "lden": 55.74}


def test_each_day_of_noise_has_its_known_lden_and_the_last_day_of_march_is_the_loudest():
    days = defaultdict(list)
    for at, level in series_of("noise-1min", "laeq")["noisemonitor-1m"]:
        days[at.date()].append((at, level))
    whole = {
        day.day: round(french_periods(minutes)["lden"], 2) for day, minutes in days.items() if len(minutes) == 1440
    }
    assert whole == {
        21: 55.85, 22: 55.29, 23: 51.14, 24: 55.81, 25: 55.48, 26: 54.51,
        27: 55.25, 28: 55.99, 29: 54.41, 30: 56.10, 31: 59.39,
    }  # fmt: skip


def test_the_loudest_minute_is_in_a_morning_and_no_minute_is_missing():
    minutes = series_of("noise-1min", "laeq")["noisemonitor-1m"]
    at, level = max(minutes, key=lambda minute: minute[1])
    assert (round(level, 2), at.isoformat()) == (68.85, "2025-03-25T10:45:30-04:00")
    assert {later[0] - earlier[0] for earlier, later in pairwise(minutes)} == {timedelta(minutes=1)}


def test_the_evening_of_noise_has_each_of_its_seconds():
    seconds = [at for at, _ in series_of("noise-1s", "laeq")["noisemonitor-1s"]]
    assert seconds[0] + timedelta(hours=6) == seconds[-1]
    assert len(set(seconds)) == len(seconds) == 6 * 3600 + 1


@pytest.mark.parametrize(("month", "days"), [("2021-02", 28), ("2023-08", 30), ("2026-07", 31)])
def test_a_working_counter_has_96_quarters_a_day(month, days):
    quarters = defaultdict(Counter)
    for row in rows_of(f"muenster-{month}"):
        quarters[row.device][(row.local - timedelta(minutes=15)).date()] += 1
    assert set(quarters) == set(SITES)
    for device in ("100034978", "100031300"):
        assert set(quarters[device].values()) == {96}
        assert len(quarters[device]) == days


@pytest.mark.parametrize("month", ["2021-02", "2023-08", "2026-07"])
def test_the_channels_of_a_site_add_up_to_its_count(month):
    for row in rows_of(f"muenster-{month}"):
        channels = [int(text) for column, text in row.cells.items() if column != "count" and text]
        assert sum(channels) == int(row.cells["count"])


def test_in_the_snow_all_counters_fall_together():
    days = bikes_by_day("2021-02")
    promenade = {day.day: number for day, number in days["100031297"].items()}
    assert [promenade[day] for day in (5, 7, 8, 9, 10, 11, 16)] == [9470, 361, 551, 631, 1042, 1706, 5690]
    for device in SITES:
        assert days[device][date(2021, 2, 7)] < days[device][date(2021, 2, 5)] / 4


def test_the_dying_counter_says_zero_and_then_nothing_while_the_others_count():
    promenade = series_of("muenster-2023-08", "count")["100031297"]
    last = max(at for at, number in promenade if number)
    assert last.isoformat() == "2023-08-13T08:30:00+02:00"
    assert (promenade[-1][0] - last) / timedelta(minutes=15) == 42
    assert all(bikes_by_day("2023-08")[device][date(2023, 8, 20)] > 1000 for device in ("100034978", "100031300"))


def test_the_record_day_is_the_fifteenth_of_july():
    days = bikes_by_day("2026-07")
    assert [days[device][date(2026, 7, 15)] for device in SITES] == [24_693, 3_957, 9_826]
    assert max(days["100031297"].values()) == 24_693
    peak = max(series_of("muenster-2026-07", "count")["100031297"], key=lambda quarter: quarter[1])
    assert (peak[1], peak[0].isoformat()) == (658, "2026-07-01T07:45:00+02:00")


def test_a_day_of_the_national_schema_ends_at_midnight_even_when_the_clock_changes():
    ends = series_of("etalab-2022", "count")
    assert {len(days) for days in ends.values()} == {365}
    assert {at.time().isoformat() for days in ends.values() for at, _ in days} == {"00:00:00"}
    assert {at.date() for at, _ in ends["353226370"]} == {date(2022, 1, 2) + timedelta(days=n) for n in range(365)}


def test_nobody_and_no_measure_are_two_things_in_the_national_example():
    cells = Counter(row["count"] for row in texts_of("etalab-exemple"))
    assert (cells["0"], cells[""], sum(cells.values())) == (2, 1, 9)


@pytest.mark.parametrize(("recording", "column"), [("people-vs121", "people_in"), ("people-fpc", "nonNegDifCount2")])
def test_people_come_by_day_on_the_clock_of_the_recording(recording, column):
    for people in series_of(recording, column).values():
        by_day = sum(number for at, number in people if 6 <= at.hour < 19)
        assert by_day > 0.98 * sum(number for _, number in people)


def test_the_walkers_counters_only_grow_but_where_one_begins_again():
    smaller = 0
    for column in ("count1", "count2"):
        for series in series_of("people-fpc", column).values():
            smaller += sum(later[1] < earlier[1] for earlier, later in pairwise(series))
    assert smaller == 2


def test_a_walkers_counter_was_silent_for_almost_eleven_days():
    stamps = [at for at, _ in series_of("people-fpc", "count1")["fpc-ff58"]]
    longest = max(later - earlier for earlier, later in pairwise(stamps))
    assert longest == timedelta(days=10, hours=22)


def test_the_wave_of_the_calder_travels_down_the_valley():
    highest = {
        device: max(series, key=lambda level: level[1]) for device, series in series_of("calder-2025", "level").items()
    }
    assert {device: (level, f"{at:%d %H:%M}") for device, (at, level) in highest.items()} == {
        "hebden": (0.289, "12 10:15"),       # on the clock of London, one hour after UTC
        "todmorden": (0.15, "12 10:30"),
        "mytholmroyd": (1.551, "12 11:30"),
    }  # fmt: skip


def test_the_rain_of_the_calder_is_known_in_amount_and_time():
    rain = series_of("calder-2025", "rain")
    assert max(number for _, number in rain["gorple"]) == 3.6
    assert max(rain["walshaw"], key=lambda amount: amount[1]) == (
        datetime.fromisoformat("2025-09-08T16:00:00+00:00"),
        5.5,
    )


def test_every_level_of_the_calder_misses_the_same_hour():
    for series in series_of("calder-2025", "level").values():
        stamps = [at for at, _ in series]
        gaps = [later for earlier, later in pairwise(stamps) if later - earlier >= timedelta(hours=1)]
        assert [gap.isoformat() for gap in gaps] == ["2025-08-30T01:00:00+01:00"]


def test_rain_that_was_not_measured_is_empty_and_not_zero():
    cells = Counter(row["precipitation"] for row in texts_of("garonne-rain-2022-01"))
    assert cells[""] == 90
    assert cells["0.0"] > 100
    assert max(float(text) for text in cells if text) == 138.0


def test_raw_daylight_switches_a_lamp_eight_times():
    lit, switchings = True, []
    for at, lux in series_of("light-tuebingen-2023", "lux")["actlumus-1431"]:
        if lux > 35 if lit else lux < 20:
            lit = not lit
            switchings.append(f"{at:%d %H:%M:%S} {'on' if lit else 'off'}")
    assert len(switchings) == 8
    assert switchings[:2] == ["29 06:29:08 off", "29 20:26:08 on"]


def test_one_collection_in_sixty_was_for_a_bin_that_was_almost_empty():
    fills = [float(row["fill"]) for row in texts_of("edinburgh-2016")]
    assert (len(fills), sum(fill < 30 for fill in fills), fills.count(100)) == (10_000, 167, 1_405)
    assert len({row["device"] for row in texts_of("edinburgh-2016")}) == 334
