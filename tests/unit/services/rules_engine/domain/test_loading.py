from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.rules_engine.domain.action import LightAction, NotifyAction
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import duplicate_ids, load, together, without_duplicates
from services.rules_engine.domain.rule import Lasting, Selector, Severity, WhenUnknown
from shared.model.alerts import Criticality

WHOLE = """\
- id: gemapi.garonne.alerte
  title: "Garonne : alerte"
  owner: gemapi
  criticality: vital
  review_by: 2027-06-30
  for_each: {kind: water-level, area: berges, tags: amont}
  when: {at_least: [level, 3.0 m]}
  for: 30 min
  until: {below: [level, 2.8 m]}
  until_for: 1 h
  when_unknown: resolve
  severity: red
  then:
    - notify: {team: astreinte, message: "{point} : {level}", digest: 05:00}
    - light: {group: lampes, level: 80 %, at_most: 4 h, reason: crue, day: true, ramp: 10 s}
"""


def test_a_whole_rule_is_read(known):
    loaded = load(WHOLE, "rules/gemapi/garonne.yaml", known)
    (rule,) = loaded.rules
    assert loaded.problems == ()
    assert (rule.id, rule.title, rule.owner) == ("gemapi.garonne.alerte", "Garonne : alerte", "gemapi")
    assert (rule.criticality, rule.severity) == (Criticality.VITAL, Severity.RED)
    assert (rule.review_by, rule.when_unknown) == (date(2027, 6, 30), WhenUnknown.RESOLVE)
    assert rule.for_each == Selector("water-level", area="berges", tags=("amont",))
    (level,) = rule.levels
    assert (level.when.tree, level.until.tree) == ({"at_least": ["level", "3.0 m"]}, {"below": ["level", "2.8 m"]})
    assert (level.for_, level.until_for) == (Lasting(timedelta(minutes=30)), Lasting(timedelta(hours=1)))
    assert rule.then == (
        NotifyAction("astreinte", "{point} : {level}", "05:00"),
        LightAction("lampes", 80, "crue", timedelta(hours=4), True, timedelta(seconds=10)),
    )
    assert (rule.file, rule.span.line, rule.span.column) == ("rules/gemapi/garonne.yaml", 1, 3)


def test_what_an_author_leaves_out_has_a_default(loaded):
    (rule,) = loaded().rules
    assert (rule.criticality, rule.when_unknown, rule.review_by) == (Criticality.NORMAL, WhenUnknown.HOLD, None)
    (level,) = rule.levels
    assert (level.for_, level.until, level.until_for) == (Lasting(), None, Lasting())


WRONG = [
    ("id", "A b", 1, "'A b' can't be an id"),
    ("title", "12", 8, "'title' is the number '12'; it must be text"),
    ("criticality", "vitale", 9, "the text 'vitale' is none of: vital, normal, comfort"),
    ("review_by", "30/06/2027", 9, "'review_by' is the text '30/06/2027'; it must be a date such as 2027-06-30"),
    ("for_", "10", 9, "'for' is the number '10'; it must be a duration such as 10 min, or a count such as 3 times"),
    ("until_for", "10 minutes", 9, "'until_for' is the text '10 minutes'; it must be a duration"),
    ("when_unknown", "on", 9, "the text 'on' is none of: hold, resolve, alert"),
    ("severity", "oragne", 8, "the text 'oragne' is none of: info, minor, yellow, orange, red, critical"),
    ("owner", "true", 8, "'owner' is the truth 'true'; it must be text"),
    ("for_each", "water-level", 8, "the text 'water-level' where properties are meant"),
    ("then", "[]", 7, "'then' is a list; it must be a list of actions"),
    ("then", "notify", 7, "'then' is the text 'notify'; it must be a list of actions"),
    ("unless", "''", 9, "the text '' where the id of a rule is meant"),
]


@pytest.mark.parametrize(
    ("name", "value", "line", "message"), WRONG, ids=[f"{name}={value}" for name, value, *_ in WRONG]
)
def test_a_scalar_of_the_wrong_sort_is_named_with_its_place(loaded, name, value, line, message):
    found = loaded(**{name: value})
    assert found.rules == ()
    (problem,) = found.problems
    assert (problem.span.line, problem.file) == (line, "rules/crue.yaml")
    assert message in problem.message


ACTIONS = [
    ("[{notfy: {team: astreinte, message: m}}]", "unknown-action", "an action begins with notify: or light:"),
    ("[{notify: {team: astreinte, message: m}, light: {}}]", "unknown-action", "an action begins with"),
    ("[{notify: {team: astreinte}}]", "missing-property", "'message' is missing here"),
    ("[{notify: {team: astreinte, message: m, digest: 5 h}}]", "shape", "it must be a time of day such as 05:00"),
    ("[{notify: {team: astreinte, message: m, digest: 25:00}}]", "shape", "it must be a time of day such as 05:00"),
    (
        "[{light: {group: lampes, level: 120 %, reason: r, at_most: 1 h}}]",
        "shape",
        "it must be a level from 0 % to 100 %",
    ),
    ("[{light: {group: lampes, level: 100, reason: r, at_most: 1 h, day: on}}]", "shape", "it must be true or false"),
    ("[{light: {group: lampes, level: 50 %, at_most: 1 h}}]", "missing-property", "'reason' is missing here"),
]


@pytest.mark.parametrize(("then", "slug", "message"), ACTIONS, ids=[then for then, *_ in ACTIONS])
def test_a_wrong_action_is_named(loaded, then, slug, message):
    (problem,) = loaded(then=then).problems
    assert problem.slug == slug
    assert message in problem.message


