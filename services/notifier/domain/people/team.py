"""The people who can be told, and the teams that rules name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.people.preferring import Preference


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a telephone, a mailbox, a webhook, or several of them.

    Attributes:
        role: as colleagues know it: ``cadre d'astreinte``.
        phone: E.164. Like ``email``, never shown.
        webhook: an address that takes notices as JSON; whoever knows it may write there, so it is never shown either.
        channels: over which the person wants to be told, by severity and time of day; the first that fits counts,
            and none that fits leaves it to the team.
    """

    id: str
    name: str
    role: str
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    webhook: str | None = field(default=None, repr=False)
    language: Language = Language.FRENCH
    channels: tuple[Preference, ...] = ()

    @property
    def shown(self) -> str:
        """How others see the person: name and role, no address."""
        return f"{self.name}, {self.role}"

    def address(self, medium: Medium) -> str | None:
        """Where the person is reached over a medium."""
        match medium:
            case Medium.SMS | Medium.VOICE:
                return self.phone
            case Medium.EMAIL:
                return self.email
            case Medium.WEBHOOK:
                return self.webhook


@dataclass(frozen=True, kw_only=True)
class Team:
    """People who are told together.

    Attributes:
        channels: the media over which the team is told at once; a digest takes e-mail only.
        owner_of: the directorate whose rules it answers for.
        webhook: the team's own, told beside its members if the team is told over webhooks.
        on_call: the schedule whose people are told in place of the members; these, while it has nobody on call.
    """

    id: str
    title: str
    channels: tuple[Medium, ...]
    members: tuple[Person, ...]
    owner_of: str | None = None
    webhook: str | None = field(default=None, repr=False)
    on_call: str | None = None

    def reached_by(self, medium: Medium) -> tuple[Person, ...]:
        """The members who can be told over a medium that the team uses."""
        if medium not in self.channels:
            return ()
        own = (self._as_person(),) if medium is Medium.WEBHOOK and self.webhook else ()
        return own + tuple(person for person in self.members if person.address(medium))

    def _as_person(self) -> Person:
        return Person(id=f"team:{self.id}", name=self.title, role="webhook", webhook=self.webhook)


@dataclass(frozen=True)
class Teams:
    """All teams.

    Attributes:
        fallback: it is told what was meant for a team that isn't there.
        people: everybody, by id; who is on call need not be a member.
    """

    by_id: Mapping[str, Team]
    fallback: Team
    people: Mapping[str, Person] = field(default_factory=dict)

    def told_by(self, schedule: str) -> tuple[Team, ...]:
        """The teams whose people on call are those of a schedule."""
        return tuple(team for team in self.by_id.values() if team.on_call == schedule)

    def person(self, name: str) -> Person | None:
        """Who has this id."""
        return next((person for person in self._everyone() if person.id == name), None)

    def at_number(self, phone: str) -> Person | None:
        """Who has this number."""
        return next((person for person in self._everyone() if person.phone == phone), None)

    def of(self, directorate: str) -> tuple[Team, ...]:
        """The teams of a directorate: the one that answers for its rules, and those whose id begins with its own."""
        return tuple(team for team in self.by_id.values() if self.directorate_of(team) == directorate)

    def directorate_of(self, team: Team) -> str | None:
        """The directorate of a team; of several whose ids begin that of the team, the longest."""
        directorates = [other.owner_of for other in self.by_id.values() if other.owner_of is not None]
        fitting = [name for name in directorates if team.id == name or team.id.startswith(f"{name}-")]
        return team.owner_of or max(fitting, key=len, default=None)

    def _everyone(self) -> Iterator[Person]:
        # Who is on call answers too, a member or not.
        yield from (person for team in self.by_id.values() for person in team.members)
        yield from self.people.values()

    @property
    def directorates(self) -> frozenset[str]:
        """Those for whose rules a team answers."""
        return frozenset(team.owner_of for team in self.by_id.values() if team.owner_of is not None)

    def owner(self, directorate: str) -> Team | None:
        """The team that answers for the rules of a directorate."""
        return next((team for team in self.by_id.values() if team.owner_of == directorate), None)
