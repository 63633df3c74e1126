"""What the layouts of mails about duty are given: the reader's words, times by the clock of the schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifier.domain.channel import Language
from services.notifier.domain.composing.words import WORDS, Words
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.watching import HandOver, Stage, ToldGap
from services.notifier.domain.people.team import Person
from shared.civil_time import short_local


@dataclass(frozen=True, kw_only=True)
class GapFacts:
    """Of gaps in a schedule, the first to come first."""

    schedule: str
    gaps: tuple[str, ...]
    urgent: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class HandOverFacts:
    """Of a change of duty.

    Attributes:
        incoming: whether the reader comes on duty.
        until: when the reader's shift ends; empty: it is not in sight, or the reader's is over.
        happened: what happened in the shift that ends, a line each; none: nothing.
    """

    schedule: str
    moment: str
    since: str
    incoming: bool
    until: str
    before: str
    after: str
    open_incidents: tuple[str, ...]
    happened: tuple[str, ...]
    silences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShiftStory:
    """What happened in a shift, to the teams that a schedule serves.

    Attributes:
        counts: how often, by word: ``opened``, ``resolved``, and the verdicts of the ledger.
        silences: those in force now, in words.
    """

    open_incidents: tuple[Incident, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    silences: tuple[str, ...] = ()


def gap_facts(schedule: Schedule, gaps: Iterable[ToldGap], note: str, language: Language = Language.FRENCH) -> GapFacts:
    """Of the gaps of one schedule that are told together."""
    told = sorted(gaps, key=lambda gap: gap.starts_at)
    return GapFacts(
        schedule=schedule.title,
        gaps=tuple(_gap(gap, schedule.zone, WORDS[language]) for gap in told),
        urgent=any(gap.stage is not Stage.WEEK_BEFORE for gap in told),
        note=note,
    )


def hand_over_facts(
    schedule: Schedule,
    change: HandOver,
    people: Mapping[str, Person],
    story: ShiftStory,
    *,
    incoming: bool,
    until: datetime | None,
    language: Language = Language.FRENCH,
) -> HandOverFacts:
    """Of a change of duty, for one who comes or goes."""
    words = WORDS[language]
    return HandOverFacts(
        schedule=schedule.title,
        moment=words.long(change.at, schedule.zone),
        since=short_local(change.since, schedule.zone),
        incoming=incoming,
        until="" if until is None or not incoming else words.long(until, schedule.zone),
        before=_named(change.before, people, words),
        after=_named(change.after, people, words),
        open_incidents=tuple(_incident(incident, schedule.zone, words) for incident in story.open_incidents),
        happened=tuple(f"{story.counts[key]} {what}" for key, what in words.happened.items() if story.counts.get(key)),
        silences=story.silences,
    )


def _named(ids: Iterable[str], people: Mapping[str, Person], words: Words) -> str:
    """People as colleagues know them; empty: nobody."""
    return words.between.join(people[person].shown if person in people else person for person in ids)


def _gap(gap: ToldGap, zone: ZoneInfo, words: Words) -> str:
    starts = words.long(gap.starts_at, zone)
    return (
        words.gap_open.format(starts)
        if gap.ends_at is None
        else words.gap.format(starts, words.long(gap.ends_at, zone))
    )


def _incident(incident: Incident, zone: ZoneInfo, words: Words) -> str:
    return words.opened.format(incident.code, incident.title, short_local(incident.opened_at, zone))
