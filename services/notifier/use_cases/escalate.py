"""Tells more people of incidents that nobody takes care of, reminds who does, and ends what was left lying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.informing import Informer
from services.notifier.domain.delivering.line import urged
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.escalation.escalating import Act, PutOff, Turn, ended, put_off, turn
from services.notifier.domain.escalation.escalation import Escalation, Policies, Policy
from services.notifier.domain.incidents.acknowledging import withdrawn
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.ledger.ledger import Verdict, entry, telling_of, withdrawal_of
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from shared import bus
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Database, Transaction

Mutes = Callable[[Transaction, Incident, datetime], PutOff | None]
"""Why people are not to be told of an incident now; None: they may be."""

_AT_ONCE: Final = 50


def nothing_mutes(_transaction: Transaction, _incident: Incident, _now: datetime) -> PutOff | None:
    """They always may."""
    return None


def escalate(
    database: Database, composer: Composer, policies: Policies, now: datetime, mutes: Mutes = nothing_mutes
) -> list[Act]:
    """Do what is due, each in a transaction with the notices that it queues; what was done.

    Args:
        mutes: is asked before each step.

    Of an incident for which several steps are overdue one is told; the delay of the next counts from now. So many are
    done at once that what they queue, and what is vital, need not wait for all of them.
    """
    done: list[Act] = []
    while len(done) < _AT_ONCE and (act := _first(database, composer, policies, now, mutes)) is not None:
        done.append(act)
    return done


def informer(transaction: Transaction, composer: Composer, incident: Incident, now: datetime) -> Informer:
    """Knows what was said of an incident, which the transaction holds."""
    places = Incidents(transaction).alerts(incident.id)
    return Informer(composer, incident, places, Notifications(transaction).in_line([incident.id]), now)


def queue(transaction: Transaction, notices: Sequence[Notification]) -> list[Notification]:
    """Store the notices that are not there yet."""
    fresh = Notifications(transaction).add(notices)
    for notification in fresh:
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
    return fresh


def _first(database: Database, composer: Composer, policies: Policies, now: datetime, mutes: Mutes) -> Act | None:
    with database.transaction() as transaction:
        name = Escalations(transaction).first_due(now)
        if name is None:
            return None
        incident = Incidents(transaction).with_ids([name])[0]
        # Read again now that the incident is held: somebody may have acknowledged it in between.
        escalation = Escalations(transaction).of([name])[0]
        if escalation.due_at is None or escalation.due_at > now:
            return Act.WAIT
        return _Turning(transaction, composer, incident, escalation, now).take(policies, mutes)


class _Turning:
    """One incident whose turn it is."""

    def __init__(
        self,
        transaction: Transaction,
        composer: Composer,
        incident: Incident,
        escalation: Escalation,
        now: datetime,
    ) -> None:
        self._transaction = transaction
        self._informer = informer(transaction, composer, incident, now)
        self._incident = incident
        self._before = escalation
        self._now = now

    def take(self, policies: Policies, mutes: Mutes) -> Act:
        policy = policies.kept(self._before, self._incident)
        found = turn(self._before, policy, self._now)
        if self._incident.status is IncidentStatus.RESOLVED:
            found = Turn(Act.END, ended(self._before))
        muted = mutes(self._transaction, self._incident, self._now) if found.act is Act.TELL else None
        if muted is not None:
            self._note_put_off(muted)
            found = Turn(Act.PUT_OFF, put_off(self._before, muted, self._now))
        elif policy is not None:
            self._do(found, policy)
        Escalations(self._transaction).put([found.after])
        return found.act

    def _do(self, found: Turn, policy: Policy) -> None:
        match found.act:
            case Act.TELL if found.step is not None:
                notices = self._informer.step(self._before, found.step)
                Notifications(self._transaction).change(urged(notices, self._informer.told, self._now))
                where = f"step {self._before.step + 1} of {len(policy.steps)}, round {self._before.round}"
                self._queue(Verdict.ESCALATED, notices, f"{policy.id}: {where}")
            case Act.REMIND:
                self._remind(policy)
            case Act.UNACKNOWLEDGE:
                self._unacknowledge(policy)
            case _:
                pass

    def _note_put_off(self, why: PutOff) -> None:
        """Once for a step and its reason, however often it is asked again."""
        where = (self._incident.id, str(self._before.round), str(self._before.step))
        found = entry(why.verdict, self._now, why.by, "escalation", *where, why.by, incident=self._incident.id)
        Ledger(self._transaction).note([found])

    def _remind(self, policy: Policy) -> None:
        for taken in Acknowledgements(self._transaction).counting([self._incident.id]).values():
            self._queue(Verdict.REMINDED, self._informer.reminder(taken), f"{policy.id}: remind_after")

    def _unacknowledge(self, policy: Policy) -> None:
        for taken in Acknowledgements(self._transaction).counting([self._incident.id]).values():
            over = withdrawn(taken, self._now, f"{policy.id}: unacknowledge_after")
            Acknowledgements(self._transaction).put([over])
            Ledger(self._transaction).note([withdrawal_of(over)])
            queue(self._transaction, self._informer.unacknowledged(over))
            self._transaction.publish(bus.INCIDENT_CHANGED, self._incident.changed(self._now, ""))

    def _queue(self, verdict: Verdict, notices: Sequence[Notification], by: str) -> None:
        fresh = queue(self._transaction, notices)
        Ledger(self._transaction).note(telling_of(verdict, notice, by) for notice in fresh)
