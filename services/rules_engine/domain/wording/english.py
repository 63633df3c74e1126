"""English: which titles are plural, numbers, days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.speaking import Language, Phrase
from services.rules_engine.domain.wording.english_phrases import PHRASES
from services.rules_engine.domain.wording.grammar import Noun

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS: Final = {"s": "second", "min": "minute", "h": "hour", "d": "day"}
_ONE: Final = {"is": "is", "has": "has", "it": "it"}
_SEVERAL: Final = {"is": "are", "has": "have", "it": "they"}
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_PREPOSITIONS: Final = frozenset({"per", "of", "in", "at", "above", "below", "before", "each", "one", "the", "to"})
_PLURALS: Final = frozenset({"people", "men", "women", "children"})
_UNCOUNTED: Final = ("ss", "us", "is")
_THINGS: Final = frozenset(
    """
    barrier beacon bin box bridge buoy cabinet camera clock collector container controller counter detector display fan
    fountain gate gauge hydrant lamp light logger loop luminaire meter monitor parking pole post probe pump radar
    recorder relay reservoir sensor sign silo sluice station switch tank thermometer valve
    """.split()  # noqa: SIM905 - a long list reads better as text
)


@dataclass(frozen=True)
class English:
    """The grammar of English; see ``Grammar``."""

    language: ClassVar[Language] = "en"
    phrases: ClassVar[Mapping[str, str]] = PHRASES
    decimal: ClassVar[str] = "."
    thousands: ClassVar[str] = ","
    close: ClassVar[frozenset[str]] = frozenset({"%", "%/h", "%/d"})

    def property(self, title: str, *, counts: bool) -> Phrase:
        title = _explained(title)
        name, plural = _name(title), _is_plural(title)
        if counts and not plural:
            return Phrase(f"the count of {self.quoted(title)}")
        return Phrase(f"the number of {name}") if counts else Phrase(f"the {name}", plural=plural)

    def things(self, title: str) -> Phrase | None:
        return Phrase(_name(title).partition(" per ")[0], plural=True) if _is_plural(title) else None

    def short(self, title: str) -> Phrase | None:
        return None if " " in _name(title) else Phrase(f"the {_name(title)}", plural=_is_plural(title))

    def kind(self, title: str) -> Noun:
        name = _lower(title.partition(" (")[0])
        if name.split()[-1] in _THINGS:
            return Noun(name, f"{name}es" if name.endswith(("x", "ch", "sh")) else f"{name}s")
        return Noun(f"{name} measuring point", f"{name} measuring points")

    def quoted(self, text: str) -> str:
        return f"“{text}”"

    def one(self, noun: Phrase) -> str:
        return f"{'an' if noun.text[0] in 'aeiou' else 'a'} {noun.text}"

    def the(self, noun: Phrase) -> str:
        return f"the {noun.text}"

    def takes_plural(self, number: float) -> bool:
        return number != 1

    def agreeing(self, with_: Phrase) -> Mapping[str, str]:
        return _SEVERAL if with_.plural else _ONE

    def of(self, text: str) -> str:
        return f"of {text}"

    def to(self, text: str) -> str:
        return f"to {text}"

    def at(self, noun: Phrase) -> str:
        return f"at {self.the(noun)}"

    def after(self, word: str, text: str) -> str:
        return f"{word} {text}".strip()

    def named_like(self, text: str) -> Phrase:
        return Phrase(text)

    def count(self, number: int, *, feminine: bool = False) -> str:
        return _NUMBERS[number] if number < len(_NUMBERS) else str(number)

    def ordinal(self, number: float) -> str:
        teens = 10 < number % 100 < 20
        return f"{number:g}{'th' if teens else _ENDINGS.get(int(number) % 10, 'th')}"

    def lasting(self, number: float, unit: str) -> str:
        if number == 1:
            return f"one {_UNITS[unit]}"
        return f"{number:g} {_UNITS[unit]}s"

    def clock(self, moment: time) -> str:
        if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
            return "noon" if moment.hour else "midnight"
        return f"{moment:%H:%M}"

    def day(self, month: int, day: int) -> str:
        return f"{day} {_MONTHS[month - 1]}"

    def weekday(self, day: int) -> str:
        return _DAYS[day]

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        local = moment.astimezone(zone)
        return f"{_DAYS[local.weekday()]} {self.day(local.month, local.day)} {local.year} at {local:%H:%M}"


def _name(title: str) -> str:
    """The title without what explains it: ``LAeq`` of ``LAeq, equivalent level``."""
    return _lower(title.partition(",")[0].strip())


def _explained(title: str) -> str:
    """``equivalent level LAeq`` of ``LAeq, equivalent level``: the symbol behind what it stands for."""
    symbol, _, meaning = (part.strip() for part in title.partition(","))
    return f"{meaning} {symbol}" if meaning and symbol[1:2].isupper() else title


def _lower(title: str) -> str:
    """With a small letter, but for symbols such as ``LAeq``."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]


def _is_plural(title: str) -> bool:
    """Whether it names several things: by its first noun, or the last word before ``per``."""
    words = _name(title).split()
    head = words[: next((index for index, word in enumerate(words) if word in _PREPOSITIONS), len(words))] or words
    return any(
        word in _PLURALS or (word.endswith("s") and not word.endswith(_UNCOUNTED)) for word in (head[0], head[-1])
    )
