import itertools

import pytest

from services.rules_engine.domain.operators import loops
from services.rules_engine.domain.operators.loops import TooManyRounds
from services.rules_engine.domain.plain import compile_plain, trace_plain
from services.rules_engine.domain.truth import conjunction, disjunction, negation

ELEMENT, LIST = {"var": ""}, {"var": "l"}
CURRENT, SO_FAR = {"var": "current"}, {"var": "accumulator"}
ABOVE_ONE = {">": [ELEMENT, 1]}


def made(tree, elements=None):
    data = {"l": elements, "x": 5}
    result = compile_plain(tree)(data)
    assert trace_plain(tree)(data, []) == result
    return result


@pytest.mark.parametrize("truths", [*itertools.product((True, False, None), repeat=3), (True,), (None,)])
def test_all_some_and_none_have_kleenes_tables(truths):
    elements = [{True: 2, False: 0, None: None}[truth] for truth in truths]
    assert made({"all": [LIST, ABOVE_ONE]}, elements) is conjunction(*truths)
    assert made({"some": [LIST, ABOVE_ONE]}, elements) is disjunction(*truths)
    assert made({"none": [LIST, ABOVE_ONE]}, elements) is negation(disjunction(*truths))


@pytest.mark.parametrize(
    ("name", "of_none"),
    [("all", False), ("some", False), ("none", True), ("filter", []), ("map", [])],
)
def test_of_no_elements(name, of_none):
    assert made({name: [LIST, ABOVE_ONE]}, []) == of_none
    assert made({name: [LIST, ABOVE_ONE]}, 7) == of_none, "what is no list has no elements"
    assert made({name: [LIST, ABOVE_ONE]}, None) is None, "what is unknown might have some"


@pytest.mark.parametrize(
    ("elements", "kept", "one_is_kept"),
    [
        pytest.param([0, 2, 3], [2, 3], True, id="known"),
        pytest.param([0, 1], [], False, id="none"),
        pytest.param([None, 2], None, True, id="unknown-but-for-one"),
        pytest.param([None, 0], None, None, id="unknown"),
        pytest.param(["2", "b", 2], None, True, id="text-that-is-no-number"),
    ],
)
def test_filter(elements, kept, one_is_kept):
    assert made({"filter": [LIST, ABOVE_ONE]}, elements) == kept
    assert made({"!!": {"filter": [LIST, ABOVE_ONE]}}, elements) is one_is_kept


@pytest.mark.parametrize(
    ("tree", "elements", "result"),
    [
        pytest.param({"map": [LIST, {"*": [ELEMENT, 2]}]}, [1, None, 3], [2, None, 6], id="an-unknown-one-stays-so"),
        pytest.param({"map": [LIST, {"var": "q"}]}, [{"q": 1}, {}, 2], [1, None, None], id="of-records"),
        pytest.param({"map": [LIST, {"var": ["q", 9]}]}, [{"q": 1}, {}], [1, 9], id="with-a-default"),
        pytest.param({"map": [LIST, {"var": 1}]}, [[1, 2], [3]], [2, None], id="of-lists"),
        pytest.param({"map": [LIST, {"var": "x"}]}, [1], [None], id="only-the-element-is-seen"),
        pytest.param({"map": [LIST, [ELEMENT, ELEMENT]]}, [1], [[1, 1]], id="to-lists"),
        pytest.param({"map": [LIST, {"map": [ELEMENT, {"+": [ELEMENT, 1]}]}]}, [[1], []], [[2], []], id="in-a-map"),
        pytest.param({"map": [LIST, {"missing": ["q"]}]}, [{"q": 1}, {}], [[], ["q"]], id="missing-in-the-element"),
        pytest.param({"reduce": [LIST, {"+": [CURRENT, SO_FAR]}, 1]}, [2, 3], 6, id="sum"),
        pytest.param({"reduce": [LIST, {"+": [CURRENT, SO_FAR]}, 1]}, [2, None], None, id="sum-with-an-unknown-one"),
        pytest.param({"reduce": [LIST, CURRENT, 1]}, [None, 3], 3, id="the-last-one"),
        pytest.param({"reduce": [LIST, SO_FAR, {"var": "x"}]}, [1, 2], 5, id="starts-from-outside"),
        pytest.param({"reduce": [LIST, SO_FAR, 1]}, None, None, id="of-an-unknown-list"),
        pytest.param({"reduce": [LIST, ELEMENT, 1]}, [7], {"current": 7, "accumulator": 1}, id="the-whole-is-both"),
        pytest.param({"reduce": [LIST, {"var": {"cat": ["curr", "ent"]}}, 1]}, [7], 7, id="by-a-name-worked-out"),
        pytest.param({"reduce": [LIST, {"merge": [SO_FAR, CURRENT]}, []]}, [[1], 2], [1, 2], id="to-a-list"),
        pytest.param({"reduce": [LIST, {"if": [SO_FAR, "a", 7]}, 0]}, [1, 2], "a", id="of-changing-sort"),
    ],
)
def test_map_and_reduce(tree, elements, result):
    assert made(tree, elements) == result


