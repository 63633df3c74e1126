"""Windows: every function gives what a plain list of samples gives, whatever the order in which they came and however
much was forgotten since; and the clock changes none unforeseen."""

import math
import random
import statistics
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.inputs.windows import (
    AGGREGATES,
    Aggregated,
    Difference,
    Forecast,
    Window,
    energy_mean,
    percentile,
    slope,
)
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span, moment_of
from services.rules_engine.domain.terms import NUMBER
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.inputs.recomputed import STALE, recomputed, same, window_of
from tests.unit.services.rules_engine.domain.inputs.scenes import (
    AUTUMN,
    BEGINNINGS,
    DAY_SPANS,
    SPANS,
    SPRING,
    WINTER,
    at,
    keeps_the_law_of_the_clock,
    plain,
    reached,
    regular,
    samples,
    scene_of,
    series_of,
)

VALUES = st.one_of(st.integers(-50, 200).map(float), st.floats(-1000, 1000, width=32))
LEVELS = st.floats(0, 140, width=32)
ROWS = st.one_of(samples(VALUES), regular(VALUES))
COMPLETE = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])
FUNCTIONS = st.sampled_from([*AGGREGATES, "percentile"])
SETTINGS = settings(max_examples=150, deadline=None)
AHEAD = st.one_of(st.integers(-120, 60), st.integers(0, 2000))
EVENTS = st.sets(st.integers(680, 880), min_size=1, max_size=6)


@SETTINGS
@given(FUNCTIONS, st.sampled_from([0, 10, 50, 90, 95, 100]), SPANS, COMPLETE, ROWS, BEGINNINGS, st.data())
def test_a_window_is_what_a_plain_list_gives(function, percent, span, complete, rows, beginning, data):
    rows = [(minute, abs(value) % 140, quality) for minute, value, quality in rows] if function == "leq" else rows
    last = rows[-1][0] if rows else 0
    minute = last + data.draw(st.integers(0, 100), "now")
    cut = data.draw(st.one_of(st.none(), st.integers(max(minute - 3000, 0), minute)), "cut")
    scene = scene_of(rows, beginning, minute, cut=cut)
    read = Aggregated(function, Window("level", span, complete), NUMBER, float(percent))
    found = window_of(
        plain(rows, beginning),
        span,
        complete,
        at(beginning, minute),
        None if cut is None else at(beginning, cut),
        scene.zone,
    )
    if not rows:
        expected = 0.0 if function == "count" and complete == 0 else None
    else:
        expected = None if found is None else recomputed(function, percent, [value for _, value in found])
    assert same(read.read(scene), expected)
    assert same(read.read(scene), expected), "the second time it is remembered"


@SETTINGS
@given(FUNCTIONS, SPANS, COMPLETE, ROWS, BEGINNINGS, st.randoms(use_true_random=False))
def test_neither_the_order_of_samples_nor_what_was_forgotten_changes_a_window(
    function, span, complete, rows, beginning, shuffled
):
    """Samples come late as they will; whenever one is the newest, what no window needs any more is dropped."""
    read = Aggregated(function, Window("level", span, complete), NUMBER, 90.0)
    kept, depth = Series(), read.needs["level"]
    for sample in _late(series_of(rows, beginning), shuffled):
        if kept.add(sample):
            kept.keep(depth.span, depth.samples)
    scene = scene_of(rows, beginning, rows[-1][0] if rows else 0)
    whole = read.read(scene)
    scene.series = {"level": kept}
    assert same(read.read(scene), whole)


def _late(series, shuffled: random.Random):
    """The samples in an order in which each comes at most some places late."""
    return [sample for _, sample in sorted(enumerate(series), key=lambda each: each[0] + shuffled.randint(0, 6))]


@SETTINGS
@given(SPANS, st.booleans(), ROWS, BEGINNINGS, st.data())
def test_a_difference_is_the_newest_minus_what_was_valid_when_the_while_began(span, per_hour, rows, beginning, data):
    minute = (rows[-1][0] if rows else 0) + data.draw(st.integers(0, 60), "now")
    scene = scene_of(rows, beginning, minute)
    read = Difference(Window("level", span, 0.8), NUMBER, per_hour=per_hour)
    assert same(
        read.read(scene), _difference(plain(rows, beginning), span, at(beginning, minute), scene.zone, per_hour)
    )


def _difference(rows, span, now, zone, per_hour):
    if not rows:
        return None
    time, value, good = rows[-1]
    start = span.before(time, zone)
    before = [row for row in rows if row[0] <= start]
    if not good or time < now - STALE or not before or not before[-1][2] or before[-1][0] < start - STALE:
        return None
    change = value - before[-1][1]
    return change / ((time - before[-1][0]) / 3600e6) if per_hour else change


