"""Everything that the guide for rule authors shows is true: its rules are right and pass their tests, its parts of rules
compile over the points that it names, and its mistakes give the problems that it shows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.result import run_case
from tests.guide import PAGES, Block, Table, blocks_of, codes, tables_of
from tests.guide_rules import LINE_OF_EXAMPLE, checked, completed, example, inventory, known, said, shipped

BLOCKS = [block for page in ("README.md", *PAGES) for block in blocks_of(page)]
YAML = [block for block in BLOCKS if block.language == "yaml"]
FILES = [block for block in YAML if block.is_file and "wrong" not in block.notes]
PARTS = [block for block in YAML if not block.is_file and "wrong" not in block.notes]
WRONG = [(block, after) for block, after in pairwise(BLOCKS) if "wrong" in block.notes]
EXAMPLES = [
    (table, code)
    for page in PAGES
    for table in tables_of(page)
    if "examples over" in table.notes or "examples across" in table.notes
    for row in table.rows
    for code in codes(row[-1])
]
MISTAKES = [
    (table, row) for page in PAGES for table in tables_of(page) if "wrong over" in table.notes for row in table.rows
]


def placed(item: object) -> str:
    return item.place if isinstance(item, Block | Table) else str(item)


def unwarned(problems, notes):
    return [problem for problem in problems if problem.slug not in notes.get("warns", "").split(", ")]


@pytest.mark.parametrize("block", FILES, ids=placed)
def test_a_rule_that_is_shown_is_right(block):
    loaded = checked(block.text, block.page)
    assert said(unwarned(loaded.problems, block.notes), places=True) == ""
    assert loaded.rules


@pytest.mark.parametrize("block", [block for block in FILES if "tests:" in block.text], ids=placed)
def test_the_tests_of_a_rule_that_is_shown_pass(block):
    rules = {rule.id: rule for rule in checked(block.text, block.page).rules}
    tests = [read_tests(rule, inventory()) for rule in rules.values() if rule.tests]
    assert tests
    assert [problem for each in tests for problem in each.problems] == []
    results = [run_case(case, shipped() | rules) for each in tests for case in each.cases]
    assert [(result.case.name, [each.said.fr for each in result.failures]) for result in results if not result.passed] == []


@pytest.mark.parametrize("block", PARTS, ids=placed)
def test_a_part_of_a_rule_that_is_shown_is_right(block):
    loaded = checked(completed(block.text, block.notes), block.page)
    assert said(unwarned(loaded.problems, block.notes), places=True) == ""
    assert loaded.rules


@pytest.mark.parametrize(("table", "code"), EXAMPLES, ids=placed)
def test_an_example_in_a_table_compiles_over_the_points_that_are_named(table, code):
    notes = {name.removeprefix("examples "): value for name, value in table.notes.items()}
    problems = checked(completed(example(code), notes), table.page).problems
    assert [str(problem) for problem in problems if problem.span.line == LINE_OF_EXAMPLE] == []


@pytest.mark.parametrize(("block", "after"), WRONG, ids=placed)
def test_a_mistake_gives_the_problems_that_are_shown(block, after):
    assert after.language == "text"
    text = block.text if block.is_file else completed(block.text, block.notes)
    problems = checked(text, "rules/gemapi/ma-regle.yaml").problems
    assert said(problems, places=block.is_file) == after.text.rstrip("\n")


@pytest.mark.parametrize(("table", "row"), MISTAKES, ids=placed)
def test_a_mistake_in_a_table_has_its_name_and_what_stands_beside_it_is_right(table, row):
    notes = {"over": table.notes["wrong over"]}
    (wrong,), (slug,), (right,) = (codes(cell) for cell in row[:3])
    assert slug in {problem.slug for problem in checked(_line(wrong, notes), table.page).problems}
    assert said(unwarned(checked(_line(right, notes), table.page).problems, table.notes), places=True) == ""


def _line(code, notes):
    """A line of a rule; of one that can't be read at all the parts that it may have don't matter."""
    try:
        return completed(f"{code}\n", notes)
    except Exception:
        return f"- {code}\n"


def test_the_kinds_that_are_shown_exist():
    named = {value for block in PARTS for name, value in block.notes.items() if name in ("over", "across")}
    assert named <= known().kinds.keys()
