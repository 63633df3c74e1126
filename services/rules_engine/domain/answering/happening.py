"""Why an alert fires, or did: what became of it, each time with what decided it, whom it told and what it lit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import structs

from services.rules_engine.domain.alert import Change
from services.rules_engine.domain.answering.answer import Comparison, LevelAnswer
from services.rules_engine.domain.answering.asking import Asked
from services.rules_engine.domain.answering.tongues import Tongues, exactly
from services.rules_engine.domain.answering.witness import Lights, Witness, trace_of
from services.rules_engine.domain.explaining_decisions import each_in_words
from services.rules_engine.domain.truth import Truth
from services.rules_engine.domain.wording.voice import Voice
from shared.model.alerts import NotifyRequest, Reading
from shared.model.registry import Text


class Source(StrEnum):
    """Where it is known from what decided: KEPT with the transition; REPLAYED from the history of readings as it is
    now, with the rule as it is now; LOST: neither could be had."""

    KEPT = "kept"
    REPLAYED = "replayed"
    LOST = "lost"


@dataclass(frozen=True)
class Noted:
    """A transition as it is stored.

    Attributes:
        trace: id that the deciding observation brought along.
    """

    alert: str
    kind: Change
    rule: str
    subject: str
    at: datetime
    resolution: str | None
    trace: str
    seen: Witness | None


@dataclass(frozen=True)
class Happened:
    """One thing that became of an alert.

    Attributes:
        observation: id that the deciding observation brought along; empty: the clock decided.
        readings: the values that the rule read, as they were told.
        points: of a rule about several points, those for which it held.
        notify: the teams that were told, each with its text; of an end without.
    """

    kind: Change
    at: datetime
    said: Text
    source: Source
    decided_at: datetime | None = None
    observation: str = ""
    severity: str = ""
    truth: Truth = None
    comparisons: tuple[Comparison, ...] = ()
    readings: tuple[Reading, ...] = ()
    points: tuple[str, ...] = ()
    notify: tuple[NotifyRequest, ...] = ()
    lights: tuple[Lights, ...] = ()


@dataclass(frozen=True)
class Why:
    """Why an alert fires, is about to, or did.

    Attributes:
        alert: its id; empty: it has not fired.
        status: ``firing``, ``pending`` or ``resolved``.
        now: what each level comes to now, and what is missing for it to end; of an alert that has ended, nothing.
    """

    alert: str
    rule: str
    subject: str
    status: str
    said: Text
    rule_title: str = ""
    subject_title: str = ""
    since: datetime | None = None
    ended: datetime | None = None
    resolution: str | None = None
    in_words: Text | None = None
    happened: tuple[Happened, ...] = ()
    now: tuple[LevelAnswer, ...] = ()
    notes: tuple[Text, ...] = ()
    zone: str = field(default="Europe/Paris")


def happened(asked: Asked, noted: Noted) -> Happened:
    """A transition with all that was kept of it; without the comparisons where the rule decides otherwise now."""
    found, said = noted.seen, in_words(asked.tongues, noted)
    if found is None:
        return Happened(noted.kind, noted.at, said, Source.LOST, observation=noted.trace)
    comparisons = _comparisons(asked, noted, found)
    told = found.told
    return Happened(
        kind=noted.kind,
        at=noted.at,
        said=said,
        source=Source.KEPT,
        decided_at=found.decided_at,
        observation=noted.trace,
        severity="" if told is None else told.severity,
        truth=found.truth,
        comparisons=comparisons,
        readings=() if told is None else told.readings,
        points=() if told is None else told.points,
        notify=() if told is None else tuple(_heard(noted.kind, each) for each in told.notify),
        lights=found.lights,
    )


def _heard(kind: Change, request: NotifyRequest) -> NotifyRequest:
    """What a team was told; of an end the notifier tells in words of its own."""
    return structs.replace(request, message="") if kind is Change.RESOLVED else request


def _comparisons(asked: Asked, noted: Noted, found: Witness) -> tuple[Comparison, ...]:
    rule = asked.book.rules.get(asked.rule)
    trace = None if rule is None else trace_of(found, rule, noted.kind)
    if rule is None or trace is None:
        return ()
    return tuple(Comparison(each.said, each.truth) for each in each_in_words(trace, rule, None, asked.titles))


def in_words(tongues: Tongues, noted: Noted) -> Text:
    """``l'alerte s'est déclenchée le ...``, and why it ended."""
    moment = tongues.moment(noted.at)
    if noted.kind is not Change.RESOLVED:
        return tongues.say(f"happened-{noted.kind.value}", moment=moment)
    return tongues.say("happened-resolved", moment=moment, why=reason(noted.resolution))


def reason(resolution: str | None) -> Callable[[Voice], str]:
    """Why it ended; a word that nobody put into words stands for itself."""
    name = f"resolution-{resolution}"
    return lambda voice: voice.grammar.phrases.get(name) or exactly(resolution or "?")(voice)
