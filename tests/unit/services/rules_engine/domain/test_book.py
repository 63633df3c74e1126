"""What rules do to one another keeps none of them from running."""

import json

import pytest
from msgspec import structs

from services.rules_engine.domain.book import open_book
from shared import documents

RULE = """\
- id: {id}
  title: "Crue"
  owner: gemapi
  for_each: {{kind: water-level}}
  when: {{above: [level, 2 m]}}
  unless: {unless}
  severity: red
  then:
    - notify: {{team: astreinte, message: "{{point}}"}}
"""


def test_rules_that_are_wrong_beside_one_another_run_and_are_told(inventory):
    texts = {
        f"{name}.yaml": RULE.format(id=name, unless=unless) for name, unless in (("a", "b"), ("b", "a"), ("c", "d"))
    }
    book = open_book(texts, inventory)
    assert set(book.rules) == {"a", "b", "c"}
    assert (book.problems, book.is_complete) == ((), True)
    assert [(problem.slug, problem.file) for problem in book.doubts] == [
        ("unknown-rule", "c.yaml"), ("rule-loop", "a.yaml"),
    ]  # fmt: skip


def test_of_two_rules_of_one_id_one_runs_and_the_other_is_a_problem(inventory):
    texts = {f"{name}.yaml": RULE.format(id="a", unless="[]") for name in ("one", "two")}
    book = open_book(texts, inventory)
    assert (set(book.rules), book.is_complete, book.doubts) == ({"a"}, False, ())
    assert [(problem.slug, problem.file) for problem in book.problems] == [("duplicate-id", "two.yaml")]


def test_a_rule_that_is_left_out_for_a_slip_is_no_unknown_rule(inventory):
    texts = {
        "a.yaml": RULE.format(id="a", unless="b"),
        "b.yaml": RULE.format(id="b", unless="[]").replace("red", "rde"),
    }
    book = open_book(texts, inventory)
    assert (set(book.rules), book.doubts) == ({"a"}, ())


STRANGE_KINDS = {
    "a unit that the engine doesn't know": lambda kind: structs.replace(
        kind, properties={**kind.properties, "level": structs.replace(kind.properties["level"], unit="blorg")}
    ),
    "a period of nothing": lambda kind: structs.replace(kind, period_s=0),
    "a staleness beyond all time": lambda kind: structs.replace(kind, stale_after_s=1e300),
}
WINDOW = "when: {above: [{max_over: [level, 15 min]}, 2 m]}\n  every: 15 min"


@pytest.mark.parametrize("strange", STRANGE_KINDS)
def test_a_rule_that_no_check_foresaw_is_left_out_alone(inventory, strange):
    (kind,) = (each for each in inventory.kinds if each.id == "water-level")
    odd = structs.replace(STRANGE_KINDS[strange](kind), id="odd")
    inventory = structs.replace(inventory, kinds=(*inventory.kinds, odd))
    whole = RULE.format(id="odd", unless="[]").replace("when: {above: [level, 2 m]}", WINDOW)
    texts = {"a.yaml": RULE.format(id="a", unless="[]"), "odd.yaml": whole.replace("water-level", "odd")}
    book = open_book(texts, inventory)
    assert (set(book.rules), book.is_complete, book.doubts) == ({"a"}, False, ())
    (problem,) = [each for each in book.problems if each.slug != "empty-selection"]
    assert (problem.slug, problem.file, problem.span.line) == ("engine-fault", "odd.yaml", 1)
    assert "this rule can't be made ready: " in problem.message
    assert "(services.rules_engine.domain." in problem.message or "(shared.units:" in problem.message


def test_a_rule_that_is_too_costly_is_left_out_and_the_others_run(inventory):
    costly = RULE.format(id="costly", unless="[]").replace("[level, 2 m]", "[{max_over: [level, 3000 d]}, 2 m]")
    kinds = tuple(structs.replace(kind, period_s=1, stale_after_s=60) for kind in inventory.kinds)
    inventory = structs.replace(inventory, kinds=kinds)
    book = open_book({"a.yaml": RULE.format(id="a", unless="[]"), "costly.yaml": costly}, inventory)
    assert set(book.rules) == {"a"}
    assert {(problem.slug, problem.file) for problem in book.problems} == {("too-costly", "costly.yaml")}


def test_of_rules_in_one_line_the_wrong_one_is_left_out_alone(inventory):
    """A file of JSON has no line that begins with a dash."""
    right = documents.read(RULE.format(id="right", unless="[]"), "x").data[0]
    book = open_book({"a.yaml": json.dumps([right, {**right, "id": "wrong", "owner": "nobody", "when": 3}])}, inventory)
    assert set(book.rules) == {"right"}
    assert book.broken.keys() == {"wrong"}
    assert book.broken["wrong"] == tuple(problem for problem in book.problems if problem.severity == "error") != ()
