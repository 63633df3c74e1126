import pytest

X, Y = {"var": "x"}, {"var": "y"}
HUGE = 1e308


@pytest.mark.parametrize(
    ("tree", "x", "y", "result"),
    [
        pytest.param({"+": [X, Y, 1]}, 2.0, 3.0, 6, id="sum"),
        pytest.param({"+": [X]}, 2.0, 0.0, 2, id="sum-of-one"),
        pytest.param({"-": [X, Y]}, 2.0, 3.0, -1, id="difference"),
        pytest.param({"-": X}, 2.0, 0.0, -2, id="negative"),
        pytest.param({"*": [X, Y, 2]}, 2.0, 3.0, 12, id="product"),
        pytest.param({"times": ["x", 2]}, 2.0, 0.0, 4, id="product-in-words"),
        pytest.param({"/": [X, Y]}, 3.0, 2.0, 1.5, id="quotient"),
        pytest.param({"%": [X, Y]}, -5.0, 3.0, -2, id="remainder-has-the-sign-of-the-dividend"),
        pytest.param({"modulo": ["x", 2]}, 5.5, 0.0, 1.5, id="remainder-in-words"),
        pytest.param({"min": [X, Y, 9]}, 4.0, 3.0, 3, id="smallest"),
        pytest.param({"max": [X, Y, 1]}, 4.0, 3.0, 4, id="largest"),
    ],
)
def test_arithmetic(decided, tree, x, y, result):
    assert decided({"==": [tree, result]}, x=x, y=y) is True


@pytest.mark.parametrize("name", ["+", "-", "*", "/", "%", "min", "max"])
def test_arithmetic_with_a_missing_value_is_unknown(decided, name):
    assert decided({">": [{name: [X, Y]}, -HUGE]}, x=1.0, y=None) is None


@pytest.mark.parametrize(
    ("tree", "x"),
    [
        pytest.param({"/": [1, X]}, 0.0, id="division-by-zero"),
        pytest.param({"%": [1, X]}, 0.0, id="remainder-of-zero"),
        pytest.param({"+": [X, X]}, HUGE, id="sum-too-large"),
        pytest.param({"*": [X, X]}, HUGE, id="product-too-large"),
        pytest.param({"/": [HUGE, X]}, 1e-308, id="quotient-too-large"),
        pytest.param({"-": [{"*": [X, X]}, {"*": [X, X]}]}, HUGE, id="infinity-minus-infinity"),
        pytest.param(X, float("nan"), id="not-a-number-comes-in"),
        pytest.param(X, float("-inf"), id="infinity-comes-in"),
    ],
)
def test_what_has_no_value_is_unknown_and_never_an_error(decided, tree, x):
    assert decided({">": [tree, 1]}, x=x) is None
    assert decided({"<=": [tree, 1]}, x=x) is None
    assert decided(tree, x=x) is None


@pytest.mark.parametrize(
    ("tree", "level", "expected"),
    [
        pytest.param({">": [{"+": [{"var": "level"}, "50 cm"]}, "2.1 m"]}, 1.7, True, id="sum-in-one-unit"),
        pytest.param({">": [{"*": [{"var": "level"}, 2]}, "300 cm"]}, 1.6, True, id="double-has-the-unit"),
        pytest.param({">": [{"/": [{"var": "level"}, "50 cm"]}, 3]}, 1.6, True, id="a-ratio-is-a-bare-number"),
        pytest.param({">": [{"max": [{"var": "level"}, "90 cm"]}, "95 cm"]}, 0.1, False, id="largest-in-one-unit"),
    ],
)
def test_units_go_through_arithmetic(compiled, tree, level, expected):
    assert compiled(tree).decide([level]) is expected
