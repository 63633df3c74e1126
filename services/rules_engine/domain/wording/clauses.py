"""Clauses and how they are joined, so that whoever hears them knows what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording.grammar import Grammar, listed, said

Word: TypeAlias = Literal["and", "or"]


@dataclass(frozen=True)
class Joined:
    """Several clauses of which all hold, or any."""

    word: Word
    parts: tuple[Clause, ...]


Clause: TypeAlias = Phrase | Joined


def joined(word: Word, parts: Sequence[Clause]) -> Clause:
    """The clauses as one; what is joined in the same way already needs no bracket."""
    flat = [
        inner for part in parts for inner in (part.parts if isinstance(part, Joined) and part.word == word else (part,))
    ]
    return flat[0] if len(flat) == 1 else Joined(word, tuple(flat))


def told(grammar: Grammar, clause: Clause, after: str = "", aside: str = "") -> str:
    """The clause, behind a word such as ``quand``, which French says again before each part: ``quand A et que B``.

    Args:
        aside: said between that word and the clause.
    """
    first, *more = _spoken(grammar, clause)
    both = ", ".join(filter(None, (aside, first.aside)))
    begun = _behind(grammar, after, replace(first, aside=both))
    if not isinstance(clause, Joined) or not more:
        return begun
    again = grammar.phrases["that"] if after else ""
    *between, last = [_shortened(grammar, before, part) for before, part in pairwise([first, *more])]
    texts = [begun, *(_behind(grammar, again, part) for part in between)]
    word = grammar.phrases[clause.word]
    return f"{', '.join(texts)} {_behind(grammar, grammar.after(word, again).strip(), last)}"


def _shortened(grammar: Grammar, before: Phrase, phrase: Phrase) -> Phrase:
    """With a pronoun for what the clause before was about, too: ``la hauteur dépasse 2 m et qu'elle augmente``."""
    if not phrase.subject or phrase.subject != before.subject or before.aside != phrase.aside:
        return phrase
    pronoun = grammar.agreeing(phrase)["it"]
    return replace(phrase, text=pronoun + phrase.text.removeprefix(phrase.subject))


def _spoken(grammar: Grammar, clause: Clause) -> list[Phrase]:
    """The parts between which ``et`` or ``ou`` stands."""
    if isinstance(clause, Phrase):
        return [clause]
    if clause.word == "or" and any(isinstance(part, Joined) for part in clause.parts):
        return [Phrase(_either(grammar, clause))]
    # What is said of other points comes last, so that nobody takes what follows as said of them, too.
    parts = sorted((_part(grammar, part) for part in clause.parts), key=lambda part: bool(part.aside))
    return list(_gathered(grammar, parts)) if clause.word == "and" else parts


def _gathered(grammar: Grammar, parts: Sequence[Phrase]) -> Iterator[Phrase]:
    """Parts that say the same of different points are said once."""
    for text, alike in groupby(parts, key=lambda part: part.text):
        first, *more = alike
        asides = list(dict.fromkeys(part.aside for part in (first, *more)))
        yield replace(first, text=text, aside=listed(grammar, asides)) if more and all(asides) else first


def _part(grammar: Grammar, clause: Clause) -> Phrase:
    """One of several parts; where it ends must be heard."""
    if isinstance(clause, Joined):
        return Phrase(_either(grammar, clause) if clause.word == "or" else _bracketed(told(grammar, clause)))
    return replace(clause, text=_bracketed(clause.text), parts=1) if clause.aside and clause.parts > 1 else clause


def _either(grammar: Grammar, clause: Joined) -> str:
    """``soit A et B, soit C``; what is joined within these stands in brackets."""
    first, *more = (
        Phrase(listed(grammar, [_plain(grammar, each) for each in part.parts], part.word))
        if isinstance(part, Joined)
        else Phrase(_behind(grammar, "", part))
        for part in clause.parts
    )
    return said(grammar, "either", first).text + "".join(said(grammar, "either-more", each).text for each in more)


def _plain(grammar: Grammar, clause: Clause) -> str:
    return told(grammar, clause) if isinstance(clause, Phrase) else _bracketed(told(grammar, clause))


def _behind(grammar: Grammar, word: str, phrase: Phrase) -> str:
    if phrase.aside:
        return f"{word}, {phrase.aside}, {phrase.text}" if word else f"{phrase.aside}, {phrase.text}"
    return grammar.after(word, phrase.text) if word else phrase.text


def _bracketed(text: str) -> str:
    return f"({text})"
