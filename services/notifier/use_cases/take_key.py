"""Takes a key that somebody pressed while a notice was read to them; key 1 says that they take care of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.escalation.key_press import ACKNOWLEDGES, KeyPress, Outcome
from services.notifier.domain.ledger.ledger import Verdict, entry
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from shared.errors import NotFound
from shared.model.incidents import IncidentStatus
from shared.runtime.database import Database, Transaction

Acknowledges = Callable[[str, str, datetime], Outcome]
"""Told an incident, the person who takes care of it, and when."""


@dataclass(frozen=True)
class Taken:
    """What the key led to, and the language of the one who pressed it."""

    outcome: Outcome
    language: Language


def take_key(database: Database, press: KeyPress, acknowledges: Acknowledges | None = None) -> Taken:
    """Take it; the same once more leads to the same. Only the number that was called counts.

    Args:
        acknowledges: told of key 1; None: the ledger alone knows.

    Raises:
        NotFound: no such notice was read to that number.
    """
    with database.transaction() as transaction:
        notice = Notifications(transaction).with_id(press.notification)
        if notice is None or notice.medium is not Medium.VOICE or notice.address != press.address:
            raise NotFound("call", press.notification)
        outcome = _outcome(transaction, notice, press)
        _note(transaction, notice, press)
    if outcome is Outcome.ACKNOWLEDGED and acknowledges is not None and notice.incident is not None:
        outcome = acknowledges(notice.incident, notice.person, press.at)
    return Taken(outcome, notice.language)


def _outcome(transaction: Transaction, notice: Notification, press: KeyPress) -> Outcome:
    if press.key != ACKNOWLEDGES:
        return Outcome.WRONG_KEY
    found = Incidents(transaction).with_ids([] if notice.incident is None else [notice.incident])
    is_open = any(incident.status is IncidentStatus.OPEN for incident in found)
    return Outcome.ACKNOWLEDGED if is_open else Outcome.CLOSED


def _note(transaction: Transaction, notice: Notification, press: KeyPress) -> None:
    found = entry(
        Verdict.REPLIED,
        press.at,
        f"touche {press.key} pendant l'appel" if press.key.isalnum() else "touche pendant l'appel",
        notice.id,
        press.call,
        press.key,
        incident=notice.incident,
        notification=notice.id,
        team=notice.team,
        person=notice.person,
        trace=notice.trace,
    )
    Ledger(transaction).note([found])
