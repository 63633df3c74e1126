"""Delivers the notifications that are due: each attempt is committed before the channel is called, its result after."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from services.notifier.domain.channel import Carriers, Finding, Medium, Sighting
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.delivering import (
    STALE,
    Decision,
    accepted,
    after_error,
    after_interruption,
    beginning,
    opted_out,
)
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.ledger.ledger import end_of
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.opt_outs import OptOuts
from services.notifier.storage.receipts import Receipts
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.follow_receipt import follow_failure, follow_receipt, opt_out
from services.notifier.use_cases.release_waiting import release_waiting
from services.notifier.use_cases.switch_carriers import carrier_for, followed
from shared import bus
from shared.errors import DeliveryError, OptedOut
from shared.model.incidents import NotificationState
from shared.runtime.database import Database, Transaction

_log: Final = logging.getLogger(__name__)


def next_due(database: Database) -> datetime | None:
    """When the next notification, digest or look at who is on call is due; a moment that has passed asks for action."""
    with database.transaction() as transaction:
        return Notifications(transaction).next_due()


def deliver_due(
    database: Database,
    carriers: Carriers,
    clock: Callable[[], datetime],
    *,
    composer: Composer | None = None,
    links: Links | None = None,
    folding: Folding | None = None,
) -> list[Notification]:
    """Deliver until nothing is due; the notifications after each attempt or recovery, and those that were folded.

    Args:
        composer: for what did not arrive and goes another way; None: nobody else is told.
        links: made while a mail is handed over, so that what is stored holds no secret; None: mails have none.
        folding: asked before each attempt; None: everything goes.

    One process delivers at a time: a row found ``attempting`` was left by one that died, or raised, in between.

    Raises:
        LeaseLost: another process delivers by now; nothing more is sent, and it finds what we leave ``attempting``.
    """
    dealt_with = []
    while (task := _next_task(database, carriers, clock(), folding)) is not None:
        if folding is not None and task.is_held_back:
            dealt_with += folding.fold_with(database, task.notification, clock())
            continue
        if task.is_attempt and clock() - task.notification.changed_at > STALE:
            # We were frozen since we took it, and another may have sent it: the carrier is asked like after a crash.
            continue
        result = _acted(task, carriers, clock(), links)
        dealt_with.append(_settle(database, carriers, composer, folding, task.notification, result, clock()))
    return dealt_with


@dataclass(frozen=True)
class _Task:
    notification: Notification
    was_interrupted: bool
    is_opted_out: bool = False
    is_held_back: bool = False

    @property
    def is_attempt(self) -> bool:
        return not (self.was_interrupted or self.is_opted_out)


@dataclass(frozen=True)
class _Result:
    decision: Decision
    reference: str | None = None
    error: DeliveryError | None = None
    was_attempted: bool = False


def _next_task(database: Database, carriers: Carriers, now: datetime, folding: Folding | None) -> _Task | None:
    """The first that is due; unless its last attempt was interrupted, or it is to be folded, a new one is committed
    as begun."""
    with database.transaction() as transaction:
        stored = Notifications(transaction)
        found = stored.first_due(now)
        if found is None:
            return None
        if found.state is NotificationState.ATTEMPTING:
            return _Task(found, was_interrupted=True)
        if found.medium is Medium.SMS and OptOuts(transaction).has(found.address):
            return _Task(found, was_interrupted=False, is_opted_out=True)
        if folding is not None and folding.holds_back(transaction, found, now):
            return _Task(found, was_interrupted=False, is_held_back=True)
        begun = replace(
            found.decided(beginning(now), now),
            attempts=found.attempts + 1,
            channel=carrier_for(transaction, carriers, found, now).name,
        )
        _store(transaction, [begun])
        return _Task(begun, was_interrupted=False)


def _acted(task: _Task, carriers: Carriers, now: datetime, links: Links | None) -> _Result:
    if task.is_opted_out:
        return _Result(opted_out())
    if task.was_interrupted:
        return _recover(task.notification, carriers, now)
    return _attempt(task.notification, carriers, now, links)


def _attempt(notification: Notification, carriers: Carriers, now: datetime, links: Links | None) -> _Result:
    """Outside any transaction: a channel may take seconds."""
    asks = links is not None and links.are_reachable and notification.is_answerable
    link = links.to(notification.id, notification.queued_at) if links is not None and asks else None
    try:
        channel = carriers.named(notification.channel) or carriers.of(notification.medium)
        reference = channel.send(notification.parcel(link))
    except DeliveryError as error:
        decision = after_error(error, notification.attempt(), now)
        _log.warning("%s", error, extra=_told(notification) | {"decision": decision.reason.value})
        return _Result(decision, error=error, was_attempted=True)
    return _Result(accepted(notification.attempt()), reference, was_attempted=True)


def _recover(notification: Notification, carriers: Carriers, now: datetime) -> _Result:
    """Ask the channel that was called; one that is no longer in use can't be asked."""
    channel = carriers.named(notification.channel)
    found = Finding(Sighting.UNKNOWABLE) if channel is None else channel.find(notification.parcel())
    decision = after_interruption(found.sighting, notification.attempt(), now)
    extra = {"sighting": found.sighting.value, "decision": decision.reason.value, "becomes": decision.state.value}
    _log.warning("an attempt had no known end", extra=_told(notification) | extra)
    return _Result(decision, found.reference)


def _settle(
    database: Database,
    carriers: Carriers,
    composer: Composer | None,
    folding: Folding | None,
    notification: Notification,
    result: _Result,
    now: datetime,
) -> Notification:
    """Commit the result and what it costs. Notices that waited for this one may go out, or never will; what did not
    arrive moves on."""
    with database.transaction() as transaction:
        decision = result.decision
        if result.was_attempted:
            decision = followed(transaction, carriers, notification, decision, result.error, now)
        settled = replace(notification.decided(decision, now), reference=result.reference)
        if settled.reference is not None:
            Receipts(transaction).hold(settled.reference)
        # Its incident first: who composes a notice that waits for this one holds that row, and is seen afterwards.
        Incidents(transaction).with_ids([] if settled.incident is None else [settled.incident])
        _store(transaction, [settled])
        if folding is not None and (settled.state is NotificationState.SENT or decision.leaves_doubt):
            folding.charge(transaction, settled, notification.changed_at)
        if decision.is_final:
            stored = Notifications(transaction)
            release_waiting(stored, [settled.id], settled.state, partial(_store, transaction), now)
            _follow(transaction, composer, settled, result, now)
    return settled


def _follow(
    transaction: Transaction, composer: Composer | None, settled: Notification, result: _Result, now: datetime
) -> None:
    """What follows from its end: a receipt may have been faster than the answer that names the message."""
    if isinstance(result.error, OptedOut):
        opt_out(transaction, composer, settled, now)
    if composer is not None:
        follow_failure(transaction, composer, settled, now)
    if settled.reference is not None:
        receipt = Receipts(transaction).of([settled.reference]).get(settled.reference)
        if receipt is not None:
            follow_receipt(transaction, composer, settled, receipt, now)


def _store(transaction: Transaction, notifications: list[Notification]) -> None:
    Notifications(transaction).change(notifications)
    Ledger(transaction).note(filter(None, map(end_of, notifications)))
    for notification in notifications:
        transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())


def _told(notification: Notification) -> dict[str, str]:
    """For the log: no person, no address, no text."""
    return {"notification": notification.id, "channel": notification.channel, "trace": notification.trace}
