import pytest

LEVEL, FLOW = {"var": "level"}, {"var": "flow"}
CURRENT, SO_FAR = {"var": "current"}, {"var": "accumulator"}


def whole_list(element):
    return {"filter": [[element], True]}


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({">": [LEVEL, "3 Cel"]}, id="metres-with-degrees"),
        pytest.param({">": [LEVEL, FLOW]}, id="two-properties"),
        pytest.param({"between": ["level", "1 m", "2 s"]}, id="one-bound"),
        pytest.param({">": [{"+": [LEVEL, "1 h"]}, 2]}, id="in-a-sum"),
        pytest.param({">": [{"var": ["level", "1 h"]}, 2]}, id="in-a-default"),
        pytest.param({">": [{"*": [LEVEL, FLOW]}, "3 m"]}, id="product-of-units"),
        pytest.param({">": [{"+": [{"var": "warmth"}, "2 K"]}, 20]}, id="kelvin-added-to-celsius"),
        pytest.param({">": [{"if": [FLOW, "1 m", "100 cm"]}, LEVEL]}, id="either-of-two-units"),
        pytest.param({"in": [LEVEL, ["3 Cel"]]}, id="among-values-of-another-sort"),
        pytest.param({"in": [LEVEL, {"filter": [["3 Cel"], True]}]}, id="among-what-is-left-of-them"),
        pytest.param({"some": [[LEVEL, FLOW], {"above": ["", 3]}]}, id="elements-of-two-sorts"),
        pytest.param({"!!": {"merge": [["3 m"], ["3 Cel"]]}}, id="merged"),
        pytest.param({"!!": {"merge": [whole_list("3 m"), whole_list("300 cm")]}}, id="only-written-lists-convert"),
        pytest.param({">": [{"reduce": [[LEVEL], {"*": [CURRENT, SO_FAR]}, LEVEL]}, "3 m"]}, id="product-in-a-loop"),
        pytest.param({">": [{"rate_over": ["level", "1 h"]}, "2 m"]}, id="metres-with-a-rate"),
        pytest.param({">": [{"delta_over": ["level", "1 h"]}, "2 m/h"]}, id="a-rate-with-a-difference"),
        pytest.param({">": [{"age": "level"}, "2 m"]}, id="metres-with-an-age"),
        pytest.param({">": [{"how_many": {"where": {"above": ["level", 1]}}}, "50 %"]}, id="a-share-with-a-number"),
        pytest.param({">": [{"count_over": ["level", "1 h"]}, "2 m"]}, id="metres-with-a-count"),
        pytest.param({">": [{"/": [LEVEL, "2 m"]}, "50 %"]}, id="percent-with-a-ratio"),
        pytest.param({">": [{"max_of": {"value": "level"}}, "2 Cel"]}, id="of-several-points"),
    ],
)
def test_units_of_different_sorts(slugs, tree):
    assert slugs(tree) == ["unit-mismatch"]


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({">": [LEVEL, "30 cm"]}, id="converted"),
        pytest.param({">": [LEVEL, 3]}, id="bare"),
        pytest.param({">": [{"*": [LEVEL, FLOW]}, 3]}, id="product-with-a-bare-number"),
        pytest.param({">": [{"/": [LEVEL, "1 m"]}, 3]}, id="ratio"),
        pytest.param({">": [{"var": "warmth"}, "300 K"]}, id="kelvin-compared-with-celsius"),
        pytest.param({"in": [LEVEL, ["300 cm", 3]]}, id="among-converted"),
        pytest.param({"!!": {"merge": [["3 m"], "300 cm", whole_list(3)]}}, id="merged-and-converted"),
        pytest.param({">": [{"reduce": [[LEVEL], {"+": [CURRENT, SO_FAR]}, "300 cm"]}, "3 m"]}, id="sum-in-a-loop"),
        pytest.param({">": [{"rate_over": ["level", "1 h"]}, "20 cm/h"]}, id="rate-converted"),
        pytest.param({">": [{"delta_over": ["warmth", "1 h"]}, "5 K"]}, id="a-difference-in-kelvin"),
        pytest.param({">": [{"age": "level"}, "30 min"]}, id="age"),
        pytest.param({">": [{"how_many": {"where": {"above": ["level", 1]}}}, 2]}, id="number-of-points"),
        pytest.param({">": [{"count_over": ["level", "1 h"]}, "2 {count}"]}, id="a-count-may-say-so"),
    ],
)
def test_units_that_go_together(slugs, tree):
    assert slugs(tree) == []


def test_the_hint_tells_the_unit_of_a_reading(compilation):
    (problem,) = compilation({">": [{"rate_over": ["level", "1 h"]}, "2 m"]}).problems
    assert problem.hint == "'rate_over' gives 'm/h': write the threshold so, or in a unit that converts to it"
