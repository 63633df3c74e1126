import pytest

A, B = {"var": "a"}, {"var": "b"}


@pytest.mark.parametrize(
    ("tree", "a", "b", "expected"),
    [
        pytest.param({"and": [A, B]}, 0.0, None, False, id="and-is-false-though-the-other-is-unknown"),
        pytest.param({"and": [B, A]}, 0.0, None, False, id="and-in-the-other-order"),
        pytest.param({"or": [A, B]}, 1.0, None, True, id="or-is-true-though-the-other-is-unknown"),
        pytest.param({"and": [A, B]}, 1.0, None, None, id="and-unknown"),
        pytest.param({"or": [A, B]}, 0.0, None, None, id="or-unknown"),
        pytest.param({"!": A}, 0.0, None, True, id="zero-is-false"),
        pytest.param({"not": [A]}, 2.0, None, False, id="any-other-number-is-true"),
        pytest.param({"if": [A, True, False]}, None, None, None, id="if-of-unknown"),
        pytest.param({"if": [A, {">": [B, 1]}, True]}, 0.0, None, True, id="if-does-not-need-the-other-branch"),
        pytest.param({"?:": [A, {">": [B, 1]}, True]}, 1.0, None, None, id="if-needs-its-branch"),
        pytest.param({"if": [A, 0, B, True]}, 0.0, 0.0, None, id="if-without-otherwise"),
        pytest.param({"if": [A, False, B, True]}, 0.0, 3.0, True, id="else-if"),
    ],
)
def test_truth(decided, tree, a, b, expected):
    assert decided(tree, a=a, b=b) is expected


@pytest.mark.parametrize(
    ("tree", "a", "expected"),
    [
        pytest.param({"==": [{"or": [A, 7]}, 7]}, 0.0, True, id="or-gives-the-last-value"),
        pytest.param({"==": [{"and": [A, 7]}, 0]}, 0.0, True, id="and-gives-the-false-value"),
        pytest.param({"==": [{"or": [A, 7]}, 7]}, None, None, id="an-unknown-might-have-been-the-value"),
        pytest.param({"==": [{"and": [A, 0]}, 0]}, None, None, id="in-and-too"),
    ],
)
def test_and_and_or_give_values_inside_of_a_condition(decided, tree, a, expected):
    assert decided(tree, a=a) is expected
