import pytest


@pytest.mark.parametrize(
    "when",
    ["true", "{at_least: [level, -2 m]}", "{or: [{above: [level, 2 m]}, {at_most: [level, 2 m]}]}", '{">": [3, 2]}'],
)
def test_a_condition_that_holds_whatever_is_measured(loaded, when):
    assert "always-true" in [problem.slug for problem in loaded(when=when).problems]


@pytest.mark.parametrize(
    "when", ["{above: [level, -2 m]}", "{at_least: [{'+': [{var: level}, 1]}, -0.5]}"], ids=["nearly", "not-told-apart"]
)
def test_a_condition_that_can_be_false_or_is_not_told_apart(loaded, when):
    assert loaded(when=when).problems == ()
