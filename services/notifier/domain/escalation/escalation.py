"""Who else is told when nobody takes an incident up: policies as officers write them, and where an incident stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.incidents.incident import Incident

OWN: Final = "own"
"""In place of a directorate: the one of the alert's rule."""


class State(StrEnum):
    """RUNNING: a step comes. EXHAUSTED: all were told. ACKNOWLEDGED: somebody takes care. ENDED: it is resolved, or no
    policy is there for it any more."""

    RUNNING = "running"
    EXHAUSTED = "exhausted"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Applies:
    """Which incidents a policy is for; an empty set asks nothing."""

    criticality: frozenset[str] = frozenset()
    severity: frozenset[str] = frozenset()
    directorate: frozenset[str] = frozenset()
    rule: frozenset[str] = frozenset()

    def to(self, incident: Incident) -> bool:
        """Whether it is for an incident, as severe as that is now."""
        asked = (self.criticality, self.severity, self.directorate, self.rule)
        has = (incident.criticality, incident.severity, incident.owner, incident.rule)
        return all(not wanted or value in wanted for wanted, value in zip(asked, has, strict=True))

    def covers(self, other: Applies) -> bool:
        """Whether nothing is left for the other, if this one is asked first."""
        mine, theirs = vars(self), vars(other)
        return all(not wanted or (theirs[name] and theirs[name] <= wanted) for name, wanted in mine.items())


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who is told, and when.

    Attributes:
        after: since the step before was told; of the first: since the incident opened.
        teams, people, everyone_of: ids of teams, people, and directorates (or ``OWN``) of which everybody is told.
        on_call: ids of schedules of which whoever is on call then is told.
        again: those who were told at the beginning are told once more.
        by: over which media; none: over those of the team, and to a person by text message and mail.
    """

    after: timedelta
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    everyone_of: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()
    again: bool = False
    by: tuple[Medium, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is done, step by step, until somebody acknowledges.

    Attributes:
        repeats: how often all steps are gone through once more.
        repeats_after: since the last step was told.
        remind_after: who acknowledged is reminded so long after, if the incident is open still; None: never.
        unacknowledge_after: so long after it the acknowledgement counts no more; None: it lasts.
    """

    id: str
    title: str
    applies: Applies
    steps: tuple[Step, ...]
    repeats: int = 0
    repeats_after: timedelta = timedelta(0)
    remind_after: timedelta | None = None
    unacknowledge_after: timedelta | None = None


@dataclass(frozen=True)
class Policies:
    """All policies, in the order in which they are asked."""

    in_order: tuple[Policy, ...] = ()

    @property
    def by_id(self) -> Mapping[str, Policy]:
        return {policy.id: policy for policy in self.in_order}

    def of(self, incident: Incident) -> Policy | None:
        """The first that applies; None: those whom the rule names are told, and nobody else."""
        return next((policy for policy in self.in_order if policy.applies.to(incident)), None)

    def kept(self, escalation: Escalation, incident: Incident) -> Policy | None:
        """The policy under which an escalation began; if it is gone, the one that applies now."""
        return self.by_id.get(escalation.policy) or self.of(incident)


NO_POLICIES: Final = Policies()


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Where an incident stands: one row.

    Attributes:
        policy: id.
        step: index of the step that comes next.
        round: how often the steps were begun with; the first is 1, and no number is used twice for an incident.
        last_round: the round after which nobody else is told.
        due_at: when something is to be done, UTC; None: nothing by itself.
        told_steps: how many steps were told so far.
        began_at: of the present run: opened, raised, or no longer acknowledged, UTC.
        acknowledged_at: UTC, while it is acknowledged.
        reminded: whether who acknowledged was reminded of it.
    """

    incident: str
    policy: str
    state: State
    step: int
    round: int
    last_round: int
    due_at: datetime | None
    began_at: datetime
    told_steps: int = 0
    acknowledged_at: datetime | None = None
    reminded: bool = False
