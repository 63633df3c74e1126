"""Loads all that mutes, once for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.notifier.domain.incidents.inhibition import Inhibition
from services.notifier.domain.muting.muting import Mutes
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.silences import Silences
from shared.runtime.database import Transaction


def alone(transaction: Transaction) -> None:
    """Wait for who changes a silence, or holds back by one: what is held must not miss that its silence ended.

    To be asked for before anything is read or locked.
    """
    transaction.alone("muting")


def load_mutes(transaction: Transaction, inhibitions: Sequence[Inhibition], now: datetime) -> Mutes:
    """Silences that are not over, inhibitions, and the stored alerts that fire and may inhibit.

    Ask ``Mutes.of_incident`` with ``Alerts.of_incidents`` whether people may be told of an incident.
    """
    rules = Mutes(inhibitions=inhibitions)
    firing = [item.traits for item in Alerts(transaction).sources(rules)]
    return Mutes(Silences(transaction).not_over(now), inhibitions, firing)
