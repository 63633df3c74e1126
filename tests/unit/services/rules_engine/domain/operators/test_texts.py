import json

import pytest

from services.rules_engine.domain.coercion import number_in_text
from services.rules_engine.domain.operators.texts import LONGEST
from services.rules_engine.domain.plain import compile_plain, trace_plain

X, Y = {"var": "x"}, {"var": "y"}


def made(tree, data):
    result = compile_plain(tree)(data)
    assert trace_plain(tree)(data, []) == result
    return result


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param(["a", X], "a7", id="number"),
        pytest.param([1.5, "/", -2], "1.5/-2", id="decimals"),
        pytest.param([True, False], "truefalse", id="truths"),
        pytest.param(["a", ["b", [1]]], "ab1", id="lists-one-after-the-other"),
        pytest.param(["2 m"], "2 m", id="a-quantity-is-text"),
        pytest.param(["a", Y], None, id="unknown"),
        pytest.param(["a", ["b", None]], None, id="unknown-in-a-list"),
        pytest.param(["a", {"var": ""}], None, id="a-record-has-no-text"),
    ],
)
def test_cat(parts, text):
    assert made({"cat": parts}, {"x": 7}) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (12.0, "12"), (-1.25, "-1.25"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
        (0.000001, "0.000001"), (1e-7, "1e-7"), (-1.5e300, "-1.5e+300"), (0.1 + 0.2, "0.30000000000000004"),
        (123456789.125, "123456789.125"), (float("inf"), None), (10**400, None),
    ],
)  # fmt: skip
def test_numbers_are_told_as_javascript_does(number, text):
    assert number_in_text(number) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param([X, 1], "arré", id="from-the-second"),
        pytest.param([X, 1, 2], "ar", id="two-of-them"),
        pytest.param([X, -2], "ré", id="the-last-two"),
        pytest.param([X, -99], "carré", id="before-the-first"),
        pytest.param([X, 99], "", id="after-the-last"),
        pytest.param([X, 1, -1], "arr", id="all-but-the-last"),
        pytest.param([X, 1, -99], "", id="all-left-out"),
        pytest.param([X, 1, 0], "", id="none-of-them"),
        pytest.param([X, 1.9, 1.9], "a", id="decimals-are-cut-off"),
        pytest.param([X, "1", True], "a", id="what-stands-for-a-number"),
        pytest.param([12345, 3], "45", id="of-a-number"),
        pytest.param(["a🚲b", 1, 1], "🚲", id="a-character-is-one-whatever-it-takes"),
        pytest.param([Y, 1], None, id="of-unknown"),
        pytest.param([X, Y], None, id="from-unknown"),
        pytest.param([X, 0, Y], None, id="of-unknown-length"),
        pytest.param([X, "one"], None, id="from-what-is-no-number"),
    ],
)
def test_substr(arguments, text):
    assert made({"substr": arguments}, {"x": "carré"}) == text


@pytest.mark.parametrize(
    ("needle", "haystack", "truth"),
    [
        ("Spring", "Springfield", True), ("i", "team", False), ("", "", True), (2, "123", True), (True, "untrue", True),
        (None, "a", None), ("a", None, None), ("a", 5, False), ("a", {"a": 1}, False), (["a"], "a", False),
    ],
    ids=json.dumps,
)  # fmt: skip
def test_in_a_text(needle, haystack, truth):
    assert made({"in": [{"var": "needle"}, {"var": "haystack"}]}, {"needle": needle, "haystack": haystack}) is truth


def test_a_text_that_grows_without_end_becomes_unknown():
    twice = {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}
    tree = {"reduce": [{"var": ""}, twice, "x"]}
    assert made(tree, [0] * 13) == "x" * 2**13
    assert LONGEST < 2**14
    assert made(tree, [0] * 5000) is None


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        pytest.param({"==": [{"cat": [{"var": "level"}, " m"]}, {"cat": ["2 m"]}]}, True, id="cat"),
        pytest.param({"==": [{"substr": [{"var": "level"}, 0, 1]}, "2"]}, True, id="substr"),
        pytest.param({"in": ["2", {"cat": [{"var": "level"}, "1"]}]}, True, id="in"),
    ],
)
def test_text_in_a_rule(compiled, tree, expected):
    found = compiled(tree)
    assert found.decide([2.0]) is found.trace([2.0]).truth is expected
    assert found.decide([None]) is None
