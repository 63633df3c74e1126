"""What the guide shows of "why not" is what is said after so long of the test that it names.

In front of what is shown stands ``<!-- asks: NAME OF THE TEST, 20 min -->``; a line ``…`` stands for lines left out.
"""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from services.console.answers import Printer
from services.console.commands.rules_explain import Languages
from services.rules_engine.domain.answering.asking import Asked
from services.rules_engine.domain.answering.replaying import gathered
from services.rules_engine.domain.answering.why_not import why_not
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.wording.titles import Titles
from shared.units import parse_duration
from tests.guide import blocks_of
from tests.guide_rules import checked, inventory

PAGE = "docs/guide/pourquoi.md"
BLOCKS = list(blocks_of(PAGE))
SHOWN = [block for block in BLOCKS if "asks" in block.notes]


def case_of(name):
    """The test of that name, of a rule that stands on the page."""
    rules = [rule for block in BLOCKS if block.is_file for rule in checked(block.text, PAGE).rules]
    (found,) = (case for rule in rules for case in read_tests(rule, inventory()).cases if case.name == name)
    return found


def printed(name, after):
    """What ``vigie why-not --lang fr`` prints of the rule so long after the test began."""
    case = case_of(name)
    now = case.begin + parse_duration(after)
    book = book_of([case.rule], case.city)
    play = Play(book, case.declared)
    observed = [seen for seen in case.observations if seen.moment <= now]
    list(play.run(observed, now, case.begin))
    key = next(book.watches_all())
    asked = Asked(book, *key, now, Titles.of(inventory(), rules=[case.rule]))
    answer = why_not(asked, play.state(*key), play.scene(key, now, now), {}, gathered([observed]))
    out = io.StringIO()
    Printer(Console(file=out, width=10_000), Languages.FRENCH).why_not(msgspec.to_builtins(answer))
    return out.getvalue()


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.place)
def test_what_is_shown_is_what_is_said(block):
    name, _, after = block.notes["asks"].rpartition(", ")
    shown, said = block.text.splitlines(), printed(name, after).splitlines()
    rest = iter(said)
    if "…" not in shown:
        assert [line for line in said if line] == [line for line in shown if line]
    missing = [line for line in shown if line not in ("", "…") and line not in rest]
    assert missing == [], "\n".join(said)


def test_something_is_shown():
    assert len(SHOWN) > 4
