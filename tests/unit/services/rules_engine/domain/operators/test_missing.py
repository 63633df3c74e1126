import json
from datetime import timedelta

import pytest

from services.rules_engine.domain.advancing import advance
from services.rules_engine.domain.alert import AlertState, Change
from services.rules_engine.domain.plain import compile_plain, trace_plain
from services.rules_engine.domain.sample import Sample
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import as_read

LEVEL, FLOW = {"var": "level"}, {"var": "flow"}
DATA = {"a": 1, "empty": "", "none": None, "zero": 0, "r": {"b": 2}, "names": ["a", "q"]}


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"missing": ["a", "q", "r.b", "r.c"]}, ["q", "r.c"]),
        ({"missing": ["empty", "none", "zero"]}, ["empty", "none"]),
        ({"missing": {"var": "names"}}, ["q"]),
        ({"missing": [["q"], "p"]}, ["q", "p"]),
        ({"missing": {"var": "nothing"}}, None),
        ({"missing": [["a"], {"var": "nothing"}]}, None),
        ({"missing_some": [1, ["a", "q"]]}, []),
        ({"missing_some": [2, ["a", "q"]]}, ["q"]),
        ({"missing_some": ["1", ["q"]]}, ["q"]),
        ({"missing_some": [0, ["q"]]}, []),
        ({"missing_some": [1, "q"]}, ["q"]),
        ({"missing_some": [{"var": "nothing"}, ["a"]]}, None),
        ({"missing_some": [1, {"var": "nothing"}]}, None),
    ],
    ids=json.dumps,
)
def test_what_is_missing_in_plain_data(tree, names):
    assert compile_plain(tree)(DATA) == names
    assert trace_plain(tree)(DATA, []) == names


def test_names_may_be_places_in_a_list():
    assert compile_plain({"missing": [0, 1]})(["a"]) == [1]


@pytest.mark.parametrize(
    ("tree", "truths"),
    [
        pytest.param({"missing": ["level"]}, [False, False, True, True], id="one"),
        pytest.param({"missing": "level"}, [False, False, True, True], id="one-alone"),
        pytest.param({"missing": [["level", "flow"]]}, [False, True, True, True], id="one-of-two"),
        pytest.param({"missing_some": [1, ["level", "flow"]]}, [False, False, False, True], id="both-of-two"),
        pytest.param({"missing_some": [2, ["level", "flow"]]}, [False, True, True, True], id="two-are-needed"),
        pytest.param({"not": {"missing": ["level"]}}, [True, True, False, False], id="not"),
        pytest.param({"and": [{"missing": ["flow"]}, {"above": [LEVEL, 1]}]}, [False, True, False, None], id="and"),
        pytest.param(
            {"if": [{"missing": ["level"]}, {"above": [FLOW, 5]}, {"above": [LEVEL, 3]}]},
            [False, False, True, None],
            id="if",
        ),
        pytest.param({"in": ["flow", {"missing": ["level", "flow"]}]}, [False, True, False, True], id="in"),
    ],
)
def test_what_is_unknown_now(decided, tree, truths):
    rows = [(2.0, 6.0), (2.0, None), (None, 6.0), (None, None)]
    assert [decided(tree, level=a, flow=b) for a, b in rows] == truths


def test_a_number_that_is_none_is_missing(compiled):
    assert compiled({"missing": ["level"]}).decide([as_read(float("nan"))]) is True


def test_the_properties_are_inputs_of_the_rule(compiled):
    found = compiled({"or": [{"missing_some": [1, ["level", "flow"]]}, {"missing": ["warmth"]}]})
    assert [(each.name, each.type.unit) for each in found.inputs] == [
        ("level", "m"),
        ("flow", "m3/s"),
        ("warmth", "Cel"),
    ]
    assert found.replaces_unknown


def test_an_element_can_be_missing_too(compiled):
    found = compiled({"some": [[LEVEL, {"+": [LEVEL, 1]}], {"missing": [""]}]})
    assert [found.decide([level]) for level in (1.0, None)] == [False, True]
    trace = found.trace([None])
    assert trace.truth is True


def test_a_rule_about_what_is_missing_fires_by_the_clock_when_the_value_is_stale(rule, scene, minutes):
    made, start = rule(when="{missing: [level]}"), minutes(0)
    row = {"level": Sample(1.0, start, Quality.GOOD)}
    waiting = advance(made, AlertState(), scene(row, start))
    assert (waiting.transitions, waiting.state.due_at) == ((), start + made.stale_after + timedelta(microseconds=1))
    fired = advance(made, waiting.state, scene(row, waiting.state.due_at), fresh=False)
    assert [each.kind for each in fired.transitions] == [Change.FIRED]
