"""Where a notice goes that did not reach its person: to the same person another way, or to the next person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.delivering.notification import TELLING, Kind, Notification
from services.notifier.domain.people.preferring import preferred
from services.notifier.domain.people.routing import Occasion, Recipient, RouteReason, recipient_of
from services.notifier.domain.people.team import Person, Team, Teams
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState

_MOVE: Final = (Medium.SMS, Medium.VOICE)

_OTHERWISE: Final = (Medium.SMS, Medium.VOICE, Medium.EMAIL)
_STAY_WITH_PERSON: Final = (Kind.RESOLVE, Kind.EASE, Kind.ACKNOWLEDGED, Kind.REMINDER)
_NO_CALL: Final = (Kind.RESOLVE, Kind.EASE, Kind.ACKNOWLEDGED)
"""Nobody is called to be told that all is well, or that somebody takes care."""

_LOUDNESS: Final = {Medium.EMAIL: 0, Medium.WEBHOOK: 0, Medium.SMS: 1, Medium.VOICE: 2}
"""What wakes whom."""

_UNREACHED: Final = (NotificationState.FAILED, NotificationState.FOLDED)
_NOWHERE: Final = "outbox"


class Next(StrEnum):
    """What is done about it."""

    ANOTHER_WAY = "another-way"
    ANOTHER_PERSON = "another-person"
    TOLD_OTHERWISE = "told-otherwise"
    OTHERS_TOLD = "others-told"
    NOBODY_LEFT = "nobody-left"


@dataclass(frozen=True)
class Way:
    """Where it goes; no recipient if nowhere."""

    next: Next
    recipient: Recipient | None = None


def next_way(
    missed: Notification,
    unreached: frozenset[str],
    told: Sequence[Notification],
    teams: Teams,
    carriers: Carriers,
    occasion: Occasion | None = None,
) -> Way:
    """Where a notice goes on.

    First over the person's other media that did not carry the same already and missed nothing of the incident: those
    that the person wants then, or the team has, in their order, then what else is known of the person; a call that
    nobody asks for is made for vital notices alone. If the person, or somebody else of the team, was told at the same
    time, that is enough. Else to the next of the team of whom nothing was asked yet, and then to the fallback.

    Args:
        unreached: ids of notices that are known not to have arrived.
        told: all notices of the incident.
        occasion: when it is, and who is on call then; None: a team's members are asked.
    """
    miss = _Miss(missed, unreached, told, teams, carriers, occasion)
    if (way := miss.another_way()) is not None:
        return Way(Next.ANOTHER_WAY, way)
    if miss.reached(missed.person):
        return Way(Next.TOLD_OTHERWISE)
    if missed.kind in _STAY_WITH_PERSON:
        return Way(Next.NOBODY_LEFT)
    if miss.reached(*miss.colleagues):
        return Way(Next.OTHERS_TOLD)
    way = miss.another_person()
    return Way(Next.NOBODY_LEFT) if way is None else Way(Next.ANOTHER_PERSON, way)


@dataclass(frozen=True)
class _Miss:
    """What did not reach its person, and all that matters for where it goes."""

    missed: Notification
    unreached: frozenset[str]
    told: Sequence[Notification]
    teams: Teams
    carriers: Carriers
    occasion: Occasion | None

    @property
    def team(self) -> Team:
        return self.teams.by_id.get(self.missed.team, self.teams.fallback)

    @property
    def colleagues(self) -> frozenset[str]:
        """Everybody who was told for the team, or may be; not the person."""
        told = {item.person for item in self.told if item.team == self.missed.team}
        return frozenset(told | {one.id for one in (*self.team.members, *self._next_ones())} - {self.missed.person})

    def another_way(self) -> Recipient | None:
        """The same person over a medium that carried nothing of this."""
        person = self.teams.person(self.missed.person)
        if person is None:
            return None
        own = [item for item in self.told if item.person == person.id]
        used = {item.medium for item in own if item in self._same_time or not self._arrives(item)}
        return _first(self._ways(person, self.team, used | {self.missed.medium}))

    def another_person(self) -> Recipient | None:
        """Who was asked nothing yet: the next of the team, then the fallback."""
        known = {item.person for item in self.told}
        fallback = ((self.teams.fallback, one) for one in self.teams.fallback.members)
        for team, person in (*((self.team, one) for one in self._next_ones()), *fallback):
            if person.id not in known and (way := _first(self._ways(person, team, set()))) is not None:
                return way
        return None

    def reached(self, *people: str) -> bool:
        """Whether one of them was told the same, or more. What is vital must have come as loudly as it was to come: a
        mail in the night wakes nobody."""
        loudly = self.missed.criticality == Criticality.VITAL.value and self.missed.kind not in _STAY_WITH_PERSON
        least = _LOUDNESS[self.missed.medium] if loudly else 0
        return any(
            self._arrives(item) and _LOUDNESS[item.medium] >= least
            for item in self._same_time
            if item.person in people and (item.kind in TELLING or item.kind is self.missed.kind)
        )

    @cached_property
    def _same_time(self) -> list[Notification]:
        return [item for item in self.told if item.queued_at >= self.missed.queued_at]

    def _arrives(self, item: Notification) -> bool:
        return item.id not in self.unreached and item.state not in _UNREACHED

    def _next_ones(self) -> tuple[Person, ...]:
        """Who is on call for the team, and of what is vital who is on the layers beneath; while nobody is on call, its
        members. Nobody who is off duty is woken in place of another."""
        if self.team.on_call is None or self.occasion is None:
            return self.team.members
        ladder = self.occasion.roster.ladder(self.team.on_call, self.occasion.at)
        asked = ladder if self.missed.criticality == Criticality.VITAL.value else ladder[:1]
        people = tuple(self.teams.people[name] for names in asked for name in names if name in self.teams.people)
        return people or self.team.members

    def _ways(self, person: Person, team: Team, used: set[Medium]) -> Iterator[Recipient]:
        wanted = self._wanted(person) or team.channels
        for medium in dict.fromkeys((*wanted, *team.channels, *_OTHERWISE)):
            # A machine is no other way to a person.
            if medium in used or medium is Medium.WEBHOOK or not _carried(medium, self.missed, self.carriers):
                continue
            if medium is Medium.VOICE and not self._is_called(medium in (*wanted, *team.channels)):
                continue
            recipient = recipient_of(person, medium, team, team.id, RouteReason.MOVED_ON)
            if recipient is not None:
                yield recipient

    def _wanted(self, person: Person) -> tuple[Medium, ...] | None:
        """Over which the person wants to be told at this hour."""
        if self.occasion is None or not self.occasion.severity:
            return None
        return preferred(person.channels, self.occasion.severity, self.occasion.at)

    def _is_called(self, is_asked: bool) -> bool:
        is_vital = self.missed.criticality == Criticality.VITAL.value
        return self.missed.kind not in _NO_CALL and (is_asked or is_vital)


def _carried(medium: Medium, missed: Notification, carriers: Carriers) -> bool:
    """Whether it leads anywhere; where the missed one stayed in the outbox, all of them do as much."""
    return carriers.of(medium).name != _NOWHERE or missed.channel == _NOWHERE


def _first(ways: Iterator[Recipient]) -> Recipient | None:
    return next(ways, None)


def moves_on(missed: Notification) -> bool:
    """Whether it is told another way: a text and a call, and the mail that stood in for one of them."""
    return missed.medium in _MOVE or missed.route is RouteReason.MOVED_ON


def is_over(missed: Notification, resolved_at: datetime | None) -> bool:
    """Whether there is nothing left to tell of it: the incident ended, and this notice did not say so."""
    return resolved_at is not None and missed.kind is not Kind.RESOLVE
