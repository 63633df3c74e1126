"""What a language must know so that the same sentences can be built in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.rules_engine.domain.speaking import Language, Phrase


@dataclass(frozen=True)
class Noun:
    """A thing that can be counted, without article."""

    singular: str
    plural: str
    feminine: bool = False


class Grammar(Protocol):
    """One language: its fixed phrases, and the words that depend on others.

    Attributes:
        phrases: by name, with gaps; see ``fill``.
        decimal, thousands: what parts a number.
        close: units that stand close to their number.
    """

    @property
    def language(self) -> Language: ...
    @property
    def phrases(self) -> Mapping[str, str]: ...
    @property
    def decimal(self) -> str: ...
    @property
    def thousands(self) -> str: ...
    @property
    def close(self) -> frozenset[str]: ...

    def property(self, title: str, *, counts: bool) -> Phrase:
        """A property by its title, with its article; of what counts things, their number."""

    def things(self, title: str) -> Phrase | None:
        """What a property counts, all of it: ``les vélos`` of ``Vélos par quart d'heure``; None: not to be told."""

    def short(self, title: str) -> Phrase | None:
        """A property by the one word of its title, to which an adjective can be added; None: it has more words."""

    def kind(self, title: str) -> Noun:
        """A point of a kind, by the title of the kind."""

    def quoted(self, text: str) -> str:
        """A name as it is written, in quotation marks."""

    def one(self, noun: Phrase) -> str:
        """A noun with its indefinite article."""

    def the(self, noun: Phrase) -> str:
        """A noun with its definite article."""

    def takes_plural(self, number: float) -> bool:
        """Whether so many are told in the plural."""

    def agreeing(self, with_: Phrase) -> Mapping[str, str]:
        """The words and endings that agree with what is named, each by the name of its gap."""

    def of(self, text: str) -> str:
        """After the preposition of possession: ``du remplissage``."""

    def to(self, text: str) -> str:
        """After the preposition of comparison: ``au remplissage``."""

    def at(self, noun: Phrase) -> str:
        """A place with its article, behind the preposition of place: ``au compteur``."""

    def after(self, word: str, text: str) -> str:
        """A word and what follows: ``qu'il`` for ``que`` and ``il``."""

    def named_like(self, text: str) -> Phrase:
        """A text that begins with an article, with the gender and number that the article shows."""

    def count(self, number: int, *, feminine: bool = False) -> str:
        """A small number in letters, a large one in digits."""

    def ordinal(self, number: float) -> str:
        """``10e``."""

    def lasting(self, number: float, unit: str) -> str:
        """So many seconds, minutes, hours or days (``s``, ``min``, ``h``, ``d``)."""

    def clock(self, moment: time) -> str:
        """A time of day."""

    def day(self, month: int, day: int) -> str:
        """A day of the year."""

    def weekday(self, day: int) -> str:
        """A day of the week; 0 is Monday."""

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A moment by local clocks, with its day."""


_LISTS: Final = {"all": "and", "any": "or"}
_LEFT_OUT: Final = ("…", "…", "…")
"""What stands for arguments that may be left out."""


def fill(grammar: Grammar, template: str, /, *phrases: Phrase, **words: str) -> Phrase:
    """A phrase with its gaps filled.

    ``{0}`` and ``{1}`` are the phrases, ``{of0}`` and ``{to0}`` the same behind a preposition, ``{that0}`` behind
    ``que``; ``{all}``, ``{any}``, ``{of_all}`` and ``{of_any}`` are lists of all. Other gaps are words (``{of_span}``
    is the word ``span`` behind a preposition), or agree with the first phrase. A phrase that begins with another has
    its gender, and has it as its subject.
    """
    texts = [each.text for each in phrases]
    gaps = {f"of{index}": grammar.of(text) for index, text in enumerate(texts)}
    gaps |= {f"to{index}": grammar.to(text) for index, text in enumerate(texts)}
    gaps |= {f"that{index}": grammar.after(grammar.phrases["that"], text) for index, text in enumerate(texts)}
    gaps |= {"all": listed(grammar, texts), "any": listed(grammar, texts, "or")}
    gaps |= {f"of_{gap}": listed(grammar, list(map(grammar.of, texts)), word) for gap, word in _LISTS.items()}
    gaps |= {f"of_{name}": grammar.of(text) for name, text in words.items()}
    first = phrases[0] if phrases else Phrase("")
    text = template.format(*texts, *_LEFT_OUT, **{**gaps, **grammar.agreeing(first), **words})
    if template.startswith("{0}"):
        return Phrase(text, first.feminine, first.plural, subject=first.text)
    return grammar.named_like(text)


def said(grammar: Grammar, name: str, /, *phrases: Phrase, **words: str) -> Phrase:
    """The fixed phrase of that name, filled."""
    return fill(grammar, grammar.phrases[name], *phrases, **words)


def listed(grammar: Grammar, texts: Sequence[str], word: str = "and") -> str:
    """``a, b et c``; ``word`` is ``and`` or ``or``."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {grammar.phrases[word]} {texts[-1]}"


def quoted_all(grammar: Grammar, names: Sequence[str], word: str = "and") -> str:
    """A list of names, each in quotation marks."""
    return listed(grammar, list(map(grammar.quoted, names)), word)


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return f"{text[0].upper()}{text[1:]}."
