import pytest

from services.rules_engine.domain.checks.rule_loop import circles

LIGHT = "[{light: {group: lampes, level: 50 %, reason: r, at_most: 1 h}}]"
LAMPS = {"for_each": "{kind: luminaire}", "when": "{absent_for: 1 h}", "then": LIGHT}


def test_two_rules_that_give_way_to_one_another(beside):
    (problem,) = beside({"unless": "r1"}, {"unless": "r0"}, slug="rule-loop")
    assert problem.severity == "error"
    assert problem.message.startswith("'r0' gives way to 'r1', which gives way to 'r0': where all of them hold")


def test_a_rule_that_gives_way_to_itself(beside):
    (problem,) = beside({"unless": "r0"}, slug="rule-loop")
    assert problem.message.startswith("'r0' gives way to itself:")


def test_a_chain_is_no_circle(beside):
    assert beside({"unless": "r1"}, {"unless": "r2"}, {}, slug="rule-loop") == []


def test_a_rule_that_lights_the_luminaires_it_watches_is_a_warning(beside):
    (problem,) = beside(LAMPS, slug="rule-loop")
    assert (problem.severity, problem.text) == ("warning", "lampes")
    assert problem.message.startswith("'r0' lights lamps that are read by itself")


def test_luminaires_that_a_condition_asks_are_read_too(beside):
    when = "{at_least: [{how_many: {of: {kind: luminaire}, where: {absent_for: 1 h}}}, 1]}"
    assert len(beside({"when": when, "then": LIGHT}, slug="rule-loop")) == 1


def test_a_rule_that_lights_what_it_does_not_read(beside):
    assert beside({"then": LIGHT}, slug="rule-loop") == []


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({"a": "b", "b": "c", "c": "a"}, ["abc"]),
        ({"a": "b", "b": "cd", "d": "b", "c": "c"}, ["bd", "c"]),
        ({"a": "ab"}, ["a"]),
        ({"x": "a", "a": "b", "b": "a"}, ["ab"]),
        ({}, []),
    ],
    ids=["three", "behind-a-rule-that-is-in-none", "itself", "reached-from-outside", "none"],
)
def test_each_circle_is_told_once_from_its_first_rule(edges, found):
    graph = {start: dict.fromkeys(ends) for start, ends in edges.items()}
    assert ["".join(circle) for circle, _ in circles(graph)] == found
