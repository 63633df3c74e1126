"""What rules do to one another keeps none of them from running."""

from services.rules_engine.domain.book import open_book

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
