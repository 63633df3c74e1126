"""Who is told, and over which medium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.notifier.domain.channel import Medium
from services.notifier.domain.team import Team, Teams


class RouteReason(StrEnum):
    """Why this person is told."""

    TEAM = "team"
    OWNER = "owner"
    TOLD_OF_FIRE = "told-of-fire"
    TEAM_UNKNOWN = "team-unknown"
    TEAM_UNREACHABLE = "team-unreachable"
    OWNER_UNKNOWN = "owner-unknown"
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


def person_recipients(teams: Teams, person: str, team: str, media: Sequence[Medium]) -> tuple[Recipient, ...]:
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


def _recipients(team: Team, meant_for: str, media: Sequence[Medium], reason: RouteReason) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(
            person=person.id,
            shown=person.shown,
            medium=medium,
            address=address,
            team=team.id,
            meant_for=meant_for,
            reason=reason,
        )
        for medium in media
        for person in team.reached_by(medium)
        if (address := person.address(medium)) is not None
    )
