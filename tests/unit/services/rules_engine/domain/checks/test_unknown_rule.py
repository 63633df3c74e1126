import pytest

from services.rules_engine.domain.loading import load, together


@pytest.mark.parametrize("unless", ["r2", "[r1, r2]", "{rule: r2}", "[{rule: r2, at: area}, r1]"])
def test_a_rule_that_does_not_exist_is_pointed_at_however_it_is_written(beside, unless):
    (problem,) = beside({"unless": unless}, {}, slug="unknown-rule")
    assert (problem.message, problem.text) == ("no rule 'r2'", "r2")


def test_the_likeliest_rule_is_named(beside):
    (problem,) = beside({"unless": "gemapi.cru"}, {"id": "gemapi.crue"}, slug="unknown-rule")
    assert problem.hint == "did you mean 'gemapi.crue'?"


def test_a_rule_with_an_error_exists(beside):
    assert beside({"unless": "r1"}, {"severity": "crimson"}, slug="unknown-rule") == []


def test_a_rule_in_a_file_that_is_not_yaml_may_exist(known):
    text = "- id: other.rule\n\ttitle: x\n"
    (rule,) = load(open_rule("other.rule"), "a.yaml", known).rules
    assert rule.unless
    found = together([load(open_rule("other.rule"), "a.yaml", known), load(text, "b.yaml", known)], known)
    assert "unknown-rule" not in [problem.slug for problem in found]


def open_rule(unless):
    return (
        f"- {{id: a.rule, title: T, owner: o, for_each: {{kind: water-level}}, unless: {unless},"
        " when: {above: [level, 2]},"
        ' severity: red, then: [{notify: {team: astreinte, message: "m"}}]}\n'
    )
