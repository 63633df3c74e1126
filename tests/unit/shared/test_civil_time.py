"""Clock times of a zone, on ordinary days and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from shared.civil_time import long_local, next_at, require_aware


@pytest.mark.parametrize(
    ("clock", "after", "expected"),
    [
        pytest.param("05:00", "2022-01-10T01:45Z", "2022-01-10T04:00Z", id="later the same day"),
        pytest.param("05:00", "2022-01-10T04:00Z", "2022-01-11T04:00Z", id="the moment itself is past"),
        pytest.param("05:00", "2026-03-28T12:00Z", "2026-03-29T03:00Z", id="after the clocks went forward"),
        pytest.param("02:30", "2026-03-28T12:00Z", "2026-03-29T01:30Z", id="a clock time that does not exist"),
        pytest.param("02:30", "2026-10-24T12:00Z", "2026-10-25T00:30Z", id="the first of two that do"),
        pytest.param("05:00", "2026-10-24T12:00Z", "2026-10-25T04:00Z", id="after the clocks went back"),
    ],
)
def test_next_moment_of_a_clock_time(clock: str, after: str, expected: str) -> None:
    assert next_at(time.fromisoformat(clock), datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


def test_times_are_written_as_people_read_them() -> None:
    assert long_local(datetime(2022, 1, 10, 1, 45, tzinfo=UTC)) == "lundi 10 janvier 2022 à 02 h 45"
    assert long_local(datetime(2026, 11, 30, 23, 0, tzinfo=UTC)) == "mardi 1er décembre 2026 à 00 h 00"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        require_aware(datetime(2022, 1, 10))  # noqa: DTZ001
