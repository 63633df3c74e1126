import pytest


@pytest.mark.parametrize(
    "when",
    ["false", "{above: [level, 15 m]}", "{and: [{above: [level, 2 m]}, {below: [level, 2 m]}]}", '{">": [2, 3]}'],
)
def test_a_condition_that_nothing_measured_satisfies(loaded, when):
    assert [problem.slug for problem in loaded(when=when).problems] == ["always-false"]


def test_an_until_that_never_comes(loaded):
    (problem,) = loaded(until="{below: [level, -2 m]}").problems
    assert (problem.slug, problem.span.line) == ("always-false", 9)


def test_the_narrowest_condition_is_possible(loaded):
    assert loaded(when="{and: [{at_least: [level, 2 m]}, {at_most: [level, 2 m]}]}").problems == ()
