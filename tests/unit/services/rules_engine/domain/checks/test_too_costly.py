import pytest

from services.rules_engine.domain.checks.too_costly import DEEPEST, LARGEST

COMPARISON = {">": [{"var": "level"}, 1]}


def nested(depth):
    tree = True
    for _ in range(depth):
        tree = {"!": tree}
    return tree


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        pytest.param(nested(DEEPEST), [], id="as-deep-as-allowed"),
        pytest.param(nested(DEEPEST + 1), ["too-costly"], id="one-deeper"),
        pytest.param(nested(5000), ["too-costly"], id="very-deep"),
        pytest.param({"and": [COMPARISON] * 50}, [], id="fifty-comparisons"),
        pytest.param({"and": [COMPARISON] * LARGEST}, ["too-costly"], id="too-many"),
    ],
)
def test_size_is_bounded(compile_data, tree, found):
    assert compile_data(tree) == found
