"""Says the same thing in both languages, with moments by local clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.rules_engine.domain.explaining_decisions import voice_of
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.wording import quantities
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import sentence
from services.rules_engine.domain.wording.titles import Titles
from services.rules_engine.domain.wording.voice import Voice
from shared.model.registry import Kind, Text


@dataclass(frozen=True)
class Tongues:
    """Both languages, about one rule or about the points of a kind.

    Attributes:
        zone: IANA name, by whose clocks moments are told.
    """

    about: CompiledRule | Kind
    titles: Titles
    zone: str = "Europe/Paris"

    def both(self, tell: Callable[[Voice], str]) -> Text:
        """What is told, as a sentence of each language."""
        french, english = (sentence(tell(voice_of(self.about, self.titles, each))) for each in (French(), English()))
        return Text(fr=french, en=english)

    def say(self, name: str, /, **words: Callable[[Voice], str]) -> Text:
        """A fixed phrase, its gaps filled in each language."""
        return self.both(lambda voice: voice.say(name, **{gap: word(voice) for gap, word in words.items()}).text)

    def moment(self, moment: datetime) -> Callable[[Voice], str]:
        """A moment by local clocks; in the hour that comes twice it is said which one is meant."""
        return lambda voice: moment_in(voice, moment, self.zone)


def moment_in(voice: Voice, moment: datetime, zone: str) -> str:
    """``dimanche 25 octobre 2026 à 02 h 30 (heure d'hiver)``; the season only where clocks show a time twice."""
    there = ZoneInfo(zone)
    told, local = voice.grammar.moment(moment, there), moment.astimezone(there)
    if local.second:
        told += f" {local.second} s"
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first >= second:  # no time at all, or one that comes once
        return told
    return told + voice.grammar.phrases["winter-time" if local.fold else "summer-time"]


def elapsed(span: timedelta) -> Callable[[Voice], str]:
    """``4 min 30 s``."""
    return lambda voice: quantities.elapsed(voice.grammar, max(span, timedelta()).total_seconds(), "s")


def exactly(text: str) -> Callable[[Voice], str]:
    """The same in every language."""
    return lambda _: text


def quoted(text: str) -> Callable[[Voice], str]:
    """A name, in the quotation marks of the language."""
    return lambda voice: voice.grammar.quoted(text)
