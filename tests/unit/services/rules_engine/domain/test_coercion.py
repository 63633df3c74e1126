import pytest

from services.rules_engine.domain.coercion import LOOSE, number_of, truth_of


@pytest.mark.parametrize(
    ("value", "number"),
    [("1", 1.0), (" 2.5 ", 2.5), ("", 0.0), ("apple", None), ("nan", None), ("inf", None), (True, 1.0), (None, None)],
)
def test_the_number_that_a_value_stands_for(value, number):
    assert number_of(value) == number


@pytest.mark.parametrize(("value", "truth"), [(0.0, False), ("", False), ("0", True), (-1.0, True), (None, None)])
def test_truthiness(value, truth):
    assert truth_of(value) is truth


@pytest.mark.parametrize(
    ("symbol", "left", "right", "truth"),
    [
        ("==", "1", 1.0, True), ("===", "1", 1.0, False), ("!==", "1", 1.0, True), ("!=", "a", "b", True),
        ("===", True, 1.0, False), ("==", True, 1.0, True), ("<", "a", "b", True), ("<", "10", 9.0, False),
        (">=", "9", "10", True), ("<=", 1.0, "apple", None), ("==", "apple", 1.0, None),
    ],
)  # fmt: skip
def test_comparing_mixed_sorts(symbol, left, right, truth):
    assert LOOSE[symbol](left, right) is truth


@pytest.mark.parametrize("symbol", list(LOOSE))
def test_nothing_compares_with_nothing(symbol):
    assert LOOSE[symbol](None, None) is None
    assert LOOSE[symbol](1.0, None) is None
