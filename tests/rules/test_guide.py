"""All that the guide for rule authors shows is true.

Its rules are right and pass their tests, its parts of rules compile over the points that it names, its mistakes give
the problems that it shows.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from services.rules_engine.domain.checks import SLUGS
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.operators import NAMES
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.result import run_case
from services.rules_engine.domain.truth import conjunction, disjunction
from shared.errors import ProblemsFound
from tests.guide import PAGES, ROOT, Block, Table, blocks_of, codes, prose_of, tables_of
from tests.guide_rules import LINE_OF_EXAMPLE, MY_FILE, checked, completed, example, inventory, known, shipped

BLOCKS = [block for page in ("README.md", *PAGES) for block in blocks_of(page)]
YAML = [block for block in BLOCKS if block.language == "yaml"]
GIVES = [block for block in YAML if block.notes.keys() & {"gives", "gives over", "gives across"}]
WRONG = [(block, after) for block, after in pairwise(BLOCKS) if "wrong" in block.notes]
RIGHT = [block for block in YAML if block not in GIVES and "wrong" not in block.notes]
FILES = [block for block in RIGHT if block.is_file]
PARTS = [block for block in RIGHT if not block.is_file]
TABLES = [table for page in PAGES for table in tables_of(page)]
EXAMPLES = [
    (table, code)
    for table in TABLES
    if table.notes.keys() & {"examples over", "examples across"}
    for row in table.rows
    for code in codes(row[-1])
]
CHECKS = "docs/guide/verifications.md"
IN_SENTENCES = {code for page in PAGES for code in codes(" ".join(prose_of(page).split()))}
MENTIONED = [code for code in IN_SENTENCES if code.partition(": ")[0].strip('"') in NAMES and ": " in code]
MISTAKES = [(table, row) for table in TABLES if "wrong over" in table.notes for row in table.rows]


def placed(item: object) -> str:
    return item.place if isinstance(item, Block | Table) else str(item)


def points_of(notes):
    """Over or across which points something is to be read."""
    return {name.split()[-1]: value for name, value in notes.items() if value and name != "warns"}


def warned(notes):
    return notes.get("warns", "").split(", ")


def told(problems):
    return "\n".join(str(problem) for problem in problems)


@pytest.mark.parametrize("block", FILES, ids=placed)
def test_a_rule_that_is_shown_is_right(block):
    found = checked(block.text, block.page)
    assert told(found.but(*warned(block.notes))) == ""
    assert found.rules or "- template:" in block.text


@pytest.mark.parametrize("block", [block for block in FILES if "tests:" in block.text], ids=placed)
def test_the_tests_of_a_rule_that_is_shown_pass(block):
    rules = {rule.id: rule for rule in checked(block.text, block.page).rules}
    tests = [read_tests(rule, inventory()) for rule in rules.values() if rule.tests]
    assert tests
    assert [problem for each in tests for problem in each.problems] == []
    results = [run_case(case, shipped() | rules) for each in tests for case in each.cases]
    assert [(each.case.name, failure.said.fr) for each in results for failure in each.failures] == []


@pytest.mark.parametrize("block", PARTS, ids=placed)
def test_a_part_of_a_rule_that_is_shown_is_right(block):
    found = checked(completed(block.text, points_of(block.notes)), block.page)
    assert told(found.but("missing-test", *warned(block.notes))) == ""
    assert found.rules


@pytest.mark.parametrize(("table", "code"), EXAMPLES, ids=placed)
def test_an_example_in_a_table_compiles_over_the_points_that_are_named(table, code):
    problems = checked(completed(example(code), points_of(table.notes)), table.page).problems
    assert told(problem for problem in problems if problem.span.line == LINE_OF_EXAMPLE) == ""


@pytest.mark.parametrize("code", sorted(MENTIONED))
def test_a_condition_in_a_sentence_compiles_over_points_of_some_kind(code):
    kinds = [kind.id for kind in known().kinds.values() if set(kind.properties) & set(re.findall(r"\w+", code))]
    notes = [{how: kind} for kind in kinds or ["water-level"] for how in ("over", "across")]
    found = (load(completed(example(code), each), "sentence", known()).problems for each in notes)
    assert any(all(problem.span.line != LINE_OF_EXAMPLE for problem in problems) for problems in found)


@pytest.mark.parametrize(("block", "after"), WRONG, ids=placed)
def test_a_mistake_gives_what_is_shown_below_it(block, after):
    assert after.language == "text"
    assert checked(block.text, MY_FILE).said() == after.text.rstrip("\n")


@pytest.mark.parametrize("block", GIVES, ids=placed)
def test_a_mistake_below_the_name_of_a_problem_has_just_that_problem(block):
    text = block.text if block.is_file else completed(block.text, points_of(block.notes))
    assert {problem.slug for problem in checked(text, block.page).but("missing-test")} == {block.heading}


@pytest.mark.parametrize(("table", "row"), MISTAKES, ids=placed)
def test_a_mistake_in_a_table_has_its_name_and_what_stands_beside_it_is_right(table, row):
    (wrong,), (slug,), (right,) = (codes(cell) for cell in row[:3])
    assert slug in {problem.slug for problem in checked(_line(wrong, table.notes), table.page).problems}
    assert told(checked(_line(right, table.notes), table.page).but("missing-test", *warned(table.notes))) == ""


def _line(code, notes):
    """A line of a rule; of one that can't be read at all the parts that it may have don't matter."""
    try:
        return completed(f"{code}\n", points_of(notes))
    except ProblemsFound:
        return f"- {code}\n"


def test_every_problem_has_its_heading_and_every_heading_its_problem():
    headings = {line[4:] for line in (ROOT / CHECKS).read_text("utf-8").splitlines() if line.startswith("### ")}
    assert headings == set(SLUGS)


def test_the_table_of_truths_is_that_of_the_rules():
    truths = {"vrai": True, "faux": False, "inconnu": None}
    (table,) = (each for each in TABLES if all(cell in truths for cell in each.rows[0]))
    rows = [[truths[cell] for cell in row] for row in table.rows]
    assert [[conjunction(*row[:2]), disjunction(*row[:2])] for row in rows] == [row[2:] for row in rows]


def test_the_kinds_that_are_shown_exist():
    named = {value for block in PARTS for value in points_of(block.notes).values()}
    assert named <= known().kinds.keys()
