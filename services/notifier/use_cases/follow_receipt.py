"""Does what follows from a receipt: notes that a notice arrived, or that it did not, and then sends it another way."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_apart import opted_out
from services.notifier.domain.composing.failure_words import STOPPED, in_words, reason_in_words
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.opting_out import OptOut
from services.notifier.domain.delivering.receipt import Arrival, Receipt
from services.notifier.domain.ledger.ledger import Verdict, entry
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.opt_outs import OptOuts
from services.notifier.use_cases.escalate import queue
from services.notifier.use_cases.move_on import move_on
from shared.model.incidents import NotificationState
from shared.runtime.database import Transaction

_VERDICTS = {Arrival.DELIVERED: Verdict.DELIVERED, Arrival.UNDELIVERED: Verdict.UNDELIVERED}


def follow_receipt(
    transaction: Transaction, composer: Composer | None, notification: Notification, receipt: Receipt, now: datetime
) -> list[Notification]:
    """Note it and move on; the notices that are new. Safe to repeat.

    Args:
        composer: None: nobody else is told.
    """
    if receipt.arrival is Arrival.UNDER_WAY:
        return []
    words = in_words(receipt.status, receipt.error_code)
    _note(transaction, _VERDICTS[receipt.arrival], notification, f"{notification.channel} : {words}", receipt.at)
    if receipt.arrival is Arrival.DELIVERED:
        return []
    if receipt.error_code == STOPPED:
        opt_out(transaction, composer, notification, now)
    if composer is None:
        return []
    why = {language: in_words(receipt.status, receipt.error_code, language) for language in Language}
    return move_on(transaction, composer, notification, why, now)


def follow_failure(
    transaction: Transaction, composer: Composer, notification: Notification, now: datetime
) -> list[Notification]:
    """What no carrier took goes another way as well."""
    if notification.state is not NotificationState.FAILED:
        return []
    why = {language: reason_in_words(notification.reason, language) for language in Language}
    return move_on(transaction, composer, notification, why, now)


def opt_out(transaction: Transaction, composer: Composer | None, notification: Notification, now: datetime) -> None:
    """The carrier says that the person answered STOP: no text goes to that number any more, and whoever answers for the
    person's teams hears of it, once."""
    known = OptOuts(transaction)
    if notification.medium is not Medium.SMS or known.has(notification.address):
        return
    known.put(OptOut(address=notification.address, person=notification.person, at=now))
    _note(transaction, Verdict.OPTED_OUT, notification, "STOP", now)
    if composer is not None:
        queue(transaction, opted_out(composer, notification.person, now, {notification.team}))


def _note(transaction: Transaction, verdict: Verdict, notification: Notification, by: str, at: datetime) -> None:
    found = entry(
        verdict,
        at,
        by,
        notification.id,
        incident=notification.incident,
        notification=notification.id,
        team=notification.team,
        person=notification.person,
        trace=notification.trace,
    )
    Ledger(transaction).note([found])
