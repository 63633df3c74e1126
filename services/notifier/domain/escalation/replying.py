"""What a person means by answering a text message, in French or English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.codes import LETTERS

LATELY: Final = timedelta(hours=24)
"""``OK`` alone is about what was told so long ago at most; a code is understood longer."""

REMEMBERED: Final = timedelta(days=30)
"""What a person was told so long ago at most is known by its code, however that is written; older codes exactly."""

ANSWERED_WITHIN: Final = timedelta(minutes=10)
MOST_ANSWERS: Final = 6
"""So many answers a person gets within ``ANSWERED_WITHIN``; what is asked for is done all the same."""

_WORD: Final = re.compile(r"[^\W_]+")
_MOST_WORDS: Final = 12
_LONGEST_RUN: Final = 5
_CODE: Final = r"[A-Z0-9]{4,6}"
_BARE_CODE: Final = r"V?(?=.*\d)[A-Z0-9]{4}"
_WHOLE_CODE: Final = rf"V[{LETTERS}]{{4,6}}"
_LOOK_ALIKE: Final = str.maketrans("OQDILJUSBZG", "000111V5826")
"""Letters that are taken for others, and digits; a code is only looked for among the few that its sender was told."""


class Meaning(StrEnum):
    """What is meant. Stored and counted."""

    ACKNOWLEDGE = "acknowledge"
    HELP = "help"
    STOP = "stop"
    START = "start"
    USEFUL = "useful"
    FALSE_ALARM = "false-alarm"
    NOTHING_OPEN = "nothing-open"
    AMBIGUOUS = "ambiguous"
    UNCLEAR = "unclear"


_WORDS: Final = {
    "OK": Meaning.ACKNOWLEDGE, "VU": Meaning.ACKNOWLEDGE, "OUI": Meaning.ACKNOWLEDGE, "YES": Meaning.ACKNOWLEDGE,
    "PRIS": Meaning.ACKNOWLEDGE,
    "UTILE": Meaning.USEFUL, "USEFUL": Meaning.USEFUL, "FAUX": Meaning.FALSE_ALARM, "FALSE": Meaning.FALSE_ALARM,
    "AIDE": Meaning.HELP, "HELP": Meaning.HELP, "INFO": Meaning.HELP,
}  # fmt: skip
_ALONE: Final = {
    "STOP": Meaning.STOP, "STOPALL": Meaning.STOP, "ARRET": Meaning.STOP, "UNSUBSCRIBE": Meaning.STOP,
    "START": Meaning.START, "REPRISE": Meaning.START, "UNSTOP": Meaning.START,
}  # fmt: skip
_ABOUT_ONE: Final = (Meaning.ACKNOWLEDGE, Meaning.USEFUL, Meaning.FALSE_ALARM)


@dataclass(frozen=True, kw_only=True)
class Told:
    """An incident that the person was told of.

    Attributes:
        told_at: the last time, UTC.
        by_text: by text message or call, so that it can be answered.
        is_taken: somebody takes care of it.
    """

    incident: str
    code: str
    is_open: bool
    told_at: datetime
    by_text: bool
    is_taken: bool = False


@dataclass(frozen=True)
class Understood:
    """What is meant, and about which incident; ``codes``: those among which the person may choose."""

    meaning: Meaning
    incident: str | None = None
    codes: tuple[str, ...] = ()


def understood(text: str, told: Sequence[Told], now: datetime) -> Understood:
    """What a person means who was told of these incidents, the newest first."""
    words = _words(text)
    word = words[0] if words else ""
    if len(words) == 1 and word in _ALONE:
        return Understood(_ALONE[word])
    meaning = _WORDS.get(word)
    waiting = [item for item in told if item.is_open]
    codes = tuple(item.code for item in waiting)
    if meaning is Meaning.HELP and len(words) == 1:
        return Understood(meaning, codes=codes)
    named = _named(words, told)
    if (one := _meant(named)) is not None:
        about = meaning if meaning in _ABOUT_ONE and meaning is not None else Meaning.ACKNOWLEDGE
        return Understood(about, one.incident, codes)
    if meaning in _ABOUT_ONE and meaning is not None and not named and not _has_code(words):
        return _alone(meaning, told if meaning is not Meaning.ACKNOWLEDGE else waiting, waiting, now)
    return Understood(Meaning.UNCLEAR, codes=codes)


def codes_written(text: str) -> frozenset[str]:
    """The codes that may stand in it, like ``V-7K3Q``."""
    forms = _joined(_words(text))
    bare = forms | {form.removeprefix("V") for form in forms}
    return frozenset(f"V-{form}" for form in bare if re.fullmatch(_CODE, form))


def _meant(named: Sequence[Told]) -> Told | None:
    """The one whose code it is now: codes come again, long after what they meant before is over."""
    waiting = [item for item in named if item.is_open]
    if len(waiting) == 1:
        return waiting[0]
    return named[0] if not waiting and len({item.code for item in named}) == 1 else None


def _alone(meaning: Meaning, candidates: Sequence[Told], waiting: Sequence[Told], now: datetime) -> Understood:
    """A word without a code: there must be one incident only that it can be about."""
    codes = tuple(item.code for item in waiting)
    recent = [item for item in candidates if item.by_text and item.told_at >= now - LATELY]
    free = [item for item in recent if not item.is_taken] if meaning is Meaning.ACKNOWLEDGE else recent
    choice = free or recent
    if not choice:
        return Understood(Meaning.NOTHING_OPEN, codes=codes)
    if len(choice) > 1:
        return Understood(Meaning.AMBIGUOUS, codes=tuple(item.code for item in choice))
    return Understood(meaning, choice[0].incident, codes)


def _named(words: Sequence[str], told: Sequence[Told]) -> list[Told]:
    """Those whose code is in the text: as it is written, or else with letters that look alike."""
    written = _joined(words)
    exact = [item for item in told if _forms(item.code) & written]
    if exact:
        return exact
    alike = {form.translate(_LOOK_ALIKE) for form in written}
    return [item for item in told if {form.translate(_LOOK_ALIKE) for form in _forms(item.code)} & alike]


def _forms(code: str) -> set[str]:
    """``V-7K3Q`` and ``7K3Q``."""
    bare = code.replace("-", "")
    return {bare, bare[1:]}


def _joined(words: Sequence[str]) -> set[str]:
    """All runs of words, each without the spaces in it: people write ``v 7k 3q``."""
    return {form for start in range(len(words)) for form in _from(words[start:])}


def _from(words: Sequence[str]) -> list[str]:
    """The runs that begin with the first of them."""
    return ["".join(words[:end]) for end in range(1, min(len(words), _LONGEST_RUN) + 1)]


def _has_code(words: Sequence[str]) -> bool:
    """Whether something besides the first word looks like a code, so that it is not about any other incident.

    A third of all codes have no digit: without their ``V`` they are taken for words.
    """
    rest = words[1:]
    apart = (form for at, word in enumerate(rest) if word == "V" for form in _from(rest[at + 1 :]))
    return (
        any(re.fullmatch(_BARE_CODE, form) for form in _joined(rest))
        or any(re.fullmatch(_WHOLE_CODE, word) for word in rest)
        or any(re.fullmatch(_CODE, form) for form in apart)
    )


def _words(text: str) -> list[str]:
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _WORD.findall(bare.upper())[:_MOST_WORDS]
