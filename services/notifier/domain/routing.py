"""Who is told, and over which medium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.team import Person, Team, Teams


class RouteReason(StrEnum):
    """Why this person is told."""

    TEAM = "team"
    OWNER = "owner"
    TOLD_OF_FIRE = "told-of-fire"
    ESCALATION = "escalation"
    TEAM_UNKNOWN = "team-unknown"
    TEAM_UNREACHABLE = "team-unreachable"
    OWNER_UNKNOWN = "owner-unknown"
    MOVED_ON = "moved-on"

    @property
    def is_fallback(self) -> bool:
        """Whether the person is told in place of somebody else."""
        return self in (RouteReason.TEAM_UNKNOWN, RouteReason.TEAM_UNREACHABLE, RouteReason.OWNER_UNKNOWN)


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


def team_recipients(teams: Teams, team: str, media: Sequence[Medium] = tuple(Medium)) -> tuple[Recipient, ...]:
    """The members of a team; those of the fallback if there is no such team or nobody in it can be reached.

    A directorate stands for the team that answers for its rules.
    """
    found = teams.by_id.get(team) or teams.owner(team)
    if found is None:
        return _fallback(teams, team, media, RouteReason.TEAM_UNKNOWN)
    reached = _recipients(found, team, media, RouteReason.TEAM)
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
    if person.email is None:
        return _fallback(teams, team.id, (Medium.EMAIL,), RouteReason.TEAM_UNREACHABLE)
    return (
        Recipient(
            person=person.id,
            shown=person.shown,
            medium=Medium.EMAIL,
            address=person.email,
            team=team.id,
            meant_for=team.id,
            reason=RouteReason.OWNER,
        ),
    )


def is_someone(teams: Teams, name: str) -> bool:
    """Whether there is a person, a team, or a directorate's team of that name."""
    people = (person.id for team in teams.by_id.values() for person in team.members)
    return name in teams.by_id or teams.owner(name) is not None or name in people


def _fallback(teams: Teams, meant_for: str, media: Sequence[Medium], reason: RouteReason) -> tuple[Recipient, ...]:
    # The fallback is always reachable by e-mail: loading refuses one that isn't.
    wanted = media if any(teams.fallback.reached_by(medium) for medium in media) else (Medium.EMAIL,)
    return _recipients(teams.fallback, meant_for, wanted, reason)


def _recipients(team: Team, meant_for: str, media: Sequence[Medium], reason: RouteReason) -> tuple[Recipient, ...]:
    return tuple(
        recipient
        for medium in media
        for person in team.reached_by(medium)
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
