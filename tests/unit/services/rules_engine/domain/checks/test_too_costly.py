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
