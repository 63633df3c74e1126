"""French: articles and what they grow together with, agreement, numbers, days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.speaking import Language, Phrase
from services.rules_engine.domain.wording import french_nouns
from services.rules_engine.domain.wording.french_phrases import PHRASES
from services.rules_engine.domain.wording.grammar import Noun
from shared.civil_time import long_local

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_NUMBERS: Final = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
_UNITS: Final = {"s": ("seconde", True), "min": ("minute", True), "h": ("heure", True), "d": ("jour", False)}
# What agrees, for one masculine, one feminine, several masculine and several feminine.
_AGREEING: Final = {
    "e": ("", "e", "s", "es"), "es": ("", "e", "", "es"), "ne": ("", "ne", "s", "nes"), "le": ("", "le", "s", "les"),
    "egal": ("égal", "égale", "égaux", "égales"), "nt": ("", "", "nt", "nt"), "est": ("est", "est", "sont", "sont"),
    "n_est": ("n'est", "n'est", "ne sont", "ne sont"), "a": ("a", "a", "ont", "ont"),
    "n_a": ("n'a", "n'a", "n'ont", "n'ont"), "atteint": ("atteint", "atteint", "atteignent", "atteignent"),
    "it": ("il", "elle", "ils", "elles"), "them": ("eux", "elles", "eux", "elles"),
    "those": ("ceux", "celles", "ceux", "celles"),
    "which": ("lequel", "laquelle", "lesquels", "lesquelles"),
    "every": ("tous", "toutes", "tous", "toutes"), "each": ("chacun", "chacune", "chacun", "chacune"),
}  # fmt: skip


@dataclass(frozen=True)
class French:
    """The grammar of French; see ``Grammar``."""

    language: ClassVar[Language] = "fr"
    phrases: ClassVar[Mapping[str, str]] = PHRASES
    decimal: ClassVar[str] = ","
    thousands: ClassVar[str] = "\N{NARROW NO-BREAK SPACE}"
    close: ClassVar[frozenset[str]] = frozenset()

    def property(self, title: str, *, counts: bool) -> Phrase:
        title = _explained(title)
        name, feminine = _name(title), french_nouns.gender(_first(title))
        if feminine is None and not _is_symbol(name):
            return Phrase(f"la valeur {self.quoted(title)}", feminine=True)
        plural = french_nouns.is_plural(_first(title)) and not _is_symbol(name)
        if plural and counts:
            return Phrase(f"le nombre {self.of(name)}")
        return Phrase(_with_article(name, bool(feminine), plural), bool(feminine), plural)

    def things(self, title: str) -> Phrase | None:
        if french_nouns.gender(_first(title)) is None or not french_nouns.is_plural(_first(title)):
            return None
        return Phrase(_name(title).partition(" par ")[0], plural=True)

    def short(self, title: str) -> Phrase | None:
        name, feminine = _name(title), french_nouns.gender(_first(title))
        if " " in name or (feminine is None and not _is_symbol(name)):
            return None
        plural = french_nouns.is_plural(name) and not _is_symbol(name)
        return Phrase(_with_article(name, bool(feminine), plural), bool(feminine), plural)

    def kind(self, title: str) -> Noun:
        name, feminine = _lower(title), french_nouns.gender(_first(title))
        if french_nouns.is_thing(_first(title)) and not french_nouns.is_plural(_first(title)):
            return Noun(name, french_nouns.plural(name), bool(feminine))
        told = self.quoted(title) if feminine is None else self.of(self.property(title, counts=False).text)
        return Noun(f"point de mesure {told}", f"points de mesure {told}")

    def quoted(self, text: str) -> str:
        return f"« {text} »"

    def one(self, noun: Phrase) -> str:
        return f"{self.count(1, feminine=noun.feminine)} {noun.text}"

    def the(self, noun: Phrase) -> str:
        return _with_article(noun.text, noun.feminine, noun.plural)

    def takes_plural(self, number: float) -> bool:
        return number >= 2

    def agreeing(self, with_: Phrase) -> Mapping[str, str]:
        index = 2 * with_.plural + with_.feminine
        return {name: forms[index] for name, forms in _AGREEING.items()}

    def of(self, text: str) -> str:
        return _grown_together(text, "de", {"le ": "du ", "les ": "des "})

    def to(self, text: str) -> str:
        return _grown_together(text, "à", {"le ": "au ", "les ": "aux "})

    def at(self, noun: Phrase) -> str:
        return self.to(self.the(noun))

    def after(self, word: str, text: str) -> str:
        drops_que = word.endswith("que") and french_nouns.is_elided_before(text)
        drops_si = word == "si" and text.startswith(("il ", "ils "))
        return f"{word[:-1]}'{text}" if drops_que or drops_si else f"{word} {text}"

    def named_like(self, text: str) -> Phrase:
        return Phrase(
            text, feminine=text.startswith(("la ", "cette ", "une ", "chaque valeur")), plural=text.startswith("les ")
        )

    def count(self, number: int, *, feminine: bool = False) -> str:
        if number == 1:
            return "une" if feminine else "un"
        return _NUMBERS[number] if number < len(_NUMBERS) else str(number)

    def ordinal(self, number: float) -> str:
        return "1er" if number == 1 else f"{number:g}e".replace(".", ",")

    def lasting(self, number: float, unit: str) -> str:
        name, feminine = _UNITS[unit]
        if number == 1:
            return f"{'une' if feminine else 'un'} {name}"
        return f"{number:g} {name}{'s' if number >= 2 else ''}".replace(".", ",")

    def clock(self, moment: time) -> str:
        if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
            return "midi" if moment.hour else "minuit"
        return f"{moment.hour} h {moment:%M}".removesuffix(" 00")

    def day(self, month: int, day: int) -> str:
        return f"{'1er' if day == 1 else day} {_MONTHS[month - 1]}"

    def weekday(self, day: int) -> str:
        return _DAYS[day]

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        return long_local(moment, zone)


def _name(title: str) -> str:
    """The title without what explains it: ``LAeq`` of ``LAeq, niveau équivalent``."""
    return _lower(title.partition(",")[0].strip())


def _explained(title: str) -> str:
    """``niveau équivalent LAeq`` of ``LAeq, niveau équivalent``: the symbol behind what it stands for."""
    symbol, _, meaning = (part.strip() for part in title.partition(","))
    return f"{meaning} {symbol}" if meaning and _is_symbol(_lower(symbol)) else title


def _first(title: str) -> str:
    return _name(title).split()[0].partition("'")[0]


def _lower(title: str) -> str:
    """With a small letter, but for symbols such as ``LAeq``."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]


def _is_symbol(name: str) -> bool:
    """``LAeq``, ``pH``, ``NO2``: a word with a capital or a digit in it; symbols are masculine."""
    return " " not in name and any(letter.isupper() or letter.isdigit() for letter in name)


def _with_article(name: str, feminine: bool, plural: bool) -> str:
    if plural:
        return f"les {name}"
    if french_nouns.is_elided_before(name):
        return f"l'{name}"
    return f"{'la' if feminine else 'le'} {name}"


def _grown_together(text: str, preposition: str, articles: Mapping[str, str]) -> str:
    for article, grown in articles.items():
        if text.startswith(article):
            return grown + text.removeprefix(article)
    if preposition == "de" and french_nouns.is_elided_before(text):
        return f"d'{text}"
    return f"{preposition} {text}"
