"""The periods for which rules decide begin and end by the clocks; they fill every day, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.spans import parse_span
from services.rules_engine.domain.steps import floored, midnight, next_step

PARIS = ZoneInfo("Europe/Paris")
STEPS = [
    "1 min",
    "5 min",
    "10 min",
    "15 min",
    "20 min",
    "30 min",
    "45 min",
    "1 h",
    "90 min",
    "2 h",
    "3 h",
    "6 h",
    "12 h",
    "1 d",
]
DAYS = ["2026-06-10", "2026-03-29", "2026-10-25"]
CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda change, minute: change + timedelta(minutes=minute), st.sampled_from(CHANGES), st.integers(-180, 180)
    ),
    st.sampled_from(DAYS).flatmap(
        lambda day: st.integers(0, 30 * 3600).map(
            lambda second: datetime.fromisoformat(day).astimezone(UTC) + timedelta(seconds=second)
        )
    ),
)


def ends(day, step):
    """When the periods of a civil day end, in order."""
    begin = datetime.fromisoformat(day).replace(tzinfo=PARIS)
    until = (begin + timedelta(days=1)).astimezone(UTC)
    found = [begin.astimezone(UTC)]
    while found[-1] < until:
        found.append(next_step(found[-1], parse_span(step), "Europe/Paris"))
    return found


@given(st.sampled_from(STEPS), MOMENTS)
def test_a_moment_lies_between_the_step_before_it_and_the_next_one(step, moment):
    span = parse_span(step)
    before, after = floored(moment, span, "Europe/Paris"), next_step(moment, span, "Europe/Paris")
    assert before <= moment < after
    assert floored(before, span, "Europe/Paris") == before
    assert floored(after, span, "Europe/Paris") == after
    assert next_step(before, span, "Europe/Paris") == after


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("step", STEPS)
def test_the_periods_of_a_day_fill_it_and_end_when_clocks_show_whole_steps(step, day):
    found = ends(day, step)
    assert found[-1] == (datetime.fromisoformat(day).replace(tzinfo=PARIS) + timedelta(days=1)).astimezone(UTC)
    span = parse_span(step).length
    shown = [(end.astimezone(PARIS).replace(tzinfo=None) - datetime.fromisoformat(day)) for end in found]
    assert all(clock % span == timedelta() for clock in shown if clock != timedelta(hours=3))


@pytest.mark.parametrize(
    ("step", "day", "hours"),
    [
        ("6 h", "2026-06-10", [6, 6, 6, 6]), ("6 h", "2026-03-29", [5, 6, 6, 6]), ("6 h", "2026-10-25", [7, 6, 6, 6]),
        ("12 h", "2026-03-29", [11, 12]), ("12 h", "2026-10-25", [13, 12]), ("1 d", "2026-03-29", [23]),
        ("1 d", "2026-10-25", [25]), ("2 h", "2026-10-25", [2, 3, *[2] * 10]), ("2 h", "2026-03-29", [2, 1, *[2] * 10]),
        ("1 h", "2026-03-29", [1] * 23), ("1 h", "2026-10-25", [1] * 25), ("15 min", "2026-10-25", [0.25] * 100),
    ],
)  # fmt: skip
def test_a_period_is_as_long_as_the_clocks_make_it(step, day, hours):
    assert [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(ends(day, step))] == hours


def test_midnight_is_that_of_the_zone():
    moments = [midnight(datetime(2026, 6, 10).date(), zone) // 3_600_000_000 % 24 for zone in ("Europe/Paris", "UTC")]  # noqa: DTZ001
    assert moments == [22, 0]
