"""Every shipped rule can be read aloud: its paragraphs hold no code, and the French one no English."""

import re
from pathlib import Path

import pytest

from services.console.explained import explained
from services.rules_engine.domain.operators import OPERATORS, READERS

RULES = Path(__file__).parents[2] / "rules"
FOUND = explained([RULES])
EACH = pytest.mark.parametrize("found", FOUND.rules, ids=lambda found: found.rule.id)

ENGLISH = frozenset(
    """
    the of is are when whenever for each least most above below under alert raised ends lasts between and not if over
    within from with told team hours hour day days rain level fill count reading readings has have them
    there this that those other others while until same lamps reason at to in it by
    """.split()  # noqa: SIM905 - a long list reads better as text
)
SYMBOLS = frozenset({">", "<", ">=", "<=", "==", "!=", "===", "!==", "!", "!!", "*", "?:", "+"})
QUOTED = re.compile(r"« .*? »|“.*?”|\((?:motif :|reason:) .*?\)")
"""Titles, tags and reasons are their authors' own words."""

UNELIDED = re.compile(r"\b(?:de|que|le|la|ne|du|lorsque) [aâàeéèêiîoôuûœ]")


def own_words(text):
    return QUOTED.sub("X", text)


def test_every_rule_that_is_shipped_is_explained():
    assert not FOUND.errors
    assert len(FOUND.rules) >= 22


@EACH
def test_no_code_is_left_in_the_words(found):
    for text in (found.words.fr, found.words.en):
        words = own_words(text)
        assert not set("{}[]_") & set(words)
        assert not {name for name in (*OPERATORS, *READERS) if "_" in name} & set(words.split())
        assert not SYMBOLS & set(words.split())


@EACH
def test_there_is_no_english_in_the_french(found):
    assert not ENGLISH & set(re.findall(r"[a-zà-ÿœ]+", own_words(found.words.fr).lower()))


@EACH
def test_the_french_is_written_as_it_is_spoken(found):
    words = own_words(found.words.fr)
    assert not UNELIDED.findall(words)
    assert not re.findall(r" de les? | à les? |\d\.\d|  | [.,]|\.\.|,,", words)


@EACH
def test_each_sentence_begins_and_ends_as_one(found):
    for text in (found.words.fr, found.words.en):
        assert re.fullmatch(r"[A-ZÀÉL].*\.", text)
        assert all(part[0].isupper() for part in text.split(". "))
