import pytest


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("{kind: water-level, area: bergse}", "no area 'bergse'"),
        ("{kind: water-level, points: [pont-nuef]}", "no point 'pont-nuef'"),
        ("{kind: water-level, tags: [aval]}", "no point is of this kind and in all that is asked"),
        ("{kind: water-level, area: berges, group: stations}", "no point is of this kind and in all that is asked"),
        ("{kind: water-level, points: [l1]}", "no point is of this kind and in all that is asked"),
    ],
)
def test_a_selector_that_takes_no_point(loaded, selector, message):
    (problem,) = loaded(for_each=selector).problems
    assert (problem.slug, problem.message, problem.span.line) == ("empty-selection", message, 8)


def test_an_unknown_kind_is_said_once(loaded):
    assert [problem.slug for problem in loaded(for_each="{kind: nothing}").problems] == ["unknown-kind"]


def test_a_tag_that_nothing_has_comes_with_the_likeliest_one(loaded):
    (problem,) = loaded(for_each="{kind: water-level, tags: [amnot]}").problems
    assert problem.hint == "did you mean 'amont'?"


CENSUS = "{at_least: [{how_many: {of: %s, where: {above: [level, 2]}}}, 1]}"


@pytest.mark.parametrize(
    ("of", "message"),
    [
        ("{kind: water-level, area: bergse}", "no area 'bergse'"),
        ("{kind: water-level, or: [{points: [a]}, {area: berges}]}", "no point 'a'"),
        ("{kind: water-level, tags: [aval]}", "no point is of this kind and in all that is asked"),
    ],
)
def test_a_question_to_no_point(loaded, of, message):
    found = loaded(when=CENSUS % of).problems
    assert ("empty-selection", message) in [(problem.slug, problem.message) for problem in found]


def test_a_rule_with_one_point_has_no_neighbours_to_ask(loaded):
    when = "{at_least: [{how_many: {where: {above: [level, 2]}}}, 0.5]}"
    (problem,) = loaded(for_each="{kind: water-level, points: [pont-neuf]}", when=when).problems
    assert problem.message == "'how_many' asks the rule's other points, and there are none"


@pytest.mark.parametrize(("metres", "found"), [("5000 m", 1), ("20000 m", 0)], ids=["none-so-near", "one"])
def test_neighbours_lie_within_what_is_asked(loaded, metres, found):
    when = f"{{above: [{{max_of: {{value: level, within: {metres}}}}}, 2]}}"
    assert [problem.slug for problem in loaded(when=when).problems] == ["empty-selection"] * found


def test_points_of_a_group_rule_that_are_in_no_group_are_a_warning(loaded):
    when = "{above: [{max_of: {value: level}}, 2]}"
    found = loaded(for_each=None, across="{kind: water-level, by: area}", when=when, then=THEN)
    (problem,) = found.problems
    assert (problem.severity, problem.message) == (
        "warning", "in no area, and so not watched: 1 of 2 points (portet)",
    )  # fmt: skip
    assert len(found.rules) == 1


THEN = '[{notify: {team: astreinte, message: "{point}"}}]'
