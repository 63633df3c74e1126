"""A schedule: its layers, its overrides, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.notifier.domain.on_call.rotation import Hours, Rotation, merged
from services.notifier.domain.on_call.shift import Shift, Span, clipped, joined, laid_over
from shared.civil_time import PARIS

_INSTANT: Final = timedelta(microseconds=1)
OVERRIDE: Final = "override"


class Plan(Protocol):
    """Something that says who is on duty when."""

    def shifts(self, span: Span, zone: ZoneInfo) -> Sequence[Shift]:
        """What touches ``span``, in order of time, apart from each other."""
        ...


@dataclass(frozen=True)
class Layer:
    """A rotation, perhaps at some hours only. ``only``: none: always."""

    name: str
    rotation: Rotation
    only: tuple[Hours, ...] = ()

    def shifts(self, span: Span, zone: ZoneInfo) -> Sequence[Shift]:
        """A turn at some hours is a shift for each of these."""
        turns = list(self.rotation.shifts(span, zone, self.name))
        if not self.only:
            return turns
        hours = merged([found for hours in self.only for found in hours.spans(span, zone)])
        return [part for found in hours for part in clipped(turns, found)]


@dataclass(frozen=True)
class Override:
    """Somebody takes over for a while, whoever would be on duty."""

    person: str
    span: Span
    reason: str = ""

    def shift(self) -> Shift:
        return Shift(self.span, (self.person,), f"{OVERRIDE}: {self.reason}" if self.reason else OVERRIDE)


@dataclass(frozen=True)
class Feed:
    """A calendar that somebody else keeps.

    Attributes:
        where: an address, or the path of a file. Whoever knows such an address can often read the calendar: it is
            never logged.
        allow_private: the address may be one of our own network.
    """

    where: str = field(repr=False)
    allow_private: bool = False

    @property
    def is_file(self) -> bool:
        return "://" not in self.where


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Who is on call when.

    Attributes:
        owner: the team or directorate that is told of gaps.
        plans: layers and calendars; where several cover a moment the last one wins.
        overrides: above all plans; of two the last written.
        needed: when somebody must be on duty; empty: always.
        feed: the calendar it is made from; its plan is there as soon as that was fetched.
    """

    id: str
    title: str
    owner: str
    zone: ZoneInfo = PARIS
    plans: tuple[Plan, ...] = ()
    overrides: tuple[Override, ...] = ()
    needed: tuple[Hours, ...] = ()
    feed: Feed | None = None

    def with_plan(self, plan: Plan) -> Schedule:
        """The same with a plan beneath the others: the calendar that was fetched."""
        return replace(self, plans=(plan, *self.plans))

    def shifts(self, span: Span) -> list[Shift]:
        """Who is on duty in ``span``, gaps included, cut at its ends."""
        return laid_over(self._layers(span), span)

    def on_duty(self, moment: datetime) -> tuple[str, ...]:
        """Who is on call at a moment."""
        return self.shifts(Span(moment, moment + _INSTANT))[0].people

    def ladder(self, moment: datetime) -> list[tuple[str, ...]]:
        """Whom to ask first, whom next: who is on call on each layer that covers the moment, from above."""
        span = Span(moment, moment + _INSTANT)
        known: set[str] = set()
        found = []
        for layer in reversed(self._layers(span)):
            people = tuple(p for shift in clipped(layer, span)[:1] for p in shift.people if p not in known)
            known |= set(people)
            found.append(people)
        return [people for people in found if people]

    def changes(self, span: Span) -> list[Change]:
        """Each moment after the start of ``span`` and up to its end at which others are on duty than before."""
        shifts = _by_people(self.shifts(Span(span.start, span.end + _INSTANT)))
        return [Change(new.span.start, old.people, new.people) for old, new in pairwise(shifts)]

    def gaps(self, span: Span) -> list[Span]:
        """When somebody must be on duty and nobody is."""
        empty = [shift.span for shift in self.shifts(span) if not shift.people]
        if not self.needed:
            return merged(empty)
        wanted = merged([found for hours in self.needed for found in hours.spans(span, self.zone)])
        return [common for gap in empty for found in wanted if (common := gap.common(found)) is not None]

    def _layers(self, span: Span) -> list[Sequence[Shift]]:
        return [*(plan.shifts(span, self.zone) for plan in self.plans), *([item.shift()] for item in self.overrides)]


@dataclass(frozen=True)
class Change:
    """A change of duty; ``before`` or ``after`` may be nobody."""

    at: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def relieved(self) -> tuple[str, ...]:
        """Who goes off duty."""
        return tuple(person for person in self.before if person not in self.after)


def _by_people(shifts: Sequence[Shift]) -> list[Shift]:
    """Who replaces oneself, by an override say, hands nothing over."""
    return joined(_without_reason(shifts))


def _without_reason(shifts: Sequence[Shift]) -> Iterator[Shift]:
    for shift in shifts:
        yield replace(shift, by="")
