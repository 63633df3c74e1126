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


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("{above: [{max_over: [level, 1 h]}, 15 m]}", id="a mean above the range"),
        pytest.param("{and: [{weekday: [sat]}, {weekday: [sun]}]}", id="two days at once"),
        pytest.param("{and: [{weekday: [sat]}, {above: [level, 2]}, {weekday: [mon]}]}", id="with something measured"),
        pytest.param('{and: [{time_between: ["22:00", "02:00"]}, {time_between: ["02:00", "06:00"]}]}', id="hours"),
        pytest.param('{and: [{date_between: ["06-01", "06-30"]}, {date_between: ["07-01", "07-31"]}]}', id="seasons"),
        pytest.param("{and: [{equals: [{quality: level}, stale]}, {equals: [{quality: level}, good]}]}", id="quality"),
        pytest.param(
            "{and: [{above: [{how_many: {where: {above: [level, 2]}}}, 0]},"
            " {below: [{how_many: {where: {above: [level, 2]}}}, 1]}]}",
            id="no number lies between 0 and 1",
        ),
    ],
)
def test_windows_points_and_calendars_are_seen_through(loaded, when):
    assert "always-false" in [problem.slug for problem in loaded(when=when).problems]


@pytest.mark.parametrize(
    "when",
    [
        pytest.param('{and: [{time_between: ["22:00", "02:01"]}, {time_between: ["02:00", "06:00"]}]}', id="a minute"),
        pytest.param('{and: [{date_between: ["12-31", "01-01"]}, {date_between: ["01-01", "02-01"]}]}', id="new year"),
        pytest.param("{and: [{weekday: [sat]}, {holiday: FR}]}", id="a holiday on a Saturday"),
        pytest.param("{and: [{above: [level, 3]}, {below: [{avg_over: [level, 1 h]}, 2]}]}", id="a level and its mean"),
        pytest.param('{and: [{sun_between: [dusk, dawn]}, {time_between: ["12:00", "18:00"]}]}', id="dusk in winter"),
    ],
)
def test_what_may_be_is_left_alone(loaded, when):
    assert loaded(when=when).problems == ()


def test_a_rule_that_is_never_in_force(loaded):
    (problem,) = loaded(active="{weekday: [sat], not: {weekday: [sat, sun]}}").problems
    assert (problem.slug, problem.message) == ("always-false", "no moment makes it true")
