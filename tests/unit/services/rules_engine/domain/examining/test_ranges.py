"""A range is never too narrow: whatever sensors show within their own ranges, what is worked out lies within its."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.compiling import compile_term, read_condition
from services.rules_engine.domain.examining.ranges import Range, range_of
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.series import Series
from shared import documents

NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-1e6, 1e6))
TERMS = st.recursive(
    st.one_of(st.just({"var": "level"}), st.just({"var": "warmth"}), NUMBERS),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner).map(lambda parts: {parts[0]: list(parts[1:])}),
        st.tuples(st.sampled_from(["min", "max"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda parts: {parts[0]: parts[1]}
        ),
        inner.map(lambda part: {"-": [part]}),
    ),
    max_leaves=6,
)
WINDOWS = [
    {"avg_over": ["level", "1 h"]}, {"leq_over": ["level", "1 h"]}, {"sum_over": ["flow", "1 h"]},
    {"count_over": ["level", "1 h"]}, {"percentile_over": ["level", 30, "1 h"]}, {"rate_over": ["level", "30 min"]},
    {"delta_over": ["level", "30 min"]}, {"change": "level"}, {"previous": "level"}, {"last": "level"},
    {"age": "level"}, {"baseline": [{"max_over": ["level", "30 min"]}, "15 min", "1 h"]},
]  # fmt: skip


def term_of(tree, words):
    problems = []
    term = read_condition(documents.Document("f.yaml", tree, {}, {}), (), words, problems)
    assert not problems
    return term


@settings(max_examples=200, deadline=None)
@given(TERMS, st.floats(-2, 15), st.floats(-30, 60))
def test_arithmetic_stays_within(words, tree, level, warmth):
    term = term_of(tree, words)
    compiled = compile_term(term, words.types)
    value = compiled._value([{"level": level, "warmth": warmth}[each.name] for each in compiled.inputs])
    possible = range_of(term, words)
    slack = 1e-9 * max(1.0, *(abs(end) for end in (possible.low, possible.high) if abs(end) < 1e300))
    assert value is None or possible.low - slack <= value <= possible.high + slack


@pytest.mark.parametrize("tree", WINDOWS, ids=json.dumps)
@settings(max_examples=20, deadline=None)
@given(values=st.lists(st.floats(-2, 15), min_size=8, max_size=8))
def test_what_is_read_from_samples_stays_within(words, tree, values):
    now = datetime(2022, 1, 11, tzinfo=UTC)
    moments = [now - timedelta(minutes=15 * index) for index in range(len(values))]
    series = {
        name: Series(
            Sample(abs(value) if name == "flow" else value, time) for value, time in zip(values, moments, strict=True)
        )
        for name in ("level", "flow")
    }
    term = term_of(tree, words)
    scene = Scene(kind=words.kind, point=None, series=series, at=now, now=now)
    value = compile_term(term, words.types).work_out_in(scene)
    possible = range_of(term, words)
    assert value is not None
    assert possible.low - 1e-9 <= value <= possible.high + 1e-9


@pytest.mark.parametrize(
    ("tree", "low", "high"),
    [
        ({"rate_over": ["level", "30 min"]}, -34.0, 34.0),
        ({"rate_over": ["level", "1 d"]}, -17 / 23, 17 / 23),
        ({"-": [{"var": "level"}, {"var": "level"}]}, -17.0, 17.0),
        ({"max": [{"var": "level"}, 3]}, 3.0, 15.0),
    ],
    ids=["a rate", "over a day of 23 hours", "not told to be one", "largest"],
)
def test_ranges_are_as_narrow_as_that(words, tree, low, high):
    found = range_of(term_of(tree, words), words)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_what_nobody_knows_may_be_anything(words):
    assert range_of(term_of({"/": [{"var": "level"}, 2]}, words), words) == Range()
