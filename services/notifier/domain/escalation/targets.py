"""Whom a step of an escalation tells. The one place that knows how its words become people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.escalation.escalation import OWN, Step
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.people.routing import Occasion, Recipient, RouteReason, recipient_of, team_recipients
from services.notifier.domain.people.team import Person, Team, Teams

_UNASKED: Final = (Medium.SMS, Medium.EMAIL)
"""Over which a person is told of whom the step doesn't say how: nobody is called who was not to be called."""


@dataclass(frozen=True)
class Targets:
    """What the words of a step are read by.

    Attributes:
        told: what was said of the incident so far.
        occasion: when it is told, how severe it is, and who is on call then.
    """

    teams: Teams
    incident: Incident
    told: Iterable[Notification]
    occasion: Occasion | None = None

    def of(self, step: Step) -> tuple[Recipient, ...]:
        """Everybody whom it names, each once over each medium; the fallback where that is nobody."""
        found = {(one.person, one.medium): one for one in self._named(step)}
        return tuple(found.values()) or team_recipients(self.teams, self.teams.fallback.id)

    def _named(self, step: Step) -> Iterator[Recipient]:
        wanted = [*step.teams, *self._first_teams()] if step.again else list(step.teams)
        for team in wanted:
            yield from self._team(team, step.by)
        for directorate in step.everyone_of:
            for each in self.teams.of(self.incident.owner if directorate == OWN else directorate):
                yield from self._team(each.id, step.by)
        for name in step.people:
            yield from self._person(name, step.by)
        for schedule in step.on_call:
            yield from self._on_call(schedule, step.by)

    def _on_call(self, schedule: str, by: tuple[Medium, ...]) -> Iterator[Recipient]:
        if self.occasion is not None:
            on_behalf = next(iter(self.teams.told_by(schedule)), self.teams.fallback)
            for name in self.occasion.roster.on_duty(schedule, self.occasion.at):
                yield from self._person(name, by, on_behalf)

    def _first_teams(self) -> list[str]:
        return list(dict.fromkeys(notice.team for notice in self.told if notice.kind in (Kind.FIRE, Kind.WORSEN)))

    def _team(self, name: str, by: tuple[Medium, ...]) -> Iterator[Recipient]:
        """Over the step's media also where the team has others; whoever can't be reached so is told as the team is."""
        as_team = tuple(replace(one, reason=_escalated(one.reason)) for one in self._told_of(name))
        if not by:
            yield from as_team
            return
        for person, own in _by_person(as_team, self.teams).items():
            team = self.teams.by_id[own[0].team]
            yield from _over(person, team, name, by) or own

    def _told_of(self, team: str) -> tuple[Recipient, ...]:
        return team_recipients(self.teams, team, occasion=self.occasion)

    def _person(self, name: str, by: tuple[Medium, ...], on_behalf: Team | None = None) -> Iterator[Recipient]:
        """For a team of the person's; who has none, but is on call, is told on behalf of another."""
        person = self.teams.person(name)
        team = next((team for team in self.teams.by_id.values() if person in team.members), on_behalf)
        if person is not None and team is not None:
            yield from _over(person, team, team.id, by) or _over(person, team, team.id, _UNASKED)


def _by_person(recipients: Iterable[Recipient], teams: Teams) -> dict[Person, list[Recipient]]:
    found: dict[Person, list[Recipient]] = {}
    for one in recipients:
        if (person := teams.person(one.person)) is not None:
            found.setdefault(person, []).append(one)
    return found


def _over(person: Person, team: Team, meant_for: str, media: tuple[Medium, ...]) -> list[Recipient]:
    found = (recipient_of(person, medium, team, meant_for, RouteReason.ESCALATION) for medium in media)
    return [recipient for recipient in found if recipient is not None]


def _escalated(reason: RouteReason) -> RouteReason:
    return RouteReason.ESCALATION if reason is RouteReason.TEAM else reason