def test_an_unknown_property_comes_with_the_likeliest_one(loaded):
    (problem,) = loaded(untill="{below: [level, 1 m]}").problems
    assert (problem.slug, problem.hint) == ("unknown-property", "did you mean 'until'?")


def test_what_is_required_is_named_if_it_is_missing(loaded):
    found = loaded(severity=None, owner=None)
    assert [problem.message for problem in found.problems] == ["'owner' is missing here", "'severity' is missing here"]


def test_one_bad_rule_takes_no_other_with_it(known):
    bad = WHOLE.replace("gemapi.garonne.alerte", "bad").replace("severity: red", "severity: crimson")
    found = load(bad + WHOLE, "f.yaml", known)
    assert [rule.id for rule in found.rules] == ["gemapi.garonne.alerte"]
    assert [(problem.span.line, problem.slug) for problem in found.problems] == [(12, "shape")]


NOT_YAML = [
    ("- id: a\n\ttitle: b\n", 2),
    ("- id: a\n  when: {!: {var: x}}\n", 2),
    ("- id: [\n", 2),
    ("- id: a\n  id: b\n", 2),
]


@pytest.mark.parametrize(("text", "line"), NOT_YAML, ids=["tab", "tag", "open-bracket", "key-twice"])
def test_a_file_that_is_not_yaml_has_no_rules(text, line):
    found = load(text, "f.yaml")
    assert found.rules == ()
    assert found.problems[0].span.line == line
    assert {problem.slug for problem in found.problems} == {"yaml"}


@pytest.mark.parametrize("text", ["", "# nothing yet\n"], ids=["empty", "comment"])
def test_an_empty_file_has_no_rules_and_no_problems(text):
    found = load(text, "f.yaml")
    assert (found.rules, found.problems) == ((), ())


@pytest.mark.parametrize("text", ["id: a\n", "just text\n", "- just text\n"])
def test_what_is_not_a_list_of_rules_is_said(text):
    found = load(text, "f.yaml")
    assert found.rules == ()
    assert found.problems[0].slug == "shape"


def test_brackets_too_deep_to_read_are_a_problem_and_no_crash():
    found = load("- id: " + "[" * 600 + "]" * 600, "f.yaml")
    assert [problem.slug for problem in found.problems] == ["too-costly"]


def test_without_an_inventory_rules_load_and_what_was_not_checked_is_said(loaded):
    found = loaded(known=None)
    assert len(found.rules) == 1
    (problem,) = found.problems
    assert (problem.slug, problem.severity) == ("not-checked", "warning")
    for slug in ("unknown-property", "unit-mismatch", "unknown-team", "unknown-group", "empty-selection"):
        assert slug in problem.message


def test_conditions_that_are_wrong_as_written_need_no_inventory(loaded):
    found = loaded(known=None, when="{abvoe: [level, 2 m]}")
    assert [problem.slug for problem in found.problems] == ["unknown-operator", "not-checked"]


def test_of_two_rules_of_one_id_the_first_runs_and_the_other_is_told(known):
    first = load(WHOLE, "a.yaml", known).rules
    second = load("# later\n" + WHOLE, "b.yaml", known).rules
    (problem,) = duplicate_ids([*second, *first])
    assert (problem.slug, problem.file, problem.span.line) == ("duplicate-id", "b.yaml", 2)
    assert "a.yaml:1:3" in problem.message
    assert without_duplicates([*second, *first]) == first


def test_ids_of_rules_that_can_not_run_are_known_all_the_same(known):
    assert load(WHOLE.replace("red", "rde"), "a.yaml", known).written == {"gemapi.garonne.alerte"}
    assert load(WHOLE.replace("  owner", "\towner"), "a.yaml", known).written == {"gemapi.garonne.alerte"}
    assert load("- {title: x}\n- id: 3\n- text\n", "a.yaml", known).written == frozenset()


def test_rules_beside_one_another_are_told_what_is_wrong_between_them(known):
    some = [load(WHOLE.replace("  severity", "  unless: nobody\n  severity"), "a.yaml", known)]
    found = together(some, replace(known, today=date(2028, 1, 1)))
    assert [(problem.slug, problem.severity) for problem in found] == [
        ("unknown-rule", "error"), ("missing-test", "warning"), ("review-overdue", "warning"),
    ]  # fmt: skip


def test_what_could_not_be_looked_at_between_rules_is_said(known):
    found = together([load(WHOLE, "a.yaml", known)], Known())
    assert found[-1].message == (
        "without inventory and today not checked: never-together, rule-loop, conflicting-lighting, review-overdue"
    )
    assert together([], Known()) == ()


SAME = {
    "title": '"Autre titre"',
    "severity": "red",
    "criticality": "vital",
    "review_by": "2030-01-01",
    "owner": "other",
}
DECIDES = {
    "when": "{above: [level, 2.1 m]}", "for_": "1 h", "until": "{below: [level, 1 m]}", "until_for": "1 h",
    "when_unknown": "alert", "for_each": "{kind: water-level, area: berges}",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), SAME.items(), ids=list(SAME))
def test_an_edit_of_texts_keeps_the_fingerprint(rule, name, value):
    assert rule(**{name: value}).rule.fingerprint == rule().rule.fingerprint


@pytest.mark.parametrize(("name", "value"), DECIDES.items(), ids=list(DECIDES))
def test_an_edit_of_what_decides_changes_the_fingerprint(rule, name, value):
    assert rule(**{name: value}).rule.fingerprint != rule().rule.fingerprint


def test_an_edit_of_comments_and_actions_keeps_the_fingerprint(rule):
    then = '[{notify: {team: collecte, message: "autre"}}]'
    assert rule(then=then).rule.fingerprint == rule().rule.fingerprint
