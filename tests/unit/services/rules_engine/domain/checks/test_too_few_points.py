import pytest

ASK = "{at_least: [{how_many: {%s where: {above: [level, 2]}}}, %d]}"
THEN = '[{notify: {team: astreinte, message: "{point}"}}]'


@pytest.mark.parametrize(
    ("of", "number", "found"),
    [("", 1, []), ("", 2, [1]), ("of: {kind: water-level},", 2, []), ("of: {kind: water-level},", 3, [2])],
    ids=["a-neighbour", "neighbours", "all", "more-than-all"],
)
def test_more_points_than_there_are_to_ask(loaded, of, number, found):
    problems = loaded(when=ASK % (of, number)).problems
    assert [(problem.slug, problem.message) for problem in problems] == [
        ("too-few-points", f"'how_many' asks {most} points at most; {number} is never reached") for most in found
    ]


@pytest.mark.parametrize(("by", "found"), [("all", 0), ("area", 1)])
def test_a_group_has_so_many_members(loaded, by, found):
    across = f"{{kind: water-level, by: {by}}}"
    problems = loaded(for_each=None, across=across, when=ASK % ("", 2), then=THEN).problems
    assert [problem.slug for problem in problems].count("too-few-points") == found
