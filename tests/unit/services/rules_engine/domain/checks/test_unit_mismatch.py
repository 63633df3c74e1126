import pytest

LEVEL, FLOW = {"var": "level"}, {"var": "flow"}


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
    ],
)
def test_units_that_go_together(slugs, tree):
    assert slugs(tree) == []