@SETTINGS
@given(SPANS, COMPLETE, ROWS, BEGINNINGS, st.data())
def test_a_forecast_goes_on_as_the_line_through_the_window(span, complete, rows, beginning, data):
    minute = (rows[-1][0] if rows else 0) + data.draw(st.integers(0, 60), "now")
    scene = scene_of(rows, beginning, minute)
    read = Forecast(Window("level", span, complete), Span(timedelta(hours=2)), NUMBER)
    known = plain(rows, beginning)
    found = window_of(known, span, complete, at(beginning, minute), None, scene.zone)
    usable = found and len(found) > 1 and known[-1][2] and known[-1][0] >= at(beginning, minute) - STALE
    expected = None
    if usable:
        hours = [(time - known[0][0]) / 3600e6 for time, _ in found]
        expected = known[-1][1] + 2 * statistics.linear_regression(hours, [value for _, value in found]).slope
    value = read.read(scene)
    assert value is expected is None or value == pytest.approx(expected, rel=1e-6, abs=1e-5)


@given(st.lists(VALUES, min_size=2, max_size=40), st.integers(1, 99))
def test_percentiles_are_those_of_the_inclusive_method(values, percent):
    expected = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
    assert percentile(values, percent) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.lists(VALUES, min_size=1, max_size=40))
def test_the_0th_percentile_is_the_smallest_and_the_100th_the_largest(values):
    assert (percentile(values, 0), percentile(values, 100)) == (min(values), max(values))


@given(st.lists(st.tuples(st.integers(0, 10_000), VALUES), min_size=2, max_size=40, unique_by=lambda row: row[0]))
def test_a_slope_is_that_of_linear_regression(rows):
    minutes, values = zip(*rows, strict=True)
    expected = statistics.linear_regression(minutes, values).slope
    found = slope([at(WINTER, minute) for minute in minutes], values)
    assert found is not None
    assert found * 60e6 == pytest.approx(expected, rel=1e-6, abs=1e-7)


def test_samples_of_one_moment_have_no_slope():
    assert slope([5, 5], [1.0, 2.0]) is None


@given(st.lists(LEVELS, min_size=1, max_size=40))
def test_an_energy_mean_lies_between_the_mean_and_the_loudest(levels):
    assert statistics.fmean(levels) - 1e-9 <= energy_mean(levels) <= max(levels) + 1e-9


@pytest.mark.parametrize(
    ("levels", "mean"),
    [
        pytest.param([60, 60, 60], 60.0, id="one level"),
        pytest.param([60, 70], 67.404, id="ten decibels apart: the arithmetic mean would be 65"),
        pytest.param([0, 100], 96.99, id="half of the time is three decibels less"),
        pytest.param([-5000, -5000], -5000.0, id="so low that its energy is no number"),
        pytest.param([5000, 4000], 4996.99, id="so high that it is none"),
        pytest.param([1e100, -1e100], 1e100, id="the farthest numbers that are believed"),
    ],
)
def test_levels_are_averaged_as_energy_whatever_they_are(levels, mean):
    assert energy_mean(levels) == pytest.approx(mean, abs=0.01)


@pytest.mark.parametrize("function", ["leq", "avg", "sum", "percentile"])
@pytest.mark.parametrize("values", [[1e100] * 5, [-1e100] * 5, [1e100, -1e100, 5e-324]])
def test_no_window_of_believed_numbers_fails(function, values):
    rows = [(15 * index, value, Quality.GOOD) for index, value in enumerate(values)]
    read = Aggregated(function, Window("level", Span(timedelta(hours=2)), 0.2), NUMBER, 50.0)
    found = read.read(scene_of(rows, WINTER, 70))
    assert isinstance(found, float)
    assert math.isfinite(found)


@pytest.mark.parametrize(
    ("minutes", "complete", "known"),
    [
        pytest.param(range(0, 60, 15), 1.0, True, id="all of them"),
        pytest.param(range(0, 45, 15), 1.0, False, id="one is missing"),
        pytest.param(range(0, 45, 15), 0.75, True, id="three of four are three quarters"),
        pytest.param(range(0, 45, 15), 0.8, False, id="and less than four fifths"),
        pytest.param([45], 0.2, True, id="one is enough for a fifth"),
        pytest.param(range(0, 46, 5), 1.0, True, id="more than expected"),
    ],
)
def test_a_window_is_known_when_enough_was_observed(minutes, complete, known):
    rows = [(minute, 1.0, Quality.GOOD) for minute in minutes]
    read = Aggregated("avg", Window("level", Span(timedelta(hours=1)), complete), NUMBER)
    assert (read.read(scene_of(rows, WINTER, 46)) is not None) is known


