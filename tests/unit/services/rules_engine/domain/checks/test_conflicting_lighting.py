import pytest

LIGHT = "[{light: {group: lampes, level: %s, reason: r, at_most: 1 h}}]"


def lighting(owner, level, criticality="normal"):
    return {"owner": owner, "then": LIGHT % level, "criticality": criticality}


@pytest.mark.parametrize(
    ("other", "severity", "winner"),
    [
        pytest.param(lighting("bruit", "40 %"), "error", "the brighter wins", id="levels-contradict"),
        pytest.param(lighting("bruit", "80 %"), "warning", "both ask for the same", id="one-level"),
        pytest.param(lighting("bruit", "40 %", "vital"), "warning", "'vital' wins", id="one-is-more-critical"),
    ],
)
def test_two_owners_that_command_the_same_lights(beside, other, severity, winner):
    found = beside(lighting("gemapi", "80 %"), other, slug="conflicting-lighting")
    assert [(problem.severity, problem.text) for problem in found] == [(severity, "lampes")] * 2
    assert all(problem.message.endswith(winner) for problem in found)


def test_each_owner_is_told_where_the_other_is(beside):
    first, second = beside(lighting("gemapi", "80 %"), lighting("bruit", "40 %"), slug="conflicting-lighting")
    assert "by 'r1' of bruit too, at 40 % (rules/r1.yaml:7:18)" in first.message
    assert "by 'r0' of gemapi too, at 80 % (rules/r0.yaml:7:18)" in second.message


def test_one_owner_may_command_its_lights_twice(beside):
    assert beside(lighting("gemapi", "80 %"), lighting("gemapi", "40 %"), slug="conflicting-lighting") == []


@pytest.mark.parametrize("gives_way", [0, 1])
def test_rules_of_which_one_gives_way_have_settled_it(beside, gives_way):
    rules = [lighting("gemapi", "80 %"), lighting("bruit", "40 %")]
    rules[gives_way]["unless"] = f"{{rule: r{1 - gives_way}, at: anywhere}}"
    assert beside(*rules, slug="conflicting-lighting") == []


def test_of_many_the_worst_is_told(beside):
    rules = (lighting("a", "80 %"), lighting("b", "80 %"), lighting("c", "40 %"))
    found = beside(*rules, slug="conflicting-lighting")
    assert "by 'r2' of c too" in found[0].message
    assert "and 1 more" in found[0].message
