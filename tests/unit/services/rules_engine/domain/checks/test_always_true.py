import pytest


@pytest.mark.parametrize(
    "when",
    ["true", "{at_least: [level, -2 m]}", "{or: [{above: [level, 2 m]}, {at_most: [level, 2 m]}]}", '{">": [3, 2]}'],
)
def test_a_condition_that_holds_whatever_is_measured(loaded, when):
    assert "always-true" in [problem.slug for problem in loaded(when=when).problems]


@pytest.mark.parametrize(
    "when", ["{above: [level, -2 m]}", "{at_least: [{'/': [{var: level}, 2]}, -2]}"], ids=["nearly", "not-told-apart"]
)
def test_a_condition_that_can_be_false_or_is_not_told_apart(loaded, when):
    assert loaded(when=when).problems == ()


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("{at_least: [{avg_over: [level, 1 h]}, -2 m]}", id="a mean lies in the range"),
        pytest.param("{at_least: [{sum_over: [passages, 1 h]}, 0]}", id="a sum of counts is never negative"),
        pytest.param("{at_most: [{delta_over: [level, 1 h]}, 17 m]}", id="a difference spans the range at most"),
        pytest.param("{at_least: [{how_many: {where: {above: [level, 2]}}}, 0]}", id="a number of points"),
        pytest.param("{or: [{weekday: [sat, sun]}, {weekday: [mon, tue, wed, thu, fri]}]}", id="every day"),
        pytest.param('{or: [{time_between: ["06:00", "22:00"]}, {time_between: ["20:00", "06:00"]}]}', id="every hour"),
        pytest.param("{or: [{changed: level}, {not: {changed: level}}]}", id="the same asked twice"),
    ],
)
def test_windows_points_and_calendars_are_seen_through(loaded, when):
    assert "always-true" in [problem.slug for problem in loaded(when=when).problems]


def test_a_rule_that_is_always_in_force_says_so_for_nothing(loaded):
    found = loaded(active="{date_between: ['01-01', '12-31']}")
    (problem,) = found.problems
    assert (problem.slug, problem.message, problem.text) == (
        "always-true", "every moment makes it true", "{date_between: ['01-01', '12-31']}",
    )  # fmt: skip
