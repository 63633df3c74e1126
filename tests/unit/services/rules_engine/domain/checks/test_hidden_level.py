import pytest


def levels(first, second):
    then = 'then: [{notify: {team: astreinte, message: "m"}}]'
    return {
        "when": None, "severity": None, "then": None,
        "levels": f"[{{severity: yellow, {first}, {then}}}, {{severity: red, {second}, {then}}}]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        pytest.param("when: {above: [level, 3]}", "when: {above: [level, 2]}", 1, id="the-worse-is-easier"),
        pytest.param("when: {above: [level, 2]}", "when: {above: [level, 2]}", 1, id="both-alike"),
        pytest.param("when: {above: [level, 2]}", "when: {above: [level, 3]}", 0, id="as-it-should-be"),
        pytest.param("when: {above: [level, 2]}", "when: {above: [level, 2]}, for: 1 h", 0, id="worse-if-it-lasts"),
        pytest.param("when: {above: [level, 3]}, for: 1 h", "when: {above: [level, 2]}, for: 1 h", 1, id="as-long"),
        pytest.param(
            "when: {above: [level, 3]}, until: {below: [level, 1]}", "when: {above: [level, 2]}", 0, id="it-lasts"
        ),
        pytest.param(
            "when: {above: [level, 3]}, until: {below: [level, 2.5]}",
            "when: {above: [level, 2]}, until: {below: [level, 1.5]}", 1, id="and-the-worse-longer-still",
        ),
        pytest.param("when: {above: [level, 3]}", "when: {above: [flow, 2]}", 0, id="something-else"),
        pytest.param(
            "when: {above: [level, 3]}", "when: {or: [{above: [level, 2]}, {above: [flow, 9]}]}", 1, id="or-else"
        ),
    ],
)  # fmt: skip
def test_a_level_that_a_worse_one_covers(loaded, first, second, found):
    problems = loaded(**levels(first, second)).problems
    assert [(problem.slug, problem.severity) for problem in problems] == [("hidden-level", "error")] * found


def test_it_says_which(loaded):
    (problem,) = loaded(**levels("when: {above: [level, 3]}", "when: {above: [level, 2]}")).problems
    assert problem.message == "'yellow' is never seen: 'red' comes as soon and stays as long"