LEVEL, WARMTH = {"var": "level"}, {"var": "warmth"}


@pytest.mark.parametrize(
    ("tree", "truths"),
    [
        pytest.param({"some": [[LEVEL, "1 m"], {"above": ["", "150 cm"]}]}, [False, True, None], id="some"),
        pytest.param({"all": [[LEVEL, "3 m"], {"above": ["", "150 cm"]}]}, [False, True, None], id="all"),
        pytest.param({"none": [[LEVEL, "1 m"], {"above": ["", 1.5]}]}, [True, False, None], id="none"),
        pytest.param(
            {"above": [{"reduce": [[LEVEL, "50 cm"], {"+": [CURRENT, SO_FAR]}, 0]}, "220 cm"]},
            [False, True, None],
            id="the-sum-has-the-unit",
        ),
        pytest.param(
            {"above": [{"reduce": [[LEVEL, "50 cm"], {"max": [CURRENT, SO_FAR]}, "10 cm"]}, "150 cm"]},
            [False, True, None],
            id="a-start-is-converted",
        ),
        pytest.param(
            {"above": [{"reduce": [[LEVEL, 2], {"*": [CURRENT, SO_FAR]}, 1]}, 3]}, [False, True, None], id="product"
        ),
        pytest.param(
            {"==": [{"reduce": [[LEVEL, 2], {"if": [SO_FAR, CURRENT, "a"]}, 1]}, 2]}, [True, True, None], id="any-sort"
        ),
        pytest.param(
            {"some": [{"map": [[[LEVEL, 1]], {"var": 0}]}, {"above": ["", 1.5]}]}, [False, True, None], id="lists"
        ),
        pytest.param({"all": [[LEVEL, 2], {"above": [{"var": ["", "2 m"]}, 1.5]}]}, [False, True, True], id="default"),
    ],
)
def test_loops_of_a_rule(decide_levels, tree, truths):
    assert decide_levels(tree) == truths


@pytest.fixture
def decide_levels(compiled):
    """What a condition is at one metre, at two, and where nothing is known."""

    def _decide(tree):
        found = compiled(tree)
        decided = [found.decide([level]) for level in (1.0, 2.0, None)]
        assert [found.trace([level]).truth for level in (1.0, 2.0, None)] == decided
        return decided

    return _decide


def test_every_comparison_with_an_element_is_in_the_trace(compiled):
    trace = compiled({"some": [[LEVEL, "1 m"], {"above": ["", "150 cm"]}]}).trace([2.0])
    assert [(each.values, each.truth) for each in trace.compared] == [((2.0, 1.5), True), ((1.0, 1.5), False)]


def test_a_default_inside_of_a_list_makes_a_condition_answer_the_unknown(compiled):
    assert compiled({"all": [[LEVEL], {"above": [{"var": ["", 2]}, 1.5]}]}).replaces_unknown
    assert not compiled({"all": [[LEVEL], {"above": ["", 1.5]}]}).replaces_unknown


def test_lists_in_plain_data_that_are_too_long_end_in_an_error():
    every = {"map": [LIST, {"map": [[1] * 10, 1]}]}
    enough = loops.MOST_ROUNDS // 11
    assert len(made(every, [0] * enough)) == enough
    with pytest.raises(TooManyRounds):
        compile_plain(every)({"l": [0] * (enough + 1)})
