"""What trials say of a condition is what trying everything says: nothing is missed, and nothing made up."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.compiling import compile_term, read_condition
from services.rules_engine.domain.examining.axes import Axis, places, told
from services.rules_engine.domain.examining.probing import trials, verdict
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.terms import readings
from shared import documents

LEVELS = [half / 2 for half in range(-4, 31)]
"""Every half metre of the range: thresholds are whole, so every case occurs."""

COMPARISONS = st.builds(
    lambda name, operator, value: {operator: [{"var": name}, value]},
    st.sampled_from(["level", "warmth"]),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.integers(-4, 5),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda parts: {parts[0]: parts[1]}
        ),
        inner.map(lambda part: {"!": [part]}),
    ),
    max_leaves=5,
)


def term_of(tree, words):
    problems = []
    term = read_condition(documents.Document("f.yaml", tree, {}, {}), (), words, problems)
    assert not problems
    return term


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_a_verdict_is_that_of_trying_every_value(words, tree):
    term = term_of(tree, words)
    compiled = compile_term(term, words.types)
    warm = [-30.0, -4.5, -4.0, -3.5, -3.0, -2.5, *LEVELS, 60.0]
    rows = product(*({"level": LEVELS, "warmth": warm}[each.name] for each in compiled.inputs))
    truths = {compiled.decide(row) is True for row in rows}
    assert verdict(term, words) == (truths.pop() if len(truths) == 1 else None)


CALENDARS = st.one_of(
    st.sets(st.sampled_from(["mon", "tue", "wed", "sat", "sun"]), min_size=1).map(
        lambda days: {"weekday": sorted(days)}
    ),
    st.lists(st.sampled_from(["00:00", "06:00", "12:30", "22:00"]), min_size=2, max_size=2, unique=True).map(
        lambda marks: {"time_between": marks}
    ),
)
IN_FORCE = st.recursive(
    CALENDARS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda parts: {parts[0]: parts[1]}
        ),
        inner.map(lambda part: {"!": [part]}),
    ),
    max_leaves=4,
)
WEEK = [datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter) for quarter in range(4 * 24 * 7)]


@settings(max_examples=60, deadline=None)
@given(IN_FORCE)
def test_a_verdict_on_calendars_is_that_of_a_whole_week(words, tree):
    term = term_of(tree, words)
    compiled = compile_term(term, words.types)
    truths = {
        compiled.decide_in(Scene(kind=words.kind, point=None, series={}, at=moment, now=moment)) for moment in WEEK
    }
    assert verdict(term, words) == (truths.pop() if len(truths) == 1 else None)


def test_a_thing_that_is_asked_about_twice_is_one(words):
    tree = {"and": [{">": [{"avg_over": ["level", "1 h"]}, 1]}, {"<": [{"avg_over": ["level", "1 h"]}, 3]}]}
    found = trials([term_of(tree, words)], words)
    assert len(found.things) == 1
    assert {trial.holds for trial in found} == {(True,), (False,)}


def test_too_many_things_are_not_tried(words):
    tree = {"and": [{">": [{"avg_over": ["level", f"{hours} h"]}, 1]} for hours in range(1, 9)]}
    assert trials([term_of(tree, words)], words) is None
    assert verdict(term_of(tree, words), words) is None


@pytest.mark.parametrize(
    ("tree", "axis", "shown"),
    [
        ({"weekday": ["sat"]}, Axis.WEEKDAY, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        ({"date_between": ["12-31", "03-01"]}, Axis.DATE, ["01-01", "02-29", "03-01", "03-02", "12-30", "12-31"]),
        ({"time_between": ["22:00", "06:30"]}, Axis.TIME, ["00:00", "03:15", "06:30", "14:15", "22:00", "23:00"]),
    ],
)
def test_places_on_an_axis_are_told_as_people_write_them(words, tree, axis, shown):
    calendars = [reading.input for reading in readings(term_of(tree, words))]
    assert [told(axis, place) for place in sorted(places(axis, calendars))] == shown