@pytest.mark.parametrize(
    ("beginning", "hours"), [(WINTER, 24), (SPRING, 23), (AUTUMN, 25)], ids=["24 h", "23 h", "25 h"]
)
def test_a_civil_day_sums_all_its_quarters_of_an_hour(beginning, hours):
    """From midnight to midnight, on ordinary days and on both on which clocks are changed."""
    midnight = int(((beginning.replace(hour=0) - beginning) / timedelta(minutes=1)) + 24 * 60)
    offset = {WINTER: -60, SPRING: -60, AUTUMN: -120}[beginning]
    begin = midnight + offset
    rows = [(begin + 15 * index, 1.0, Quality.GOOD) for index in range(-40, hours * 4 + 1)]
    day = Aggregated("sum", Window("level", Span(days=1), 1.0), NUMBER)
    assert day.read(scene_of(rows, beginning, rows[-1][0])) == hours * 4


@SETTINGS
@given(FUNCTIONS, SPANS, COMPLETE, ROWS, BEGINNINGS, AHEAD)
def test_the_clock_changes_no_window_unforeseen(function, span, complete, rows, beginning, ahead):
    rows = [(minute, abs(value) % 140, quality) for minute, value, quality in rows]
    scene = scene_of(rows, beginning, max((rows[-1][0] if rows else 0) + ahead, 0))
    read = Aggregated(function, Window("level", span, complete), NUMBER, 50.0)
    keeps_the_law_of_the_clock(read, scene, reached(scene, span))
    assert read.turns is not read.lapses


@SETTINGS
@given(EVENTS, DAY_SPANS, st.sampled_from([SPRING, AUTUMN]), AHEAD)
def test_the_clock_changes_no_window_of_events_unforeseen_when_clocks_are_changed(minutes, span, beginning, ahead):
    """Clocks are changed at minute 780; events lie around it, some of them still to come by our clock."""
    rows = [(minute, 1.0, Quality.GOOD) for minute in sorted(minutes)]
    scene = scene_of(rows, beginning, rows[-1][0] + ahead)
    read = Aggregated("count", Window("level", span, 0.0), NUMBER)
    keeps_the_law_of_the_clock(read, scene, reached(scene, span))


@SETTINGS
@given(SPANS, ROWS, COMPLETE, BEGINNINGS, st.integers(0, 500))
def test_the_clock_changes_no_difference_and_no_forecast_unforeseen(span, rows, complete, beginning, ahead):
    scene = scene_of(rows, beginning, (rows[-1][0] if rows else 0) + ahead)
    hours = Span(timedelta(hours=2))
    for read in (
        Difference(Window("level", span, 0.8), NUMBER),
        Forecast(Window("level", span, complete), hours, NUMBER),
    ):
        keeps_the_law_of_the_clock(read, scene, reached(scene, span))


@SETTINGS
@given(FUNCTIONS, SPANS, COMPLETE, ROWS, BEGINNINGS, st.integers(0, 500))
def test_what_lapses_is_unknown_after_the_last_of_its_moments(function, span, complete, rows, beginning, ahead):
    scene = scene_of(rows, beginning, (rows[-1][0] if rows else 0) + ahead)
    window = Window("level", span, complete)
    for read in (Aggregated(function, window, NUMBER), Difference(Window("level", span, 0.8), NUMBER)):
        last = max(read.moments(scene), default=scene.now_stamp)
        assert not read.lapses or read.read(scene.at_moment(moment_of(last))) is None


@given(st.sampled_from([Quality.SUSPECT, Quality.OUT_OF_RANGE, Quality.SIMULATED]), FUNCTIONS)
def test_what_is_distrusted_counts_for_nothing(quality, function):
    good = [(15 * index, float(index), Quality.GOOD) for index in range(4)]
    mixed = [*good, *((15 * index + 7, 99.0, quality) for index in range(4))]
    read = Aggregated(function, Window("level", Span(timedelta(hours=2)), 0.5), NUMBER, 50.0)
    assert read.read(scene_of(sorted(mixed), WINTER, 55)) == read.read(scene_of(good, WINTER, 55))


def test_a_sample_of_the_same_moment_corrects_a_window_that_was_worked_out():
    rows = [(0, 1.0, Quality.GOOD), (15, 3.0, Quality.GOOD)]
    scene = scene_of(rows, WINTER, 15)
    read = Aggregated("avg", Window("level", Span(timedelta(hours=1)), 0.5), NUMBER)
    assert read.read(scene) == 2.0
    scene.series["level"].add(Sample(9.0, moment_of(at(WINTER, 0))))
    assert read.read(scene) == 6.0
