from dataclasses import replace

import msgspec
import pytest

from services.rules_engine.domain.checks.too_costly import DEEPEST, DEEPEST_LOOPS, LARGEST
from services.rules_engine.domain.plain import compile_plain
from shared.errors import ProblemsFound

COMPARISON = {">": [{"var": "level"}, 1]}


def nested(depth):
    tree = True
    for _ in range(depth):
        tree = {"!": tree}
    return tree


def nested_lists(depth):
    tree = [1]
    for _ in range(depth):
        tree = [tree]
    return tree


def loop(name, elements):
    return {name: [[1] * elements if isinstance(elements, int) else elements, {"above": ["", 1]}]}


def in_loops(count):
    tree = True
    for _ in range(count):
        tree = {"some": [[1], tree]}
    return tree


def grown(count, parts):
    return {"in": [1, {"reduce": [[1] * count, {"merge": parts}, [1]]}]}


def texts(count):
    return {"==": ["a", {"reduce": [[1] * count, {"cat": [{"var": "accumulator"}] * 2}, "x"]}]}


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        pytest.param(nested(DEEPEST), [], id="as-deep-as-allowed"),
        pytest.param(nested(DEEPEST + 1), ["too-costly"], id="one-deeper"),
        pytest.param(nested(5000), ["too-costly"], id="very-deep"),
        pytest.param({"and": [COMPARISON] * 50}, [], id="fifty-comparisons"),
        pytest.param({"and": [COMPARISON] * LARGEST}, ["too-costly"], id="too-many"),
        pytest.param({"in": [1, nested_lists(DEEPEST)]}, ["too-costly"], id="lists-in-lists"),
        pytest.param(loop("some", 79), [], id="as-many-elements-as-allowed"),
        pytest.param(loop("some", 80), ["too-costly"], id="one-element-more"),
        pytest.param(loop("filter", 80), ["too-costly"], id="filtered"),
        pytest.param(loop("map", 80), ["too-costly"], id="mapped"),
        pytest.param({"and": [loop("some", 40), loop("some", 40)]}, ["too-costly"], id="two-loops-add-up"),
        pytest.param({"some": [[1] * 8, loop("some", 8)]}, [], id="a-loop-in-a-loop"),
        pytest.param({"some": [[1] * 9, loop("some", 9)]}, ["too-costly"], id="they-multiply"),
        pytest.param({"some": [[[1] * 6] * 6, loop("some", {"var": ""})]}, [], id="elements-of-elements"),
        pytest.param({"some": [[[1] * 12] * 6, loop("some", {"var": ""})]}, ["too-costly"], id="their-number-counts"),
        pytest.param({"some": [[[1] * 15] * 6, {"in": [2, {"var": ""}]}]}, [], id="looked-for-in-elements"),
        pytest.param({"some": [[[1] * 24] * 6, {"in": [2, {"var": ""}]}]}, ["too-costly"], id="looking-costs-too"),
        pytest.param(in_loops(DEEPEST_LOOPS), [], id="as-many-loops-as-allowed"),
        pytest.param(in_loops(DEEPEST_LOOPS + 1), ["too-costly"], id="one-more"),
        pytest.param(grown(5, [{"var": "accumulator"}]), [], id="a-result-as-long-each-time"),
        pytest.param(grown(5, [{"var": "accumulator"}] * 2), [], id="doubled-five-times"),
        pytest.param(grown(20, [{"var": "accumulator"}] * 2), ["too-costly"], id="doubled-twenty-times"),
        pytest.param(texts(20), ["too-costly"], id="a-text-doubled-twenty-times"),
    ],
)
def test_size_is_bounded(compile_data, tree, found):
    assert compile_data(tree) == found


def test_the_outermost_loop_is_pointed_at(loaded):
    inner = '{"some": [[1, 2, 3, 4, 5, 6, 7, 8, 9], {"above": ["", 1]}]}'
    (problem,) = loaded(
        when=f'{{or: [{{above: [level, 1 m]}}, {{"some": [[1, 2, 3, 4, 5, 6, 7, 8, 9], {inner}]}}]}}'
    ).problems
    assert problem.slug == "too-costly"
    assert problem.hint == "shorten the list, or split it into rules"
    assert problem.span.column > len("  when: {or: [{above: [level, 1 m]}")


