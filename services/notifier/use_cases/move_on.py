"""Sends a notice that did not arrive another way, or to the next person, at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Language
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.line import lines_of
from services.notifier.domain.delivering.notification import TELLING, Notification
from services.notifier.domain.delivering.receipt import Arrival
from services.notifier.domain.escalation.moving_on import Next, Way, is_over, moves_on, next_way
from services.notifier.domain.ledger.ledger import Verdict, entry
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.receipts import Receipts
from shared import bus
from shared.runtime.database import Transaction

_SAID: Final = {
    Next.TOLD_OTHERWISE: "la personne est prévenue autrement",
    Next.OTHERS_TOLD: "les autres membres de l'équipe sont prévenus",
    Next.NOBODY_LEFT: "il ne reste personne à prévenir",
}


def move_on(
    transaction: Transaction, composer: Composer, missed: Notification, why: dict[Language, str], now: datetime
) -> list[Notification]:
    """Queue it where it goes on; what is new. Safe to repeat: the same miss goes on to the same place once.

    Args:
        why: what became of it, in words.
    """
    if missed.incident is None or not moves_on(missed):
        return []
    held = Incidents(transaction).with_ids([missed.incident])
    if not held or is_over(missed, held[0].resolved_at):
        return []
    if missed.kind in TELLING and Acknowledgements(transaction).counting([missed.incident]):
        return []  # somebody takes care of it: nobody else need be found
    told = Notifications(transaction).about(missed.incident)
    occasion = composer.occasion(now, held[0].severity)
    way = next_way(missed, _unreached(transaction, told), told, composer.teams, composer.carriers, occasion)
    notices: list[Notification] = []
    if way.recipient is not None:
        line = lines_of(told).get((way.recipient.person, way.recipient.medium))
        words = why[way.recipient.language]
        notices = [composer.moved(missed, held[0], way.recipient, words, line, now)]
    _note(transaction, missed, way, why[Language.FRENCH], now)
    fresh = Notifications(transaction).add(notices)
    for notice in fresh:
        transaction.publish(bus.NOTIFICATION_CHANGED, notice.changed())
    return fresh


def _unreached(transaction: Transaction, told: Iterable[Notification]) -> frozenset[str]:
    by_reference = {item.reference: item.id for item in told if item.reference is not None}
    receipts = Receipts(transaction).of(by_reference)
    return frozenset(by_reference[name] for name, receipt in receipts.items() if receipt.arrival is Arrival.UNDELIVERED)


def _note(transaction: Transaction, missed: Notification, way: Way, why: str, now: datetime) -> None:
    to = way.recipient
    where = _SAID.get(way.next, "") if to is None else f"{missed.medium.value} → {to.medium.value}, {to.shown}"
    found = entry(
        Verdict.MOVED_ON,
        now,
        f"{where} : {why}",
        missed.id,
        incident=missed.incident,
        notification=missed.id,
        team=missed.team,
        person=missed.person,
        trace=missed.trace,
    )
    Ledger(transaction).note([found])
