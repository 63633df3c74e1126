import pytest

MEAN = "{avg_over: [level, 1 h]}"


@pytest.mark.parametrize(
    ("until", "found"),
    [
        pytest.param("{below: [level, 3 m]}", ["overlapping-until"], id="ends-above-where-it-begins"),
        pytest.param("{below: [level, 250 cm]}", ["overlapping-until"], id="in-another-unit"),
        pytest.param("{at_most: [level, 2 m]}", [], id="side-by-side"),
        pytest.param("{below: [level, 1.8 m]}", [], id="with-a-distance"),
    ],
)
def test_until_and_when_at_once(loaded, until, found):
    assert [problem.slug for problem in loaded(until=until).problems] == found


def test_it_tells_a_value_at_which_both_hold(loaded):
    (problem,) = loaded(until="{below: [level, 3 m]}").problems
    assert problem.message == "at level = 2,50 m both 'when' and 'until' hold"
    assert problem.severity == "error"


def test_over_different_properties_it_is_a_warning(loaded):
    found = loaded(until="{below: [flow, 50]}")
    assert [(problem.slug, problem.severity) for problem in found.problems] == [("overlapping-until", "warning")]
    assert len(found.rules) == 1


@pytest.mark.parametrize(
    ("when", "until", "found"),
    [
        pytest.param(f"{{above: [{MEAN}, 2]}}", f"{{below: [{MEAN}, 3]}}", ["error"], id="mean"),
        pytest.param(f"{{above: [{MEAN}, 2]}}", f"{{below: [{MEAN}, 2]}}", [], id="mean-apart"),
        pytest.param(f"{{above: [{MEAN}, 2]}}", "{below: [level, 3]}", [], id="a-level-and-its-mean"),
        pytest.param(
            "{and: [{above: [level, 2]}, {above: [{rate_over: [level, 1 h]}, 0.1]}]}", "{below: [level, 3]}",
            ["warning"], id="what-else-when-asks-only-narrows-it",
        ),
        pytest.param(
            '{and: [{above: [level, 2]}, {time_between: ["22:00", "06:00"]}]}', '{time_between: ["05:00", "22:00"]}',
            ["warning"], id="hours",
        ),
        pytest.param(
            "{and: [{above: [level, 2]}, {sun_between: [dusk, dawn]}]}", "{sun_between: [dawn, dusk]}",
            [], id="two-questions-to-one-sun",
        ),
        pytest.param(
            "{at_least: [{how_many: {where: {above: [level, 2]}}}, 1]}",
            "{below: [{how_many: {where: {above: [level, 2]}}}, 1]}", [], id="the-same-question-to-others",
        ),
        pytest.param(
            "{at_least: [{how_many: {where: {above: [level, 2]}}}, 1]}",
            "{at_most: [{how_many: {where: {above: [level, 2]}}}, 1]}", ["error"], id="and-its-answers-overlap",
        ),
    ],
)  # fmt: skip
def test_what_goes_together_is_not_tried_apart(loaded, when, until, found):
    assert [(problem.slug, problem.severity) for problem in loaded(when=when, until=until).problems] == [
        ("overlapping-until", severity) for severity in found
    ]


def test_it_tells_hours_and_windows_at_which_both_hold(loaded):
    when = '{and: [{above: [{max_over: [level, 1 h]}, 2]}, {time_between: ["22:00", "06:00"]}]}'
    (problem,) = loaded(when=when, until='{time_between: ["05:00", "22:00"]}').problems
    assert problem.message == "at 'max_over' = 8,50 m, 05:00 both 'when' and 'until' hold"
