import json

import pytest

from services.rules_engine.domain.operators.lists import HEAVIEST
from services.rules_engine.domain.plain import compile_plain, trace_plain

LEVEL = {"var": "level"}


def made(tree, data=None):
    result = compile_plain(tree)(data)
    assert trace_plain(tree)(data, []) == result
    return result


@pytest.mark.parametrize(
    ("tree", "result"),
    [
        pytest.param([1, {"var": "x"}, "a"], [1, 7, "a"], id="elements-are-worked-out"),
        pytest.param([{"var": "y"}], [None], id="an-element-may-be-unknown"),
        pytest.param({"merge": [[1], {"var": "l"}, 3]}, [1, 2, "b", 3], id="merged"),
        pytest.param({"merge": [[[1]], []]}, [[1]], id="merged-one-level-deep"),
        pytest.param({"merge": [[{"var": "y"}], [1]]}, [None, 1], id="merged-with-an-unknown-element"),
        pytest.param({"merge": [{"var": "y"}, [1]]}, None, id="unknown-might-be-a-list"),
        pytest.param({"!!": [[]]}, False, id="none-is-false"),
        pytest.param({"!!": [[0]]}, True, id="any-is-true"),
        pytest.param({"===": [{"var": "l"}, [2, "b"]]}, True, id="equal-by-their-elements"),
        pytest.param({"==": [[1], [1, 2]]}, False, id="of-another-length"),
        pytest.param({"===": [[1, {"var": "y"}], [1, 2]]}, None, id="an-unknown-element-might-be-equal"),
        pytest.param({"===": [[1, {"var": "y"}], [0, 2]]}, False, id="whatever-it-is"),
        pytest.param({"==": [[1], 1]}, None, id="a-list-is-no-number"),
        pytest.param({"+": [[1], 1]}, None, id="nor-counted-with"),
        pytest.param({"===": [{"var": ""}, {"var": ""}]}, True, id="records-too"),
    ],
)
def test_lists(tree, result):
    assert made(tree, {"x": 7, "l": [2, "b"]}) == result


@pytest.mark.parametrize(
    ("needle", "elements", "truth"),
    [
        (1, [2, 1], True), (1, [2, 3], False), (1, [], False), (1, ["1", True], False), (True, [1], False),
        ([1], [[1]], True), (1, [None, 1], True), (1, [None, 2], None), (None, [1], None), (None, [], False),
    ],
    ids=json.dumps,
)  # fmt: skip
def test_among_elements(needle, elements, truth):
    assert made({"in": [{"var": "x"}, {"var": "l"}]}, {"x": needle, "l": elements}) is truth
    assert made({"in": [{"var": "x"}, elements]}, {"x": needle}) is truth


@pytest.mark.parametrize(
    ("elements", "truths"),
    [
        pytest.param([1, 2], [True, False, None], id="bare-are-metres"),
        pytest.param(["100 cm", "2 m"], [True, False, None], id="converted"),
        pytest.param([LEVEL, 1], [True, True, None], id="with-a-property"),
        pytest.param([], [False, False, False], id="of-none"),
    ],
)
def test_in_a_list_of_a_rule(compiled, elements, truths):
    found = compiled({"in": [LEVEL, elements]})
    assert [found.decide([level]) for level in (1.0, 3.0, None)] == truths
    assert [found.trace([level]).truth for level in (1.0, 3.0, None)] == truths


def test_an_unknown_element_leaves_open_what_is_not_found(decided):
    tree = {"in": [{"var": "x"}, [{"var": "y"}, 1]]}
    assert [decided(tree, x=x, y=None) for x in (1.0, 2.0)] == [True, None]


def test_a_property_in_another_unit_than_the_list_is_converted(compiled):
    found = compiled({"in": [LEVEL, {"filter": [["100 cm", "200 cm"], {">": [{"var": ""}, "150 cm"]}]}]})
    assert [found.decide([level]) for level in (1.0, 2.0, None)] == [False, True, None]
    assert found.inputs[0].type.unit == "m"


def test_a_trace_shows_the_list_as_it_is_written(compiled):
    (compared,) = compiled({"in": [LEVEL, ["1 m", "200 cm"]]}).trace([2.0]).compared
    assert (compared.values, compared.truth) == ((2.0, "[1 m, 200 cm]"), True)


def test_a_list_that_grows_without_end_becomes_unknown():
    twice = {"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}
    nested = [{"var": "accumulator"}, {"var": "accumulator"}]
    assert made({"reduce": [{"var": ""}, twice, [1]]}, [0] * 13) == [1] * 2**13
    assert HEAVIEST < 2**14
    assert made({"reduce": [{"var": ""}, twice, [1]]}, [0] * 5000) is None
    # Of lists in lists all elements count, or comparing two of them would never end.
    grown = {"reduce": [{"var": ""}, {"if": [{"!!": [[1]]}, nested, 1]}, 1]}
    assert made({"===": [grown, grown]}, [0] * 60) is None
