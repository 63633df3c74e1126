"""Text messages: what the GSM 7-bit alphabet (3GPP TS 23.038) can show, and how long they may be."""

from __future__ import annotations

import unicodedata
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
