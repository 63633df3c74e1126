"""Text messages: what the GSM 7-bit alphabet can show, how long they may be, and how many parts are paid for.

The alphabet and its extension: 3GPP TS 23.038, 6.2.1 and 6.2.1.1. Parts of a long message lose six octets to their
header (3GPP TS 23.040, 9.2.3.24): 153 of 160 places remain, or 67 of 70 where one letter is outside the alphabet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
_PLAIN: Final = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "…": "...",
        "œ": "oe", "Œ": "OE", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "°": "", "µ": "u",
        "²": "2", "³": "3", "×": "x", "≥": ">=", "≤": "<=",
    }
)  # fmt: skip

LIMIT: Final = 306
"""Two parts of 153 characters: more costs more and is read by nobody at 3 a.m."""


def fold(text: str) -> str:
    """The text in the GSM alphabet where a letter has a near one in it; the others stay as they are."""
    return "".join(_folded(letter) for letter in text.translate(_PLAIN))


def _folded(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare in _BASIC else letter


def is_gsm(text: str) -> bool:
    """Whether the GSM alphabet shows all of it; if not, a part holds 67 characters instead of 153."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def length(text: str) -> int:
    """How many places of a text message it takes."""
    return sum(2 if letter in _EXTENDED else 1 for letter in text)


def fit(text: str) -> str:
    """The text folded and on one line, cut where it is too long; what matters stands at its beginning."""
    line = " ".join(fold(text).split())
    if length(line) <= LIMIT:
        return line
    while length(line) > LIMIT - 3:
        line = line[:-1]
    return line.rstrip() + "..."


class Alphabet(StrEnum):
    """How a message travels."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_ALONE: Final = {Alphabet.GSM_7: 160, Alphabet.UCS_2: 70}
_IN_PARTS: Final = {Alphabet.GSM_7: 153, Alphabet.UCS_2: 67}
_ASTRAL: Final = "\uffff"


@dataclass(frozen=True)
class Measure:
    """What a text costs.

    Attributes:
        places: of the alphabet; a letter of the extension takes two, and so does one beyond U+FFFF in UCS-2.
        segments: the parts that are paid for.
        foreign: the letters that force UCS-2, each once, with where it stands first; the first letter is at 1.
    """

    alphabet: Alphabet
    places: int
    segments: int
    foreign: tuple[tuple[str, int], ...] = ()

    def explained(self) -> str:
        """Such as: ``2 segments, UCS-2, 82 places, à cause de / because of 'ê' (14)``."""
        plural = "s" if self.segments > 1 else ""
        said = f"{self.segments} segment{plural}, {self.alphabet.value}, {self.places} places"
        reasons = ", ".join(f"{letter!r} ({place})" for letter, place in self.foreign)
        return f"{said}, à cause de / because of {reasons}" if reasons else said


def measure(text: str) -> Measure:
    """Count a text as it is, not folded."""
    foreign = _foreign(text)
    alphabet = Alphabet.UCS_2 if foreign else Alphabet.GSM_7
    widths = [_width(letter, alphabet) for letter in text]
    places = sum(widths)
    segments = 1 if places <= _ALONE[alphabet] else _parts(widths, _IN_PARTS[alphabet])
    return Measure(alphabet, places, segments, foreign)


def _foreign(text: str) -> tuple[tuple[str, int], ...]:
    first: dict[str, int] = {}
    for place, letter in enumerate(text, start=1):
        if letter not in _BASIC and letter not in _EXTENDED:
            first.setdefault(letter, place)
    return tuple(first.items())


def _width(letter: str, alphabet: Alphabet) -> int:
    wide = letter in _EXTENDED if alphabet is Alphabet.GSM_7 else letter > _ASTRAL
    return 2 if wide else 1


def _parts(widths: Iterable[int], size: int) -> int:
    """How many parts; a letter of two places is never torn apart, it begins the next one."""
    parts, filled = 1, 0
    for width in widths:
        if filled + width > size:
            parts, filled = parts + 1, 0
        filled += width
    return parts
