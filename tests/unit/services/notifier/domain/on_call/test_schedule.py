"""Layers, overrides, gaps, and who is asked next."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from services.notifier.domain.on_call.rotation import Hours, Rotation
from services.notifier.domain.on_call.schedule import Layer, Override, Schedule
from services.notifier.domain.on_call.shift import Shift, Span, together
from services.notifier.domain.on_call.watching import WEEK, gaps_ahead

WEEKLY = Rotation(("ada", "bo"), datetime(2026, 1, 5, 8), timedelta(days=7))  # noqa: DTZ001 - as clocks show it
NIGHTS = Hours(frozenset({4}), time(18), time(8))
MONDAY = datetime(2026, 1, 5, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def schedule(*layers: Layer, overrides: tuple[Override, ...] = (), needed: tuple[Hours, ...] = ()) -> Schedule:
    return Schedule(id="s", title="S", owner="o", plans=layers, overrides=overrides, needed=needed)


BOTH = schedule(
    Layer("week", WEEKLY),
    Layer("friday", Rotation(("cy",), datetime(2026, 1, 5, 8), timedelta(days=7)), (NIGHTS,)),  # noqa: DTZ001
    overrides=(Override("di", Span(MONDAY + DAY, MONDAY + DAY + HOUR), "swap"),),
)


@pytest.mark.parametrize(
    ("moment", "people"),
    [
        (MONDAY - timedelta(microseconds=1), ()),
        (MONDAY, ("ada",)),
        (MONDAY + DAY, ("di",)),
        (MONDAY + DAY + HOUR, ("ada",)),
        (MONDAY + 4 * DAY + 10 * HOUR, ("cy",)),
        (MONDAY + 5 * DAY, ("ada",)),
        (MONDAY + 7 * DAY - timedelta(microseconds=1), ("ada",)),
        (MONDAY + 7 * DAY, ("bo",)),
    ],
)
def test_the_highest_that_covers_wins_and_overrides_are_above_all(moment: datetime, people: tuple[str, ...]) -> None:
    assert BOTH.on_duty(moment) == people


def test_whoever_is_below_is_asked_next() -> None:
    assert BOTH.ladder(MONDAY + 4 * DAY + 10 * HOUR) == [("cy",), ("ada",)]
    assert BOTH.ladder(MONDAY + DAY) == [("di",), ("ada",)]
    assert BOTH.ladder(MONDAY - HOUR) == []


def test_changes_of_duty_are_between_people_not_between_layers() -> None:
    own = schedule(Layer("week", WEEKLY), overrides=(Override("ada", Span(MONDAY + HOUR, MONDAY + 2 * HOUR)),))
    assert own.changes(Span(MONDAY, MONDAY + 6 * DAY)) == []
    change = own.changes(Span(MONDAY, MONDAY + WEEK))[0]
    assert (change.at, change.before, change.after, change.relieved) == (MONDAY + WEEK, ("ada",), ("bo",), ("ada",))


def test_the_weeks_in_which_clocks_are_changed_last_an_hour_less_and_more() -> None:
    span = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC))
    lengths = [shift.span.end - shift.span.start for shift in schedule(Layer("week", WEEKLY)).shifts(span)[1:-1]]
    assert sorted({length - WEEK for length in lengths}) == [-HOUR, timedelta(0), HOUR]
    assert (lengths.count(WEEK - HOUR), lengths.count(WEEK + HOUR)) == (1, 1)


def test_a_gap_that_is_over_is_none_and_one_that_goes_on_begins_now() -> None:
    late = schedule(Layer("week", WEEKLY))
    assert gaps_ahead(late, MONDAY + DAY, WEEK) == []
    gap = gaps_ahead(late, MONDAY - HOUR, WEEK)[0]
    assert (gap.starts_at, gap.ends_at) == (MONDAY - HOUR, MONDAY)


def test_a_gap_counts_only_when_somebody_must_be_on_call() -> None:
    friday = Layer("friday", WEEKLY, (NIGHTS,))
    assert schedule(friday, needed=(NIGHTS,)).gaps(Span(MONDAY, MONDAY + WEEK)) == []
    wide = Hours(frozenset({4}), time(17), time(8))
    begins = MONDAY + 4 * DAY + 9 * HOUR
    assert schedule(friday, needed=(wide,)).gaps(Span(MONDAY, MONDAY + WEEK)) == [Span(begins, begins + HOUR)]


def test_a_gap_without_end_says_so() -> None:
    once = schedule(overrides=(Override("ada", Span(MONDAY, MONDAY + DAY)),))
    assert [(gap.starts_at, gap.ends_at) for gap in gaps_ahead(once, MONDAY, WEEK)] == [(MONDAY + DAY, None)]


def test_all_who_are_on_duty_at_once_are_named() -> None:
    one = Shift(Span(MONDAY, MONDAY + 2 * HOUR), ("ada",), "c")
    other = Shift(Span(MONDAY + HOUR, MONDAY + 3 * HOUR), ("bo",), "c")
    assert [shift.people for shift in together([other, one])] == [("ada",), ("ada", "bo"), ("bo",)]
