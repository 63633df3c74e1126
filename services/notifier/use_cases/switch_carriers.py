"""Chooses the carrier of an attempt, and keeps which are in trouble; nothing of it where a medium has only one."""

from __future__ import annotations

from datetime import datetime

from services.notifier.domain.channel import Carriers, Channel
from services.notifier.domain.delivering.delivering import Decision, Reason
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.switching import Trouble, after_failure, chosen, moves_on
from services.notifier.domain.ledger.ledger import Verdict, entry
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.troubles import CarrierTroubles
from shared.civil_time import short_local
from shared.errors import AccountRefused, DeliveryError
from shared.model.alerts import Criticality
from shared.runtime.database import Transaction

_GIVES_WAY = (Reason.MOVED_ON, Reason.SENDS_AGAIN)


def carrier_for(transaction: Transaction, carriers: Carriers, notification: Notification, now: datetime) -> Channel:
    """What is to carry it now. The ledger says when that is not the first choice because this one rests."""
    channels = carriers.all_of(notification.medium)
    if len(channels) == 1:
        return channels[0]
    troubles = CarrierTroubles(transaction).of(channel.name for channel in channels)
    moved_from = notification.channel if notification.reason in _GIVES_WAY else None
    found = chosen(channels, troubles, moved_from, now)
    first = troubles.get(channels[0].name)
    if moved_from is None and found is not channels[0] and first is not None:
        _note(transaction, notification, f"{first.channel} → {found.name} : {_in_words(first)}", now)
    return found


def followed(
    transaction: Transaction,
    carriers: Carriers,
    notification: Notification,
    decision: Decision,
    error: DeliveryError | None,
    now: datetime,
) -> Decision:
    """The decision after an attempt, with another carrier in mind; the trouble of this one is kept, or ended.

    Args:
        error: None: it was taken.
    """
    channels = carriers.all_of(notification.medium)
    if len(channels) == 1:
        return decision
    stored = CarrierTroubles(transaction)
    troubles = stored.of(channel.name for channel in channels)
    known = troubles.get(notification.channel)
    if error is None:
        if known is not None:
            stored.end(notification.channel)
        return decision
    trouble = after_failure(known, notification.channel, error, carriers.patience, now)
    if trouble is None:
        return decision
    stored.keep(trouble)
    others = [channel for channel in channels if channel.name != notification.channel]
    is_vital = notification.criticality == Criticality.VITAL.value
    found = moves_on(decision, trouble, others, troubles, now, vital=is_vital)
    if found.reason is Reason.MOVED_ON:
        to = chosen(channels, troubles | {trouble.channel: trouble}, notification.channel, now)
        why = "compte refusé" if isinstance(error, AccountRefused) else _in_words(trouble)
        _note(transaction, notification, f"{notification.channel} → {to.name} : {why}", now)
    return found


def _in_words(trouble: Trouble) -> str:
    return f"en échec depuis le {short_local(trouble.since)} (échecs : {trouble.failures})"


def _note(transaction: Transaction, notification: Notification, by: str, now: datetime) -> None:
    found = entry(
        Verdict.MOVED_ON,
        now,
        by,
        notification.id,
        "carrier",
        str(notification.attempts),
        incident=notification.incident,
        notification=notification.id,
        team=notification.team,
        person=notification.person,
        trace=notification.trace,
    )
    Ledger(transaction).note([found])
