import pytest

THEN = '[{notify: {team: astreinte, message: "{%s}"}}]'


@pytest.mark.parametrize(
    ("name", "message"),
    [("flow", "'flow' is a property of this kind already"), ("time", "'time' is a word of messages already")],
)
def test_a_name_that_means_something_already(loaded, name, message):
    (problem,) = loaded(let=f"{{{name}: {{max_over: [level, 1 h]}}}}", then=THEN % name).problems
    assert (problem.slug, problem.message, problem.text) == ("hidden-name", message, name)


def test_of_a_group_its_words_are_taken_and_the_properties_of_its_members_are_not(loaded):
    group = {"for_each": None, "across": "{kind: water-level}", "when": "{above: [{max_of: {value: level}}, 2]}"}
    let = "{%s: {avg_of: {value: level}}}"
    assert loaded(let=let % "level", then=THEN % "level", **group).problems == ()
    assert [problem.slug for problem in loaded(let=let % "members", then=THEN % "members", **group).problems] == [
        "hidden-name"
    ]
