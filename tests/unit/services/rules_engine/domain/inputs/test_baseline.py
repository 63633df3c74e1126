"""What is usual: the median of the same window some steps ago, known when enough of those were; by the clocks."""

import statistics
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.windows import AGGREGATES, Aggregated, Window
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span, moment_of, parse_span
from services.rules_engine.domain.terms import NUMBER
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.inputs.recomputed import STALE, recomputed, same, window_of
from tests.unit.services.rules_engine.domain.inputs.scenes import (
    AUTUMN,
    BEGINNINGS,
    MINUTE,
    SPRING,
    WINTER,
    at,
    keeps_the_law_of_the_clock,
    plain,
    regular,
    samples,
    scene_of,
    series_of,
)

VALUES = st.integers(0, 20).map(float)
ROWS = st.one_of(samples(VALUES, longest=5 * 24 * 60), regular(VALUES, step=45, most=120))
STEPS = st.sampled_from(
    [("1 h", "4 h"), ("90 min", "10 h"), ("1 d", "3 d"), ("2 d", "4 d"), ("24 h", "72 h"), ("1 d", "60 h")]
)
WINDOWS = st.sampled_from([parse_span(text) for text in ("30 min", "2 h", "1 d")])
FUNCTIONS = st.sampled_from([name for name in AGGREGATES if name != "leq"])
COMPLETE = st.sampled_from([0.0, 0.1, 0.3])
SETTINGS = settings(max_examples=150, deadline=None)
GOOD = Quality.GOOD


def baseline(function, window, complete, steps, least=1):
    step, span = map(parse_span, steps)
    return Baseline(Aggregated(function, Window("level", window, complete), NUMBER), step, span, least)


def usual(rows, function, window, complete, steps, least, now, cut, zone):
    """The same from a plain list."""
    step, span = map(parse_span, steps)
    if not rows:
        return None
    end = cut if cut is not None else now if complete == 0 else rows[-1][0]
    if cut is None and complete > 0 and end < now - STALE:
        return None
    values = []
    for index in range(1, span.length // step.length + 1):
        earlier = Span(step.time * index, step.days * index).before(end, zone)
        found = window_of(rows, window, complete, earlier, earlier, zone)
        value = None if found is None else recomputed(function, 50.0, [value for _, value in found])
        values += [] if value is None else [value]
    return statistics.median(values) if len(values) >= least else None


@SETTINGS
@given(FUNCTIONS, WINDOWS, COMPLETE, STEPS, st.integers(1, 3), ROWS, BEGINNINGS, st.data())
def test_a_baseline_is_what_a_plain_list_gives(function, window, complete, steps, least, rows, beginning, data):
    minute = (rows[-1][0] if rows else 0) + data.draw(st.integers(0, 60), "now")
    cut = data.draw(st.one_of(st.none(), st.integers(max(minute - 2000, 0), minute)), "cut")
    scene = scene_of(rows, beginning, minute, cut=cut)
    stamps = at(beginning, minute), None if cut is None else at(beginning, cut)
    expected = usual(plain(rows, beginning), function, window, complete, steps, least, *stamps, scene.zone)
    assert same(baseline(function, window, complete, steps, least).read(scene), expected)


@SETTINGS
@given(FUNCTIONS, WINDOWS, COMPLETE, STEPS, ROWS, BEGINNINGS)
def test_what_a_baseline_needs_is_enough(function, window, complete, steps, rows, beginning):
    read, kept = baseline(function, window, complete, steps), Series()
    depth = read.needs["level"]
    for sample in series_of(rows, beginning):
        kept.add(sample)
        kept.keep(depth.span, depth.samples)
    scene = scene_of(rows, beginning, rows[-1][0] if rows else 0)
    whole = read.read(scene)
    scene.series = {"level": kept}
    assert same(read.read(scene), whole)


@SETTINGS
@given(FUNCTIONS, WINDOWS, COMPLETE, STEPS, ROWS, BEGINNINGS, st.integers(0, 4000))
def test_the_clock_changes_no_baseline_unforeseen(function, window, complete, steps, rows, beginning, ahead):
    read = baseline(function, window, complete, steps)
    scene = scene_of(rows, beginning, (rows[-1][0] if rows else 0) + ahead)
    keeps_the_law_of_the_clock(read, scene, [scene.now_stamp + shift * MINUTE for shift in (1, 7, 30, 60, 240, 1440)])
    assert read.turns is not read.lapses


@pytest.mark.parametrize(("beginning", "hours"), [(WINTER, 24), (SPRING, 23), (AUTUMN, 25)])
def test_the_same_hour_of_the_day_before_is_the_same_by_the_clocks(beginning, hours):
    """The hour before noon UTC of the first day, looked at from the same hour of the clocks of the next day."""
    rows = [
        *((minute, 7.0, GOOD) for minute in range(-45, 1, 15)),
        *((15 * index, 100.0, GOOD) for index in range(1, 100)),
    ]
    minute = hours * 60
    rows = [row for row in rows if row[0] <= minute]
    if rows[-1][0] < minute:
        rows.append((minute, 100.0, GOOD))
    scene = scene_of(rows, beginning, minute)
    assert baseline("avg", parse_span("1 h"), 1.0, ("1 d", "1 d")).read(scene) == 7.0
    by_hours = baseline("avg", parse_span("1 h"), 1.0, ("24 h", "24 h")).read(scene)
    assert (by_hours == 7.0) is (hours == 24)


def test_one_wild_week_does_not_make_a_median():
    rows = [
        (24 * 60 * day + 15 * quarter, value, GOOD)
        for day, value in enumerate([5, 5, 900, 6, 0])
        for quarter in range(4)
    ]
    read = baseline("avg", parse_span("1 h"), 1.0, ("1 d", "4 d"), least=4)
    assert read.read(scene_of(rows, WINTER, rows[-1][0])) == 5.5


@pytest.mark.parametrize(("least", "known"), [(2, True), (3, False)])
def test_it_is_unknown_when_too_few_of_the_earlier_ones_are_known(least, known):
    rows = [(24 * 60 * day + 15 * quarter, 5.0, GOOD) for day in (0, 2, 4) for quarter in range(4)]
    read = baseline("avg", parse_span("1 h"), 1.0, ("1 d", "4 d"), least)
    assert (read.read(scene_of(rows, WINTER, rows[-1][0])) is not None) is known


def test_a_baseline_of_events_follows_the_clock_like_its_window():
    """Events at minutes 30 and 90; the hour before the last one has one of them, then the other, then none."""
    rows = [(30, 1.0, GOOD), (90, 1.0, GOOD)]
    read = baseline("count", parse_span("1 h"), 0.0, ("1 h", "1 h"))
    scene = scene_of(rows, WINTER, 100)
    assert read.read(scene) == 1.0
    assert list(read.moments(scene)) == [at(WINTER, 150)]
    seen = [read.read(scene.at_moment(moment_of(at(WINTER, minute)))) for minute in (149, 150, 209, 210, 900)]
    assert seen == [1.0, 1.0, 1.0, 0.0, 0.0]


def test_no_baseline_of_a_point_that_never_spoke():
    assert baseline("count", parse_span("1 h"), 0.0, ("1 h", "2 h")).read(scene_of([], WINTER, 100)) is None
    assert timedelta(hours=3) <= baseline("count", parse_span("1 h"), 0.0, ("1 h", "2 h")).needs["level"].span