@pytest.mark.parametrize(
    "tree", [nested(DEEPEST + 1), in_loops(DEEPEST_LOOPS + 1), [1] * LARGEST], ids=["deep", "loops", "long"]
)
def test_json_logic_over_plain_data_is_bounded_as_written(tree):
    with pytest.raises(ProblemsFound, match="too-costly"):
        compile_plain(tree)


def test_loops_over_plain_data_are_left_to_run_time():
    assert compile_plain(loop("all", 100))(None) is False


@pytest.fixture
def city(known, point):
    """The small city with so many gauges, each a hundredth of a degree from the next."""

    def _city(count):
        points = tuple(msgspec.structs.replace(point, id=f"p{each}", longitude=each / 100) for each in range(count))
        return replace(known, inventory=msgspec.structs.replace(known.inventory, points=points))

    return _city


THEN = '[{notify: {team: astreinte, message: "{point}"}}]'
MEAN = "{above: [{avg_over: [level, %s]}, 2]}"
ASK = "{at_least: [{how_many: {where: {above: [%s, 2]}}}, 1]}"


@pytest.mark.parametrize(
    ("when", "points", "found"),
    [
        pytest.param(MEAN % "3600 d", 2, 0, id="345600-values"),
        pytest.param("{above: [{baseline: [{avg_over: [level, 50 d]}, 1 d, 102 d]}, 2]}", 2, 0, id="102-steps"),
        pytest.param("{above: [{baseline: [{avg_over: [level, 50 d]}, 1 d, 103 d]}, 2]}", 2, 1, id="103-steps"),
        pytest.param(ASK % "level", 99, 0, id="99-points-each-with-98-others"),
        pytest.param(ASK % "level", 100, 1, id="100-points-each-with-99-others"),
        pytest.param(ASK % "{avg_over: [level, 30 d]}", 13, 0, id="13-points-and-their-months"),
        pytest.param(ASK % "{avg_over: [level, 30 d]}", 14, 1, id="14-points-and-their-months"),
    ],
)
def test_what_an_observation_makes_a_rule_read_is_bounded(loaded, city, when, points, found):
    problems = loaded(when=when, known=city(points)).problems
    assert [problem.slug for problem in problems] == ["too-costly"] * found


@pytest.mark.parametrize(("points", "found"), [(150, 0), (160, 1)])
def test_distances_within_a_group_are_counted(loaded, city, points, found):
    when = "{at_least: [{how_many: {where: {above: [level, 2]}, within: 5000 m}}, 2]}"
    group = {"for_each": None, "across": "{kind: water-level}", "then": THEN}
    problems = loaded(when=when, known=city(points), **group).problems
    assert [problem.slug for problem in problems] == ["too-costly"] * found


def test_values_to_have_at_hand_are_bounded(loaded, city):
    assert loaded(when=MEAN % "900 d", known=city(110)).problems == ()
    (problem,) = loaded(when=MEAN % "900 d", known=city(130)).problems
    assert problem.message == "it keeps 11 232 650 values of its points; 10 000 000 are the limit"


@pytest.mark.parametrize(("points", "found"), [(2, 0), (3, 1)])
def test_what_the_observations_of_a_second_make_it_read_is_bounded(loaded, city, kind, points, found):
    known = city(points)
    quick = msgspec.structs.replace(kind, period_s=1)
    quicker = replace(known, inventory=msgspec.structs.replace(known.inventory, kinds=(quick,)))
    problems = loaded(when=MEAN % "5 d", known=quicker).problems
    message = "3 observations a second make it read 1 296 000 values (432 000 values); 1 000 000 are the limit"
    assert [(problem.slug, problem.message) for problem in problems] == [("too-costly", message)] * found


def test_it_tells_how_it_comes_about(loaded, city):
    when = ASK % "{baseline: [{avg_over: [level, 1 d]}, 7 d, 28 d]}"
    (problem,) = loaded(when=when, known=city(100)).problems
    assert problem.message == (
        "one observation makes it read as long as 8 256 600 values take"
        " (100 points x 99 points asked x 4 steps x 96 values); 500 000 are the limit"
    )
