"""How bad something is, as a page marks it: a tone always stands beside a word, never alone."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Final

from services.portal.domain.texts import LANGUAGES, Language


class Tone(StrEnum):
    """A colour by its meaning."""

    CALM = "calm"
    NOTICE = "notice"
    WARNING = "warning"
    DANGER = "danger"


_BY_WORD: Final = {
    "rouge": Tone.DANGER,
    "red": Tone.DANGER,
    "critique": Tone.DANGER,
    "critical": Tone.DANGER,
    "majeur": Tone.WARNING,
    "major": Tone.WARNING,
    "crise": Tone.DANGER,
    "orange": Tone.WARNING,
    "alerte": Tone.WARNING,
    "warning": Tone.WARNING,
    "high": Tone.WARNING,
    "jaune": Tone.NOTICE,
    "yellow": Tone.NOTICE,
    "vert": Tone.CALM,
    "green": Tone.CALM,
    "mineur": Tone.CALM,
    "minor": Tone.CALM,
    "info": Tone.CALM,
}
_WORDS: Final = {
    "red": ("rouge", "red"),
    "orange": ("orange", "orange"),
    "yellow": ("jaune", "yellow"),
    "green": ("vert", "green"),
    "minor": ("mineur", "minor"),
    "major": ("majeur", "major"),
    "critical": ("critique", "critical"),
    "info": ("info", "info"),
}
_SAME: Final = {french: english for english, (french, _) in _WORDS.items()}
_RANK: Final = {"vital": 0, "normal": 1, "comfort": 2}


def tone_of(severity: str, criticality: str = "normal") -> Tone:
    """The tone of an owner's word; a word that is not known is marked by the rule's criticality."""
    return _BY_WORD.get(_plain(severity), Tone.WARNING if criticality == "vital" else Tone.NOTICE)


def severity_word(severity: str, language: Language) -> str:
    """An owner's word in a language; as it is where it is not one of those that everybody uses."""
    plain = _plain(severity)
    known = _WORDS.get(_SAME.get(plain, plain))
    return severity if known is None else known[LANGUAGES.index(language)]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()


def urgency(severity: str, criticality: str) -> tuple[int, int]:
    """A sort key: vital before normal before comfort, then the worst tone first."""
    return _RANK.get(criticality, 1), -list(Tone).index(tone_of(severity, criticality))
