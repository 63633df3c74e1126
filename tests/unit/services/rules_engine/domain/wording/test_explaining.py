"""What is said of rules: the tables in ``told`` are read word by word, as whoever answers for a rule reads."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from services.rules_engine.domain.operators import ALL, READERS

TOLD = Path(__file__).parent / "told"
TABLES = {file.stem: YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")) for file in TOLD.glob("*.yaml")}


def cases(*tables):
    return [pytest.param(case, id=f"{table}: {case['name']}") for table in tables for case in TABLES[table]]


@pytest.mark.parametrize("case", cases("operators", "lists", "windows", "calendars"))
def test_a_condition_is_told_as_it_stands_in_the_table(paragraph, case):
    words = paragraph(when=case["when"])
    assert words.fr.startswith(
        f"Pour chaque station de rivière, une alerte orange se déclenche {case['fr']}. L'équipe « Astreinte »"
    )
    assert words.en.startswith(
        f"For each river station, an orange alert is raised {case['en']}. The team “Astreinte” is then told."
    )


@pytest.mark.parametrize("case", cases("points", "limits", "repeats", "actions"))
def test_a_rule_is_told_as_it_stands_in_the_table(paragraph, case):
    words = paragraph(**case["rule"])
    assert (words.fr, words.en) == (case["fr"], case["en"])


def test_what_is_worse_is_told_again_within_the_period(paragraph):
    level = "{severity: %s, when: {above: [level, %s]}, then: [{notify: {team: astreinte, message: m}}]}"
    levels = f"[{level % ('yellow', '1 m')}, {level % ('red', '2 m')}]"
    words = paragraph(levels=levels, when=None, severity=None, then=None, once_per="day")
    assert "par jour et par point, sauf si elle est plus grave." in words.fr
    assert "a day for each point, unless it is worse." in words.en


@pytest.mark.parametrize("names", [each.names for each in (*ALL, *READERS.values())], ids=lambda names: names[0])
def test_each_operator_stands_in_the_tables(names):
    written = " ".join(
        case["when"] for table in ("operators", "lists", "windows", "calendars") for case in TABLES[table]
    )
    assert any(f"{{{name}:" in written or f'{{"{name}":' in written for name in names)
