"""Rules made of templates: what comes of them, and where their problems are said to be."""

import dataclasses

import pytest

from services.rules_engine.domain.loading import load, templates_in

TEMPLATE = """\
- template: seuil
  about: "Une hauteur dépasse un seuil."
  parameters:
    seuil: {about: "Hauteur", default: 2 m}
    point:
    team: {default: astreinte}
  rule:
    title: "Hauteur à $point"
    for_each: {kind: water-level, points: [$point]}
    when: {above: [level, $seuil]}
    severity: orange
    then:
      - notify: {team: $team, message: "{point} : {level}, plus de $seuil, $$5"}
"""
USE = """\
- id: gemapi.crue
  owner: gemapi
  use: seuil
  with: {point: pont-neuf}
"""


@pytest.fixture
def made(known):
    """Load a use, by default of the template above in a file of its own."""

    def _made(use=USE, template=TEMPLATE):
        with_templates = dataclasses.replace(known, templates=templates_in({"rules/templates/seuil.yaml": template}))
        return load(use, "rules/gemapi/crue.yaml", with_templates)

    return _made


def places(loaded):
    return [(each.slug, each.file, each.span.line, each.span.column) for each in loaded.problems]


def test_a_template_with_its_gaps_filled_is_a_rule(made):
    (rule,) = made().rules
    assert (rule.id, rule.title, rule.for_each.points) == ("gemapi.crue", "Hauteur à pont-neuf", ("pont-neuf",))
    assert rule.levels[0].when.tree == {"above": ["level", "2 m"]}
    assert rule.then[0].message == "{point} : {level}, plus de 2 m, $5"


def test_what_is_given_takes_the_place_of_a_default_and_may_be_of_any_sort(made):
    (rule,) = made(USE.replace("{point: pont-neuf}", "{point: portet, seuil: 3.5}")).rules
    assert rule.levels[0].when.tree == {"above": ["level", 3.5]}


def test_what_a_rule_writes_itself_takes_the_place_of_what_the_template_has(made):
    (rule,) = made(USE + '  title: "La mienne"\n  severity: red\n').rules
    assert (rule.title, rule.levels[0].severity) == ("La mienne", "red")


def test_a_template_and_its_use_may_stand_in_one_file(known):
    loaded = load(TEMPLATE + USE, "rules/crue.yaml", known)
    assert [rule.id for rule in loaded.rules] == ["gemapi.crue"]
    assert loaded.problems == ()


def test_a_template_is_no_rule_by_itself(known):
    loaded = load(TEMPLATE, "rules/crue.yaml", known)
    assert (loaded.rules, loaded.problems) == ((), ())


def test_two_uses_are_two_rules_of_their_own(made):
    loaded = made(USE + USE.replace("gemapi.crue", "gemapi.autre").replace("pont-neuf", "portet"))
    assert [(rule.id, rule.for_each.points) for rule in loaded.rules] == [
        ("gemapi.crue", ("pont-neuf",)),
        ("gemapi.autre", ("portet",)),
    ]
    assert len({rule.fingerprint for rule in loaded.rules}) == 2


def test_a_fault_in_a_value_is_where_the_value_was_given(made):
    loaded = made(USE.replace("{point: pont-neuf}", "{point: pont-neuf, seuil: 3 kg}"))
    assert places(loaded) == [("unit-mismatch", "rules/gemapi/crue.yaml", 4, 35)]


def test_a_fault_in_the_template_is_in_the_template(made):
    loaded = made(template=TEMPLATE.replace("above: [level", "above: [levle"))
    assert places(loaded) == [("unknown-property", "rules/templates/seuil.yaml", 10, 20)]


def test_a_fault_in_a_default_is_in_the_template(made):
    loaded = made(template=TEMPLATE.replace("default: astreinte", "default: nobody"))
    assert places(loaded) == [("unknown-team", "rules/templates/seuil.yaml", 6, 21)]


@pytest.mark.parametrize(
    ("use", "message", "line", "column"),
    [
        ("use: sueil", "no template 'sueil'", 3, 8),
        ("with: {}", "'point' is missing for template 'seuil'", 3, 8),
        ("with: {point: pont-neuf, pont: x}", "template 'seuil' has no parameter 'pont'", 4, 34),
        ("with: pont-neuf", "'with' is the text 'pont-neuf'; it must give values", 4, 9),
    ],
)
def test_a_wrong_use_is_named_with_its_place(made, use, message, line, column):
    key = use.split(":")[0]
    text = "\n".join(f"  {use}" if part.strip().startswith(f"{key}:") else part for part in USE.splitlines())
    (problem,) = made(text).problems
    assert (problem.message, problem.span.line, problem.span.column) == (message, line, column)
    assert problem.hint or "must give" in message


@pytest.mark.parametrize(
    ("old", "new", "slug", "line"),
    [
        ("$seuil, $$5", "$seul", "template", 13),
        ("template: seuil", "template: Mon Seuil", "shape", 1),
        ("    seuil: {", "    Seuil: {", "shape", 4),
        ("default: 2 m}", "defautl: 2 m}", "unknown-property", 4),
    ],
)
def test_a_wrong_template_is_named_with_its_place(known, old, new, slug, line):
    problems = load(TEMPLATE.replace(old, new), "t.yaml", known).problems
    assert (slug, line) in [(each.slug, each.span.line) for each in problems]


def test_a_template_without_a_rule_is_told(known):
    text = TEMPLATE.partition("  rule:")[0] + "  rule: nothing\n"
    assert [each.slug for each in load(text, "t.yaml", known).problems] == ["shape"]


def test_a_file_that_is_no_yaml_has_no_templates():
    assert templates_in({"t.yaml": "- template: x\n\trule: {"}) == {}
