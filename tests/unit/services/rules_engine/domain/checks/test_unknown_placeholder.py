import pytest


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("{pont}", "nothing fills '{pont}'"),
        ("{level.tmie}", "nothing fills '{level.tmie}'"),
        ("{}", "nothing fills '{}'"),
        ("{point", "a brace without its other half"),
    ],
)
def test_what_nothing_fills(loaded, message, found):
    (problem,) = loaded(then=f'[{{notify: {{team: astreinte, message: "{message}"}}}}]').problems
    assert (problem.slug, problem.message) == ("unknown-placeholder", found)


def test_all_that_can_be_filled_in(loaded):
    message = "{point} {point.id} {time} {since} {rule} {severity} {level} {level.time} {flow.number} {flow.unit}"
    assert loaded(then=f'[{{notify: {{team: astreinte, message: "{message}"}}}}]').problems == ()


def test_values_that_have_a_name_can_be_filled_in(loaded):
    then = '[{notify: {team: astreinte, message: "{rise} {rise.number} {rise.unit}"}}]'
    assert loaded(let="{rise: {rate_over: [level, 1 h]}}", then=then).problems == ()


def test_members_of_a_group_can_be_filled_in_and_its_properties_cannot(loaded):
    group = {"for_each": None, "across": "{kind: water-level}", "when": "{above: [{max_of: {value: level}}, 2]}"}
    then = '[{notify: {team: astreinte, message: "{members} {count} {total} %s"}}]'
    assert loaded(then=then % "", **group).problems == ()
    (problem,) = loaded(then=then % "{level}", **group).problems
    assert problem.message == "nothing fills '{level}'"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param({"title": '"Crue {point}"'}, id="title"),
        pytest.param({"then": '[{light: {group: lampes, level: 1, at_most: 1 h, reason: "{point}"}}]'}, id="reason"),
    ],
)
def test_only_messages_are_filled_in(loaded, lines):
    (problem,) = loaded(**lines).problems
    assert (problem.slug, problem.message) == ("unknown-placeholder", "nothing fills '{point}' here")
