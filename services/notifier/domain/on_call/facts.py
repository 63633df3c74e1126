"""What the layouts of mails about duty are given: French words, times by the clock of the schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifier.domain.incident import Incident
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.watching import HandOver, Stage, ToldGap
from services.notifier.domain.team import Person
from shared.civil_time import long_local, short_local


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


_HAPPENED = {
    "opened": "incidents ouverts",
    "resolved": "incidents terminés",
    "sent": "messages envoyés",
    "acknowledged": "prises en charge",
    "escalated": "escalades",
    "failed": "messages qui n'ont pu être remis",
    "undelivered": "messages non distribués par l'opérateur",
    "uncertain": "messages dont on ignore s'ils sont arrivés",
    "silenced": "messages retenus par un silence",
}


def gap_facts(schedule: Schedule, gaps: Iterable[ToldGap], note: str) -> GapFacts:
    """Of the gaps of one schedule that are told together."""
    told = sorted(gaps, key=lambda gap: gap.starts_at)
    return GapFacts(
        schedule=schedule.title,
        gaps=tuple(_gap(gap, schedule.zone) for gap in told),
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
) -> HandOverFacts:
    """Of a change of duty, for one who comes or goes."""
    return HandOverFacts(
        schedule=schedule.title,
        moment=long_local(change.at, schedule.zone),
        since=short_local(change.since, schedule.zone),
        incoming=incoming,
        until="" if until is None or not incoming else long_local(until, schedule.zone),
        before=named(change.before, people),
        after=named(change.after, people),
        open_incidents=tuple(_incident(incident, schedule.zone) for incident in story.open_incidents),
        happened=tuple(f"{story.counts[key]} {words}" for key, words in _HAPPENED.items() if story.counts.get(key)),
        silences=story.silences,
    )


def named(ids: Iterable[str], people: Mapping[str, Person]) -> str:
    """People as colleagues know them; empty: nobody."""
    return " ; ".join(people[person].shown if person in people else person for person in ids)


def _gap(gap: ToldGap, zone: ZoneInfo) -> str:
    if gap.ends_at is None:
        return f"à partir du {long_local(gap.starts_at, zone)}, sans fin prévue"
    return f"du {long_local(gap.starts_at, zone)} au {long_local(gap.ends_at, zone)}"


def _incident(incident: Incident, zone: ZoneInfo) -> str:
    return f"{incident.code} {incident.title}, depuis le {short_local(incident.opened_at, zone)}"
