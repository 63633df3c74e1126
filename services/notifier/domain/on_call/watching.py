"""What is to be told of a schedule: that others are on call now, and that nobody will be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.incidents.incident import derived_id
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Span

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
_FORESEEN: Final = timedelta(days=60)
"""A gap that reaches as far as that has no end."""
_LONGEST_AWAY: Final = timedelta(days=30)
"""What changed while nobody looked is looked for so far back."""


class Stage(StrEnum):
    """When a gap is told: a week before it begins, a day before; once it is there if nobody could be told before."""

    WEEK_BEFORE = "week-before"
    DAY_BEFORE = "day-before"
    NOW = "now"


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A schedule that somebody is told by, as it was when it was last looked at.

    Attributes:
        people: ids of who was on call then, with spaces between; empty: nobody; None: it was never looked at.
        since: when they came on duty, UTC; at the first look, that look.
        due_at: when to look again, UTC.
    """

    schedule: str
    people: str | None = None
    since: datetime | None = None
    looked_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Nobody is on call. ``ends_at``: UTC; None: no end is in sight."""

    starts_at: datetime
    ends_at: datetime | None

    def has(self, other: Gap) -> bool:
        """Whether the other lies in it."""
        ends = self.ends_at is None or (other.ends_at is not None and other.ends_at <= self.ends_at)
        return ends and self.starts_at <= other.starts_at


@dataclass(frozen=True, kw_only=True)
class ToldGap:
    """A gap that the owner was told of, and how long before it began."""

    id: str
    schedule: str
    stage: Stage
    starts_at: datetime
    ends_at: datetime | None
    told_at: datetime

    @property
    def gap(self) -> Gap:
        return Gap(starts_at=self.starts_at, ends_at=self.ends_at)


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """A change of duty: at ``at`` from those on duty ``since`` then to others; either may be nobody."""

    schedule: str
    at: datetime
    since: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def relieved(self) -> tuple[str, ...]:
        """Who goes off duty."""
        return tuple(person for person in self.before if person not in self.after)

    @property
    def incoming(self) -> tuple[str, ...]:
        """Who comes on duty."""
        return tuple(person for person in self.after if person not in self.before)


@dataclass(frozen=True)
class Look:
    """What a look at a schedule found: what is to be told, and the schedule as it was seen."""

    watch: Watch
    handed_over: HandOver | None
    gaps: tuple[ToldGap, ...]


def look(schedule: Schedule, watch: Watch, told: Sequence[ToldGap], now: datetime) -> Look:
    """Look at a schedule.

    However long nobody looked, one change of duty comes of it: from whoever was on call at the last look to whoever is
    now. An edit that puts somebody else on call is one, too.

    Args:
        told: the gaps that were told and are not over.
    """
    people = schedule.on_duty(now)
    handed_over = _handed_over(schedule, watch, people, now)
    since = now if watch.people is None else handed_over.at if handed_over else watch.since
    seen = replace(watch, people=" ".join(people), since=since, looked_at=now, due_at=_next_look(schedule, now))
    return Look(seen, handed_over, tuple(_untold(schedule, told, now)))


def gaps_ahead(schedule: Schedule, now: datetime, ahead: timedelta) -> list[Gap]:
    """The gaps that begin before ``ahead`` has passed; never what is over. One that goes on begins now."""
    end = now + max(_FORESEEN, 2 * ahead)
    found = schedule.gaps(Span(now, end))
    return [
        Gap(starts_at=gap.start, ends_at=None if gap.end == end else gap.end)
        for gap in found
        if gap.start <= now + ahead
    ]


def _handed_over(schedule: Schedule, watch: Watch, people: tuple[str, ...], now: datetime) -> HandOver | None:
    before = None if watch.people is None else tuple(watch.people.split())
    if before is None or set(before) == set(people):
        return None
    looked_at = max(watch.looked_at or now, now - _LONGEST_AWAY)
    changes = schedule.changes(Span(looked_at, now)) if looked_at < now else []
    at = changes[-1].at if changes else now
    return HandOver(schedule=schedule.id, at=at, since=watch.since or at, before=before, after=people)


def _untold(schedule: Schedule, told: Sequence[ToldGap], now: datetime) -> Iterator[ToldGap]:
    for gap in gaps_ahead(schedule, now, WEEK):
        stage = _stage(gap, now)
        if not any(item.gap.has(gap) and _serves(item.stage, stage) for item in told):
            yield ToldGap(
                id=derived_id("on-call-gap", schedule.id, stage.value, gap.starts_at.isoformat(), str(gap.ends_at)),
                schedule=schedule.id,
                stage=stage,
                starts_at=gap.starts_at,
                ends_at=gap.ends_at,
                told_at=now,
            )


def _stage(gap: Gap, now: datetime) -> Stage:
    if gap.starts_at <= now:
        return Stage.NOW
    return Stage.DAY_BEFORE if gap.starts_at - now <= DAY else Stage.WEEK_BEFORE


def _serves(told: Stage, wanted: Stage) -> bool:
    """Whether what was told needs no further word: that a gap begins tomorrow is worth one, that it begins is not."""
    return wanted is not Stage.DAY_BEFORE or told is not Stage.WEEK_BEFORE


def _next_look(schedule: Schedule, now: datetime) -> datetime:
    """In a day at the latest, for the gaps that come into sight."""
    tomorrow = now + DAY
    changes = [change.at for change in schedule.changes(Span(now, tomorrow))]
    words = [gap.starts_at - before for gap in gaps_ahead(schedule, now, WEEK + DAY) for before in (WEEK, DAY)]
    return min(moment for moment in (*changes, *words, tomorrow) if moment > now)
