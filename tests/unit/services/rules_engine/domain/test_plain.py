import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.compiling import compile_term, read_over
from services.rules_engine.domain.operators import OPERATORS
from services.rules_engine.domain.plain import compile_plain, trace_plain
from services.rules_engine.domain.terms import Sort, Type
from shared.documents import Document
from shared.errors import ProblemsFound
from tests.unit.services.rules_engine.domain.conftest import as_read


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        pytest.param({}, "an empty condition", id="empty"),
        pytest.param({"!": [1], "or": [1]}, "'or' is a second operator in one place", id="second-key"),
        pytest.param({"nope": [1]}, "no operator 'nope'", id="unknown"),
        pytest.param({"map": [[{"nope": 1}], 1]}, "no operator 'nope'", id="unknown-in-a-list"),
        pytest.param({"and": []}, "'and' takes at least 1 arguments, not 0", id="nothing-to-decide-on"),
        pytest.param({"var": [1, 2, 3]}, "'var' takes 0 to 2 arguments, not 3", id="var-of-three"),
        pytest.param({"reduce": [[1], 1]}, "'reduce' takes 3 arguments, not 2", id="reduce-of-two"),
        pytest.param([[10**400]], "this number is too large to count with", id="too-large"),
    ],
)
def test_what_is_no_json_logic_is_refused(tree, problem):
    with pytest.raises(ProblemsFound) as found:
        compile_plain(tree)
    assert problem in [each.message for each in found.value.problems]


@pytest.mark.parametrize(
    ("tree", "data", "result"),
    [
        pytest.param({"==": ["1.8 m", "180 cm"]}, None, False, id="text-is-no-quantity"),
        pytest.param({"var": "1.8 m"}, {"1": {"8 m": 5}}, 5, id="nor-is-a-name"),
        pytest.param({"above": ["level", 2]}, {"level": 3}, True, id="our-words-too"),
        pytest.param({"above": ["", 2]}, 3, True, id="our-words-on-the-whole"),
        pytest.param({"<": [{"var": "t"}, 15]}, {}, None, id="missing-is-not-below"),
        pytest.param({"!": {"var": "t"}}, {"t": None}, None, id="null-is-not-false"),
        pytest.param({"+": [{"var": "a"}, 1]}, {"a": 10**400}, None, id="a-number-too-large"),
        pytest.param({"var": "a"}, {"a": float("nan")}, None, id="no-number"),
        pytest.param({"+": [{"var": ""}, 1]}, 1e308 * 10, None, id="infinity"),
        pytest.param({"var": {"var": "name"}}, {"name": "a.0", "a": [7]}, 7, id="name-worked-out"),
        pytest.param({"var": {"var": "name"}}, {"a": 1}, None, id="unknown-name"),
        pytest.param({"var": [{"var": "name"}, 4]}, {"a": 1}, 4, id="unknown-name-with-a-default"),
        pytest.param({"var": [["a"]]}, {"a": 1}, None, id="a-list-is-no-name"),
        pytest.param({"var": "a.b"}, {"a": "text"}, None, id="nothing-in-a-text"),
        pytest.param({"var": "a.-1"}, {"a": [1]}, None, id="no-place-before-the-first"),
        pytest.param({"var": "9" * 5000}, [1], None, id="no-place-so-far-on"),
        pytest.param({"var": True}, {"true": 1}, 1, id="truth-as-a-name"),
        pytest.param({"var": 1.5}, {"1": {"5": 2}}, 2, id="number-as-a-name"),
        pytest.param({"!!": {"var": ""}}, {}, False, id="an-empty-record-is-false"),
        pytest.param({"==": [{"var": "a"}, {"var": "b"}]}, {"a": {"x": 1}, "b": {"x": 1}}, True, id="records-equal"),
        pytest.param({"==": [{"var": "a"}, {"var": "b"}]}, {"a": {"x": 1}, "b": {"x": None}}, None, id="or-not-known"),
        pytest.param({"==": [{"var": "a"}, {"var": "b"}]}, {"a": {"x": 1}, "b": {"y": 1}}, False, id="or-not"),
    ],
)
def test_plain_data(tree, data, result):
    assert compile_plain(tree)(data) == result
    assert trace_plain(tree)(data, []) == result


def test_the_data_are_left_as_they_are():
    data = {"l": [1, [2]], "r": {"a": []}}
    before = json.dumps(data)
    compile_plain({"merge": [{"var": "l"}, {"filter": [{"var": "l"}, True]}, {"map": [{"var": "r.a"}, 1]}]})(data)
    assert json.dumps(data) == before


CONSTANTS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-9, 9), st.text("a1. ", max_size=3), st.just([])
)
LEAVES = CONSTANTS | st.floats() | st.just(10**400)
VARIABLES = st.sampled_from(["", "a", "b.0", "b.c", "current", "accumulator", 0]).map(lambda name: {"var": name})
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


def _calls(inner):
    def call(name):
        arity = OPERATORS[name].arity
        some = st.lists(inner, min_size=arity.least, max_size=arity.most or 3)
        return some.map(lambda arguments: {name: arguments})

    named = st.builds(lambda name, default: {"var": [name, default]}, inner, inner)
    return st.one_of(st.sampled_from(sorted(OPERATORS)).flatmap(call), named, st.lists(inner, max_size=3))


TREES = st.recursive(CONSTANTS | VARIABLES, _calls, max_leaves=12)


@settings(max_examples=400, deadline=None)
@given(TREES, DATA)
def test_no_json_logic_on_any_data_raises(tree, data):
    try:
        plain, traced = compile_plain(tree), trace_plain(tree)
    except ProblemsFound:
        return
    assert repr(plain(data)) == repr(traced(data, []))


TYPES = {"a": Type(Sort.NUMBER, "m"), "b.0": Type(Sort.NUMBER, "cm"), "b.c": Type(Sort.NUMBER, "Cel")}


@settings(max_examples=400, deadline=None)
@given(TREES, st.lists(st.none() | st.floats(), min_size=12, max_size=12))
def test_no_condition_over_a_row_raises_even_if_no_check_has_seen_it(tree, values):
    term = read_over(Document("f.yaml", tree, {}, {}), (), TYPES, [])
    found = compile_term(term, TYPES)
    row = [as_read(value) for value in values[: len(found.inputs)]]
    decided = found.decide(row)
    assert decided in (True, False, None)
    assert found.trace(row).truth is decided
