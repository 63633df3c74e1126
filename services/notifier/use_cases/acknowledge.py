"""Somebody takes care of an incident, or does no more: one row, no further step, and the others hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalating import begun_again, taken
from services.notifier.domain.escalation.escalation import Policies, State
from services.notifier.domain.incidents.acknowledging import (
    Acknowledgement,
    Acknowledger,
    Outcome,
    Way,
    outcome,
    withdrawn,
)
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.ledger.ledger import taking_of, withdrawal_of
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.use_cases.escalate import informer, queue
from shared import bus
from shared.errors import NotFound
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Database, Transaction

LONGEST_COMMENT: Final = 200


@dataclass(frozen=True)
class Acknowledged:
    """What came of it.

    Attributes:
        by: the acknowledgement that counts now; None: none does.
    """

    outcome: Outcome
    incident: Incident
    by: Acknowledgement | None


@dataclass(frozen=True)
class Acknowledging:
    """What it takes to acknowledge: the people and layouts, and the policies under which incidents escalate.

    Attributes:
        noted: told of each incident that somebody took care of, and when, for the metrics.
    """

    composer: Composer
    policies: Policies
    noted: Callable[[Incident, datetime], None] = lambda _incident, _at: None

    def known(self, person: str) -> Acknowledger:
        """Somebody of the teams; whoever is not, such as an operator, is shown by the id."""
        found = self.composer.teams.person(person)
        return Acknowledger(person=person, shown=person if found is None else found.shown)


def acknowledge(
    database: Database,
    means: Acknowledging,
    incident: str,
    person: str,
    way: Way,
    now: datetime,
    comment: str = "",
) -> Acknowledged:
    """Acknowledge an incident, by its id or code. Safe to repeat: the first one counts, and the answer says whose.

    Raises:
        NotFound: there is no such incident.
    """
    with database.transaction() as transaction:
        return acknowledge_in(transaction, means, held(transaction, incident), person, way, now, comment)


def acknowledge_by_key(
    database: Database, means: Acknowledging, incident: str, person: str, now: datetime
) -> Acknowledged:
    """The person who was called about the incident pressed the key for it."""
    return acknowledge(database, means, incident, person, Way.CALL, now)


def unacknowledge(database: Database, means: Acknowledging, incident: str, person: str, now: datetime) -> Acknowledged:
    """Nobody takes care any more: those who were told hear it, and the escalation begins again. Safe to repeat.

    Raises:
        NotFound: there is no such incident.
    """
    with database.transaction() as transaction:
        found = held(transaction, incident)
        known = Acknowledgements(transaction).counting([found.id]).get(found.id)
        if found.status is IncidentStatus.RESOLVED:
            return Acknowledged(Outcome.RESOLVED, found, known)
        if known is None:
            return Acknowledged(Outcome.ALREADY, found, None)
        over = withdrawn(known, now, f"withdrawn by {person}")
        Acknowledgements(transaction).put([over])
        Ledger(transaction).note([withdrawal_of(over)])
        queue(transaction, informer(transaction, means.composer, found, now).unacknowledged(over))
        _begin_again(transaction, means.policies, found, now)
        transaction.publish(bus.INCIDENT_CHANGED, found.changed(now, ""))
        return Acknowledged(Outcome.DONE, found, None)


def held(transaction: Transaction, name: str) -> Incident:
    """The incident of an id or a code, locked.

    Raises:
        NotFound: there is none.
    """
    found = Incidents(transaction).named(name)
    if found is None:
        raise NotFound("incident", name)
    return Incidents(transaction).with_ids([found])[0]


def acknowledge_in(
    transaction: Transaction,
    means: Acknowledging,
    incident: Incident,
    person: str,
    way: Way,
    now: datetime,
    comment: str = "",
) -> Acknowledged:
    """The same in a transaction that does more, and holds the incident."""
    before = Acknowledgements(transaction).of([incident.id]).get(incident.id)
    found = outcome(incident, before)
    if found is not Outcome.DONE:
        return Acknowledged(found, incident, before if before is not None and before.counts else None)
    who = means.known(person)
    said = " ".join(comment.split())[:LONGEST_COMMENT]
    new = Acknowledgement(incident=incident.id, person=who.person, shown=who.shown, way=way, at=now, comment=said)
    Acknowledgements(transaction).put([new])
    Ledger(transaction).note([taking_of(new)])
    queue(transaction, informer(transaction, means.composer, incident, now).acknowledged(new))
    _stop(transaction, means.policies, incident, now)
    means.noted(incident, now)
    transaction.publish(bus.INCIDENT_CHANGED, incident.changed(now, "", now))
    return Acknowledged(found, incident, new)


def _stop(transaction: Transaction, policies: Policies, incident: Incident, now: datetime) -> None:
    for escalation in Escalations(transaction).of([incident.id]):
        Escalations(transaction).put([taken(escalation, policies.kept(escalation, incident), now)])


def _begin_again(transaction: Transaction, policies: Policies, incident: Incident, now: datetime) -> None:
    for escalation in Escalations(transaction).of([incident.id]):
        policy = policies.kept(escalation, incident)
        if policy is not None and escalation.state is not State.ENDED:
            Escalations(transaction).put([begun_again(escalation, policy, now)])
