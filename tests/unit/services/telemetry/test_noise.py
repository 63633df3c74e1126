"""Levels of day, evening and night, against figures that were worked out elsewhere (rules/recordings/SOURCES.md)."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from services.telemetry.domain.aggregating import Partial, energy_mean, together, value_of
from services.telemetry.domain.noise import Levels, exposure, lden, part_of_day
from services.telemetry.domain.periods import civil_day
from shared.runtime.settings import shipped_rules

TORONTO = ZoneInfo("America/Toronto")


@cache
def hours() -> list[Partial]:
    """The recorded minutes, in bins of an hour."""
    bins: dict[int, list[float]] = defaultdict(list)
    with gzip.open(shipped_rules() / "recordings" / "noise-1min.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            shown = datetime.fromisoformat(row["time"])
            moment = shown if shown.tzinfo else shown.replace(tzinfo=TORONTO)
            bins[int(moment.timestamp()) // 3600 * 3600].append(float(row["laeq"]))
    return [of_values(start, values) for start, values in sorted(bins.items())]


def of_values(start: int, values: list[float]) -> Partial:
    return Partial(
        start, len(values), sum(values), min(values), max(values), sum(10 ** (value / 10) for value in values)
    )


def rounded(levels: Levels) -> list[float | None]:
    return [None if value is None else round(value, 2) for value in (levels.ld, levels.le, levels.ln, levels.lden)]


def test_the_whole_recording_has_the_levels_of_the_french_periods() -> None:
    found = exposure(hours(), TORONTO)
    assert rounded(found.levels) == [51.89, 50.48, 48.55, 55.74]
    assert sum(found.counts.values()) == 16_470


@pytest.mark.parametrize(
    ("day", "level"),
    list(
        enumerate([55.85, 55.29, 51.14, 55.81, 55.48, 54.51, 55.25, 55.99, 54.41, 56.10, 59.39], start=21),
    ),
)
def test_each_civil_day_has_its_lden(day: int, level: float) -> None:
    since, until = (moment.timestamp() for moment in civil_day(date(2025, 3, day), TORONTO))
    found = exposure([item for item in hours() if since <= item.start < until], TORONTO)
    assert found.levels.lden == pytest.approx(level, abs=0.005)


def test_the_same_level_all_day_weighs_more_for_its_evening_and_night() -> None:
    """12 h, 4 h with 5 dB and 8 h with 10 dB: 10 log10((12 + 4 * 3.162 + 8 * 10) / 24) = 6.4 dB above."""
    assert lden(50, 50, 50) == pytest.approx(56.395, abs=0.001)


def test_no_lden_without_a_night() -> None:
    by_day = [of_values(int(datetime(2025, 3, 21, 16, tzinfo=UTC).timestamp()), [50.0])]
    assert exposure(by_day, TORONTO).levels == Levels(ld=pytest.approx(50.0))


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "ln"), (5, "ln"), (6, "ld"), (17, "ld"), (18, "le"), (21, "le"), (22, "ln"), (23, "ln")]
)
def test_the_french_day_is_6_to_18_and_the_evening_until_22(hour: int, part: str) -> None:
    assert part_of_day(datetime(2025, 7, 1, hour, tzinfo=ZoneInfo("Europe/Paris")), ZoneInfo("Europe/Paris")) == part


def test_the_energy_mean_of_two_levels_is_not_their_middle() -> None:
    loud_and_quiet = of_values(0, [70.0, 50.0])
    assert value_of(loud_and_quiet, "energy-mean") == pytest.approx(67.03, abs=0.01)
    assert value_of(loud_and_quiet, "mean") == 60.0
    assert energy_mean(10**6, 1) == pytest.approx(60.0)


def test_partial_sums_come_to_the_same_as_all_values_at_once() -> None:
    parts = [of_values(0, [1.0, 5.0]), of_values(900, [3.0])]
    whole = together(parts)
    assert whole is not None
    assert [value_of(whole, name) for name in ("mean", "sum", "max")] == [3.0, 9.0, 5.0]
    assert together([]) is None
