"""The people who can be told, and the teams that rules name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notifier.domain.channel import Medium


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a telephone, a mailbox, or both.

    Attributes:
        role: as colleagues know it: ``cadre d'astreinte``.
        phone: E.164. Like ``email``, never shown.
    """

    id: str
    name: str
    role: str
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """How others see the person: name and role, no address."""
        return f"{self.name}, {self.role}"

    def address(self, medium: Medium) -> str | None:
        """Where the person is reached over a medium."""
        return self.phone if medium is Medium.SMS else self.email


@dataclass(frozen=True, kw_only=True)
class Team:
    """People who are told together.

    Attributes:
        channels: the media over which the team is told at once; a digest takes e-mail only.
        owner_of: the directorate whose rules it answers for.
    """

    id: str
    title: str
    channels: tuple[Medium, ...]
    members: tuple[Person, ...]
    owner_of: str | None = None

    def reached_by(self, medium: Medium) -> tuple[Person, ...]:
        """The members who can be told over a medium that the team uses."""
        if medium not in self.channels:
            return ()
        return tuple(person for person in self.members if person.address(medium))


@dataclass(frozen=True)
class Teams:
    """All teams. ``fallback`` is told what was meant for a team that isn't there."""

    by_id: Mapping[str, Team]
    fallback: Team

    @property
    def directorates(self) -> frozenset[str]:
        """Those for whose rules a team answers."""
        return frozenset(team.owner_of for team in self.by_id.values() if team.owner_of is not None)

    def person(self, person: str) -> Person | None:
        """The person of an id, if a team has them as a member."""
        members = (member for team in self.by_id.values() for member in team.members)
        return next((member for member in members if member.id == person), None)

    def owner(self, directorate: str) -> Team | None:
        """The team that answers for the rules of a directorate."""
        return next((team for team in self.by_id.values() if team.owner_of == directorate), None)
