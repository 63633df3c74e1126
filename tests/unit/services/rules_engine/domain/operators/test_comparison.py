import pytest

X = {"var": "x"}


@pytest.mark.parametrize("name", ["==", "!=", "===", "!==", ">", ">=", "<", "<=", "equals", "above", "below"])
def test_comparing_a_missing_value_is_unknown(decided, name):
    assert decided({name: [X, 1]}, x=None) is None


def test_a_missing_value_is_not_below_a_threshold(compiled):
    assert compiled({"<": [{"var": "level"}, 1]}).decide([None]) is None


@pytest.mark.parametrize(
    ("name", "at_0", "at_1", "at_2"),
    [
        ("==", False, True, False), ("!=", True, False, True), ("===", False, True, False),
        ("!==", True, False, True), (">", False, False, True), (">=", False, True, True),
        ("<", True, False, False), ("<=", True, True, False),
        ("equals", False, True, False), ("above", False, False, True), ("at_least", False, True, True),
        ("below", True, False, False), ("at_most", True, True, False),
    ],
)  # fmt: skip
def test_each_comparison_with_one(decided, name, at_0, at_1, at_2):
    assert [decided({name: [X, 1]}, x=value) for value in (0.0, 1.0, 2.0)] == [at_0, at_1, at_2]


@pytest.mark.parametrize(
    ("tree", "values", "expected"),
    [
        pytest.param({"<": [1, X, 3]}, [1, 2, 3], [False, True, False], id="both-bounds-excluded"),
        pytest.param({"<=": [1, X, 3]}, [0, 1, 3, 4], [False, True, True, False], id="both-bounds-included"),
        pytest.param({"between": [X, 1, 3]}, [0, 1, 3, 4], [False, True, True, False], id="between"),
        pytest.param({"between": ["x", 1, 3]}, [None], [None], id="between-of-unknown"),
    ],
)
def test_bounds(decided, tree, values, expected):
    assert [decided(tree, x=value) for value in values] == expected


def test_a_chain_is_false_as_soon_as_one_half_is_whatever_the_other_is(decided):
    chain = {"<": [X, {"var": "y"}, {"var": "z"}]}
    assert decided(chain, x=2.0, y=1.0, z=None) is False
    assert decided(chain, x=1.0, y=2.0, z=None) is None


def test_a_bare_name_in_first_position_of_a_word_is_a_property(compiled):
    assert compiled({"above": ["level", 2]}).decide([2.5]) is True


@pytest.mark.parametrize(
    "threshold", ["1.8 m", "180 cm", "1800 mm", 1.8], ids=["metres", "centimetres", "millimetres", "bare-is-metres"]
)
def test_a_threshold_is_converted_to_the_unit_of_the_property(compiled, threshold):
    condition = compiled({">=": [{"var": "level"}, threshold]})
    assert [condition.decide([level]) for level in (1.7999999, 1.8)] == [False, True]


def test_a_temperature_in_kelvin_is_converted_exactly(compiled):
    assert compiled({">=": [{"var": "warmth"}, "273.15 K"]}).decide([0.0]) is True
