"""The guide names all that a rule may say, and names nothing that doesn't exist: words, operators, units, kinds,
commands, files, other pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import typer.main

from services.console.application import application
from services.rules_engine.domain import templating
from services.rules_engine.domain.checks import too_costly
from services.rules_engine.domain.durations import in_words
from services.rules_engine.domain.fields import MOST_TIMES
from services.rules_engine.domain.inputs.calendar import SUN, WEEKDAYS
from services.rules_engine.domain.inputs.history import QUALITIES
from services.rules_engine.domain.operators import NAMES, members
from services.rules_engine.domain.operators.texts import LONGEST
from services.rules_engine.domain.periods import NAMES as PERIODS
from services.rules_engine.domain.placeholders import GENERAL, OF_GROUP, OF_PROPERTY, OF_VALUE
from services.rules_engine.domain.reading import LEVEL, RULE
from services.rules_engine.domain.reading_actions import LIGHT, NOTIFY
from services.rules_engine.domain.rule import Grouping, Severity, WhenUnknown
from services.rules_engine.domain.selectors import NARROWING
from services.rules_engine.domain.unless import Where
from shared import units
from shared.model.alerts import Criticality
from tests.guide import MAIN, PAGES, ROOT, codes, tables_of, text_of
from tests.guide_rules import MY_FILE, inventory, known

TABLES = [(table, row) for page in PAGES for table in tables_of(page) for row in table.rows]
IN_TABLES = {code for _, row in TABLES for cell in row for code in codes(cell)}
PROSE = {page: re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL) for page in PAGES}
IN_PROSE = {code for text in PROSE.values() for code in codes(text)}
KINDS = "docs/guide/noms.md"
NAMED = [row for table in tables_of(KINDS) for row in table.rows]
KIND_OF = {kind.id: kind for kind in inventory().kinds}


def named(words: str) -> bool:
    """Whether a word stands in a table, alone or at the beginning of what is written there."""
    return words in IN_TABLES or f'"{words}"' in IN_TABLES


@pytest.mark.parametrize("name", NAMES)
def test_every_operator_has_its_row_in_a_table(name):
    assert named(name)


@pytest.mark.parametrize("word", [*RULE, *LEVEL, "use", "with"])
def test_every_word_of_a_rule_has_its_row_on_the_main_page(word):
    rows = {code for table in tables_of(MAIN) for row in table.rows for code in codes(row[0])}
    assert word in rows


@pytest.mark.parametrize(
    "word",
    [
        *(*NOTIFY, *LIGHT, *NARROWING[:5], "kind", *Grouping, *Where, *Severity, *Criticality, *WhenUnknown),
        *(*members.OPTIONS, *QUALITIES, *SUN, *[f"once_per: {period}" for period in PERIODS]),
    ],
)
def test_every_word_of_actions_choices_and_lists_has_its_row(word):
    assert named(str(word)) or any(code.startswith(f"{word}:") for code in IN_TABLES) or str(word) in IN_PROSE


@pytest.mark.parametrize("word", [*NARROWING[5:], *WEEKDAYS, *templating.TEMPLATE, *templating.PARAMETER])
def test_every_other_word_is_named(word):
    assert word in IN_PROSE


@pytest.mark.parametrize(
    "name",
    [
        *GENERAL,
        *OF_GROUP,
        "level",
        *[f"level.{each}" for each in OF_PROPERTY],
        *[f"montee.{each}" for each in OF_VALUE],
    ],
)
def test_every_placeholder_has_its_row(name):
    assert f"{{{name}}}" in IN_TABLES


@pytest.mark.parametrize("code", units._UNITS)
def test_every_unit_is_in_the_table(code):
    assert code in IN_TABLES


@pytest.mark.parametrize(("kind", "name"), [(kind.id, name) for kind in KIND_OF.values() for name in kind.properties])
def test_every_property_of_a_kind_has_its_row(kind, name):
    kind = KIND_OF[kind]
    own = kind.properties[name]
    period, stale = (in_words(timedelta(seconds=each), day="j") for each in (kind.period_s, kind.stale_after_s))
    extent = f"{own.minimum:g} à {own.maximum:g}"
    row = (f"`{kind.id}`", f"`{name}`", own.title.fr, f"`{own.unit}`", extent, period, stale)
    assert row in NAMED


def test_the_names_that_are_shown_are_those_that_there_are():
    city, shown = inventory(), {row[0].strip("`") for row in NAMED if row[0].startswith("`")}
    areas = {area.id for area in city.areas if not area.id.startswith("commune-")}
    there = areas | {each.id for some in (city.kinds, city.groups, city.directorates) for each in some}
    assert there <= shown
    assert shown <= there | (known().teams or set())


@pytest.mark.parametrize("row", [row for row in NAMED if row[0].strip("`") in KIND_OF and len(row) == 2], ids=str)
def test_a_tag_that_is_shown_is_worn_by_a_point_of_the_kind(row):
    worn = {tag for point in inventory().points if point.kind == row[0].strip("`") for tag in point.tags}
    assert set(codes(row[1])) <= worn


def test_the_limits_that_are_shown_are_those_that_hold():
    page = PROSE["docs/guide/json-logic.md"]
    limits = (
        too_costly.LARGEST,
        too_costly.DEEPEST,
        too_costly.DEEPEST_LOOPS,
        too_costly.MOST_READ,
        too_costly.MOST_IN_A_SECOND,
        too_costly.MOST_KEPT,
    )
    shown = [int(number.replace(" ", "")) for number in re.findall(r"\| (\d[\d ]*\d|\d)\b", page)]
    assert shown == [*limits, MOST_TIMES, LONGEST]


def commands() -> Iterator[tuple[str, str]]:
    for page in ("README.md", *PAGES):
        for line in re.findall(
            r"(?:^ {4}|`|^)(?:\.venv/bin/)?(vigie [^`\n]*?)(?: {2,}.*)?(?:`|$)", text_of(page), re.MULTILINE
        ):
            yield page, line


@pytest.mark.parametrize(("page", "line"), list(commands()), ids=str)
def test_every_command_that_is_shown_exists(page, line):
    words = re.findall(r'"[^"]*"|\S+', line)[1:]
    command: Any = typer.main.get_command(application)
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        command = command.get_command(None, words.pop(0))
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("-")} - {"--help"} <= known


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_heading_that_is_there(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"\s*\n\s*", " ", PROSE[page])):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = ROOT / page if not path else (ROOT / page).parent / path
        assert file.is_file(), target
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), target


def anchors(text: str) -> set[str]:
    """The names that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page):
    named_files = {code for code in codes(PROSE[page]) if code.startswith("rules/")} - {MY_FILE}
    assert [name for name in named_files if not (ROOT / name).exists()] == []
