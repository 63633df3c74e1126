"""Who is told, and over which medium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.on_call.roster import NOBODY, Roster
from services.notifier.domain.people.preferring import preferred
from services.notifier.domain.people.team import Person, Team, Teams

_ALL: Final = tuple(Medium)


class RouteReason(StrEnum):
    """Why this person is told."""

    TEAM = "team"
    ON_CALL = "on-call"
    UNCOVERED = "uncovered"
    OWNER = "owner"
    TOLD_OF_FIRE = "told-of-fire"
    ESCALATION = "escalation"
    TEAM_UNKNOWN = "team-unknown"
    TEAM_UNREACHABLE = "team-unreachable"
    OWNER_UNKNOWN = "owner-unknown"
    MOVED_ON = "moved-on"
    FOLDED = "folded"
    GONE = "gone"

    @property
    def is_fallback(self) -> bool:
        """Whether the person is told in place of somebody else."""
        return self in (
            RouteReason.TEAM_UNKNOWN,
            RouteReason.TEAM_UNREACHABLE,
            RouteReason.OWNER_UNKNOWN,
            RouteReason.GONE,
        )


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person to be told over one medium.

    Attributes:
        meant_for: the team that was asked for, which a fallback stands in for.
    """

    person: str
    shown: str
    medium: Medium
    address: str = field(repr=False)
    team: str
    meant_for: str
    reason: RouteReason
    language: Language = Language.FRENCH


@dataclass(frozen=True)
class Occasion:
    """What there is to tell, as far as it matters for who is told over which medium.

    Attributes:
        at: the moment of telling, UTC.
        severity: empty: it has none, as a digest.
    """

    at: datetime
    severity: str = ""
    roster: Roster = NOBODY


def team_recipients(
    teams: Teams, team: str, media: Sequence[Medium] = _ALL, occasion: Occasion | None = None
) -> tuple[Recipient, ...]:
    """Who of a team is on call, or else its members; those of the fallback if there is no such team or nobody in it can
    be reached.

    A directorate stands for the team that answers for its rules.

    Args:
        media: over which it may be told at all; persons' own wishes count where all may be.
        occasion: None: members are told, over the media of the team.
    """
    found = teams.by_id.get(team) or teams.owner(team)
    if found is None:
        return _fallback(teams, team, media, RouteReason.TEAM_UNKNOWN)
    told, reason = _told(teams, found, media, occasion)
    reached = _recipients(told, team, media, reason, occasion)
    return reached or _fallback(teams, team, media, RouteReason.TEAM_UNREACHABLE)


def owner_recipients(teams: Teams, directorate: str) -> tuple[Recipient, ...]:
    """Those who answer for a directorate's rules, by e-mail; the fallback if nobody does."""
    owner = teams.owner(directorate)
    reached = _recipients(owner, owner.id, (Medium.EMAIL,), RouteReason.OWNER) if owner else ()
    return reached or _fallback(teams, directorate, (Medium.EMAIL,), RouteReason.OWNER_UNKNOWN)


def someone(teams: Teams, name: str) -> tuple[Recipient, ...]:
    """A person or a team of that name, by e-mail; the fallback if there is none, or no mail reaches it."""
    people = {person.id: (team, person) for team in teams.by_id.values() for person in team.members}
    if name in teams.by_id or name not in people:
        return team_recipients(teams, name, (Medium.EMAIL,))
    team, person = people[name]
    found = recipient_of(person, Medium.EMAIL, team, team.id, RouteReason.OWNER)
    return _fallback(teams, team.id, (Medium.EMAIL,), RouteReason.TEAM_UNREACHABLE) if found is None else (found,)


def is_someone(teams: Teams, name: str) -> bool:
    """Whether there is a person, a team, or a directorate's team of that name."""
    people = (person.id for team in teams.by_id.values() for person in team.members)
    return name in teams.by_id or teams.owner(name) is not None or name in people


def person_recipients(
    teams: Teams, people: Sequence[str], team: Team, media: Sequence[Medium], reason: RouteReason
) -> tuple[Recipient, ...]:
    """These people, over media of theirs, on behalf of a team."""
    known = tuple(teams.people[person] for person in people if person in teams.people)
    return _recipients(replace(team, members=known, channels=tuple(media)), team.id, media, reason)


def _told(teams: Teams, team: Team, media: Sequence[Medium], occasion: Occasion | None) -> tuple[Team, RouteReason]:
    """The team with those as members who are told now, and why they are."""
    if team.on_call is None or occasion is None:
        return team, RouteReason.TEAM
    on_duty = occasion.roster.on_duty(team.on_call, occasion.at)
    people = tuple(teams.people[person] for person in on_duty if person in teams.people)
    called = replace(team, members=people)
    if any(_media(person, called, media, occasion) for person in people):
        return called, RouteReason.ON_CALL
    return team, RouteReason.UNCOVERED


def first_way_to(teams: Teams, person: str, team: str, media: Sequence[Medium]) -> tuple[Recipient, ...]:
    """One person over the first of the media that reaches them; none if no team has them, or nothing reaches them."""
    found = teams.person(person)
    reaching = [medium for medium in media if found is not None and found.address(medium)]
    return tuple(
        Recipient(
            person=found.id,
            shown=found.shown,
            medium=medium,
            address=address,
            team=team,
            meant_for=team,
            reason=RouteReason.FOLDED,
            language=found.language,
        )
        for medium in reaching[:1]
        if found is not None and (address := found.address(medium)) is not None
    )


def stand_ins(teams: Teams, person: str) -> tuple[Recipient, ...]:
    """Who is told by e-mail what was kept for a person whom no team has any more."""
    return _fallback(teams, person, (Medium.EMAIL,), RouteReason.GONE)


def _fallback(teams: Teams, meant_for: str, media: Sequence[Medium], reason: RouteReason) -> tuple[Recipient, ...]:
    # The fallback is always reachable by e-mail: loading refuses one that isn't.
    wanted = media if any(teams.fallback.reached_by(medium) for medium in media) else (Medium.EMAIL,)
    return _recipients(teams.fallback, meant_for, wanted, reason)


def _media(person: Person, team: Team, media: Sequence[Medium], occasion: Occasion | None) -> tuple[Medium, ...]:
    """Over which a person is told: as the person wants it, if that reaches anybody; else as the team is told."""
    wanted = None
    if occasion is not None and occasion.severity:
        wanted = preferred(person.channels, occasion.severity, occasion.at)
    for choice in (wanted, team.channels):
        reached = tuple(medium for medium in choice or () if person.address(medium))
        if reached:
            return tuple(medium for medium in media if medium in reached)
    return ()


def _recipients(
    team: Team, meant_for: str, media: Sequence[Medium], reason: RouteReason, occasion: Occasion | None = None
) -> tuple[Recipient, ...]:
    return tuple(
        recipient
        for medium in media
        for person in team.members
        if medium in _media(person, team, media, occasion)
        if (recipient := recipient_of(person, medium, team, meant_for, reason)) is not None
    )


def recipient_of(person: Person, medium: Medium, team: Team, meant_for: str, reason: RouteReason) -> Recipient | None:
    """The person as one to be told over a medium; None if nothing is known that reaches them so."""
    address = person.address(medium)
    if address is None:
        return None
    return Recipient(
        person=person.id,
        shown=person.shown,
        medium=medium,
        address=address,
        team=team.id,
        meant_for=meant_for,
        reason=reason,
        language=person.language,
    )
