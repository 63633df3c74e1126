"""Where a notice goes that did not reach its person: to the same person another way, or to the next person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.notification import Kind, Notification
from services.notifier.domain.routing import Recipient, RouteReason, recipient_of
from services.notifier.domain.team import Person, Team, Teams
from shared.model.alerts import Criticality
from shared.model.incidents import NotificationState

MOVE: Final = (Medium.SMS, Medium.VOICE)
"""What did not arrive over one of these is told another way."""

_OTHERWISE: Final = (Medium.SMS, Medium.VOICE, Medium.EMAIL)
_STAY_WITH_PERSON: Final = (Kind.RESOLVE, Kind.EASE, Kind.ACKNOWLEDGED, Kind.REMINDER)
_NO_CALL: Final = (Kind.RESOLVE, Kind.EASE, Kind.ACKNOWLEDGED)
"""Nobody is called to be told that all is well, or that somebody takes care."""

_UNREACHED: Final = (NotificationState.FAILED, NotificationState.FOLDED)
_NOWHERE: Final = "outbox"


class Next(StrEnum):
    """What is done about it."""

    ANOTHER_WAY = "another-way"
    ANOTHER_PERSON = "another-person"
    OTHERS_TOLD = "others-told"
    NOBODY_LEFT = "nobody-left"


@dataclass(frozen=True)
class Way:
    """Where it goes; no recipient if nowhere."""

    next: Next
    recipient: Recipient | None = None


def next_way(
    missed: Notification, unreached: frozenset[str], told: Sequence[Notification], teams: Teams, carriers: Carriers
) -> Way:
    """Where a notice goes on.

    First over the person's other media that did not carry the same already and missed nothing of the incident: those of
    the team in their order, then what else is known of the person; a call that the team does not ask for is made for
    vital notices alone. Then to the next
    member of the team whom nothing reached; if all of them were told, that is enough, and if nobody was, the fallback.

    Args:
        unreached: ids of notices that are known not to have arrived.
        told: all notices of the incident.
    """
    team = teams.by_id.get(missed.team, teams.fallback)
    person = teams.person(missed.person)
    same_time = [item for item in told if item.queued_at >= missed.queued_at]
    if person is not None:
        used = {item.medium for item in same_time if item.person == person.id} | {missed.medium}
        used |= {item.medium for item in told if item.person == person.id and not _reaches(item, unreached)}
        way = _first(_ways(person, team, missed, used, carriers))
        if way is not None:
            return Way(Next.ANOTHER_WAY, way)
    if missed.kind in _STAY_WITH_PERSON:
        return Way(Next.NOBODY_LEFT)
    return _next_person(missed, {item.person for item in same_time if _reaches(item, unreached)}, told, teams, carriers)


def _next_person(
    missed: Notification, reached: set[str], told: Sequence[Notification], teams: Teams, carriers: Carriers
) -> Way:
    team = teams.by_id.get(missed.team, teams.fallback)
    known = {item.person for item in told}
    others = [member for member in team.members if member.id != missed.person]
    for candidate in (member for member in others if member.id not in known):
        if (way := _first(_ways(candidate, team, missed, set(), carriers))) is not None:
            return Way(Next.ANOTHER_PERSON, way)
    if any(member.id in reached for member in others):
        return Way(Next.OTHERS_TOLD)
    for candidate in (member for member in teams.fallback.members if member.id not in known):
        if (way := _first(_ways(candidate, teams.fallback, missed, set(), carriers))) is not None:
            return Way(Next.ANOTHER_PERSON, way)
    return Way(Next.NOBODY_LEFT)


def _ways(
    person: Person, team: Team, missed: Notification, used: set[Medium], carriers: Carriers
) -> Iterator[Recipient]:
    for medium in dict.fromkeys((*team.channels, *_OTHERWISE)):
        # A machine is no other way to a person.
        if medium is Medium.VOICE and missed.kind in _NO_CALL:
            continue
        if medium in used or medium is Medium.WEBHOOK or not _carried(medium, missed, carriers):
            continue
        if medium is Medium.VOICE and medium not in team.channels and missed.criticality != Criticality.VITAL.value:
            continue
        recipient = recipient_of(person, medium, team, team.id, RouteReason.MOVED_ON)
        if recipient is not None:
            yield recipient


def _carried(medium: Medium, missed: Notification, carriers: Carriers) -> bool:
    """Whether it leads anywhere; where the missed one stayed in the outbox, all of them do as much."""
    return carriers.of(medium).name != _NOWHERE or missed.channel == _NOWHERE


def _reaches(item: Notification, unreached: frozenset[str]) -> bool:
    return item.id not in unreached and item.state not in _UNREACHED


def _first(ways: Iterator[Recipient]) -> Recipient | None:
    return next(ways, None)


def is_over(missed: Notification, resolved_at: datetime | None) -> bool:
    """Whether there is nothing left to tell of it: the incident ended, and this notice did not say so."""
    return resolved_at is not None and missed.kind is not Kind.RESOLVE
