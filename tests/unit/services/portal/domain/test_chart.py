"""The geometry of time series."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.chart import (
    Dot,
    Frame,
    Scale,
    area_path,
    line_path,
    local_hours,
    local_midnights,
    pushed_apart,
    runs,
    thinned,
    value_ticks,
)
from shared.civil_time import PARIS

START = datetime(2022, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FRAME = Frame(width=120, height=70, left=10, right=10, top=10, bottom=20)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        pytest.param(0.7, 3.1, 6, (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5), id="half metres"),
        pytest.param(0.7, 4.4, 6, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0), id="metres"),
        pytest.param(-0.4, 0.4, 4, (-0.4, -0.2, 0.0, 0.2, 0.4), id="below the gauge's zero"),
        pytest.param(2.0, 2.0, 2, (2.0, 3.0), id="one value alone"),
        pytest.param(0.0, 0.0, 2, (0.0, 0.5), id="zero alone"),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low, high, most, ticks):
    assert value_ticks(low, high, most) == ticks


@given(st.floats(-50, 50), st.floats(0.01, 50), st.integers(2, 10))
def test_ticks_enclose_any_range(low, span, most):
    ticks = value_ticks(low, low + span, most)
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + span - 1e-6
    assert 2 <= len(ticks) <= most + 3


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(datetime(2022, 3, 27, tzinfo=UTC), 23, id="spring: a day of 23 hours"),
        pytest.param(datetime(2022, 10, 30, tzinfo=UTC), 25, id="autumn: a day of 25 hours"),
        pytest.param(datetime(2022, 1, 10, tzinfo=UTC), 24, id="any other day"),
    ],
)
def test_midnights_are_local_over_both_changes_of_the_clocks(day, hours):
    midnights = local_midnights(day - 2 * HOUR - timedelta(days=1), day + timedelta(days=3), PARIS)
    lengths = [later - earlier for earlier, later in pairwise(midnights)]
    assert timedelta(hours=hours) in lengths
    assert all(midnight.astimezone(PARIS).hour == 0 for midnight in midnights)
    assert all(midnight.tzinfo is UTC for midnight in midnights)


def test_midnights_are_those_of_the_points_zone():
    found = local_midnights(START, START + timedelta(days=1), ZoneInfo("Australia/Melbourne"))
    assert found == (datetime(2022, 1, 10, 13, tzinfo=UTC),)


def test_hours_follow_the_zones_clocks_over_a_change():
    found = local_hours(datetime(2022, 3, 26, 18, tzinfo=UTC), datetime(2022, 3, 27, 12, tzinfo=UTC), PARIS, 6)
    assert [moment.astimezone(PARIS).hour for moment in found] == [0, 6, 12]


def test_line_is_interrupted_where_samples_are_missing():
    dots = [Dot(START + HOUR * hour, 1.0) for hour in (0, 1, 2, 6, 7)]
    assert [len(run) for run in runs(dots, 3 * HOUR)] == [3, 2]


def test_neighbours_exactly_as_far_apart_as_allowed_stay_joined():
    dots = [Dot(START, 1.0), Dot(START + 3 * HOUR, 1.0)]
    assert len(runs(dots, 3 * HOUR)) == 1


def test_no_dots_make_no_run():
    assert runs([], HOUR) == ()


def test_corners_of_the_scale_are_the_corners_of_the_plot():
    scale = Scale(FRAME, START, START + HOUR, 0.0, 2.0)
    assert scale.places([Dot(START, 0.0), Dot(START + HOUR, 2.0)]) == [(10, 50), (110, 10)]


def test_path_of_a_line_and_of_the_water_below_it():
    places = [(10.0, 50.0), (20.5, 40.0), (30.0, 45.2)]
    assert line_path(places) == "M10 50L20.5 40L30 45.2"
    assert area_path(places, 60) == "M10 50L20.5 40L30 45.2V60H10Z"


def test_place_alone_is_a_dot_without_water():
    assert line_path([(10.0, 50.0)]) == "M10 50h0"
    assert area_path([(10.0, 50.0)], 60) == ""


@given(st.lists(st.floats(0, 100), min_size=5, max_size=60))
def test_thinned_line_keeps_ends_and_extremes_of_each_column(heights):
    places = [(7 + index / 100, height) for index, height in enumerate(heights)]
    kept = thinned(places)
    assert len(kept) <= 4
    assert kept == sorted(kept)
    assert {places[0], places[-1]} <= set(kept)
    assert {min(heights), max(heights)} <= {y for _, y in kept}


@given(st.lists(st.floats(0, 200), min_size=1, max_size=8))
def test_labels_keep_their_distance(wanted):
    found = pushed_apart(wanted, 15, 0, 200)
    ordered = sorted(found)
    assert all(later - earlier >= 14.8 for earlier, later in pairwise(ordered))
    assert ordered[-1] <= 200


def test_labels_far_from_each_other_stay_where_they_are():
    assert pushed_apart([100, 20], 15, 0, 200) == (100, 20)
