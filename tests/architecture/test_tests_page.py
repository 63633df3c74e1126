"""The page about rules' tests tells the truth: what it shows can be read, and its words are the words there are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.result import run_case
from shared.model.registry import Inventory
from shared.runtime.settings import shipped_rules

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tests-des-regles.md").read_text(encoding="utf-8")
RULE = """\
- id: gemapi.huveaune.vigilance-orange
  title: "Huveaune : vigilance orange"
  owner: gemapi
  for_each: {kind: water-level, area: huveaune}
  when: {above: [level, 1.80 m]}
  for: 10 min
  until: {below: [level, 1.60 m]}
  until_for: 30 min
  severity: orange
  then:
    - notify: {team: gemapi-astreinte, message: "{point} : {level}"}
"""


@cache
def shipped() -> Inventory:
    return load_inventory(read_folder(shipped_rules()))


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def failures_of(text: str, tests: str) -> list[str]:
    """The failures of the tests of a rule, in words; all of them can be read."""
    inventory = shipped()
    loaded = load(f"{text}{tests}", "page", Known(inventory))
    assert [problem for problem in loaded.problems if problem.severity == "error"] == []
    found = read_tests(loaded.rules[0], inventory)
    assert found.problems == ()
    return [failure.said.fr for case in found.cases for failure in run_case(case, {}).failures]


def test_the_first_example_passes() -> None:
    first = next(block for block in blocks() if block.startswith("  tests:"))
    assert failures_of(RULE, first) == []


def ways_to_write_values() -> list[str]:
    """What stands in code in the first column of the table about series."""
    section = PAGE.split("### Une série")[1].split("###")[0]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("way", ways_to_write_values())
def test_every_way_to_write_a_value_can_be_read(way: str) -> None:
    given = way.replace(" dB", " cm")
    failures_of(RULE, f"  tests: [{{given: {{level: [{given}]}}, expect: nothing}}]\n")


def test_every_short_form_can_be_read() -> None:
    short = [block for block in blocks() if "fires_at: never" in block]
    lines = [line for line in short[0].splitlines() if line]
    assert len(lines) == 3
    for line in lines:
        failures_of(RULE, f"  tests:\n    - given: {{level: [1 m], until: 4 h}}\n      {line.strip()}\n")
