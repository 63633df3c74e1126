"""Lets rules decide again that were set aside: on somebody's order, or because they are written otherwise by now."""

from __future__ import annotations

from datetime import datetime

from services.rules_engine.domain.alert import Resolution
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.quarantine import RELEASED, let_go
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.states import States
from shared import bus
from shared.actor import Actor
from shared.errors import NotFound
from shared.model.alerts import AlertChanged
from shared.runtime.database import Database, Transaction


def release(database: Database, book: RuleBook, rule: str, actor: Actor, now: datetime, reason: str = "") -> None:
    """Let a rule decide again as it is, about all that it watches and at once; the audit keeps the reason.

    Raises:
        NotFound: no such rule is set aside.
        Forbidden: it is another directorate's.
    """
    with database.transaction() as transaction:
        if rule not in Quarantine(transaction).of(book):
            raise NotFound("quarantined rule", rule)
        own = book.rules[rule].rule
        actor.require(own.owner, f"release the rule '{rule}'")
        transaction.audit(actor, "release-rule", rule, now, reason.strip())
        told = Quarantine(transaction).drop(rule, own.edition)
        _tell(transaction, book, rule, told, RELEASED, now)


def release_outdated(database: Database, memory: Memory, book: RuleBook, now: datetime) -> None:
    """Let go what was set aside in other words than those of this book.

    Each in a transaction of its own: states of one rule are locked in their order, those of several would not be.
    """
    with memory.transaction(database) as transaction:
        outdated = Quarantine(transaction).outdated(book)
    for rule, edition in sorted(outdated):
        reason = Resolution.RULE_CHANGED if rule in book.rules else Resolution.RULE_REMOVED
        with memory.transaction(database) as transaction:
            told = Quarantine(transaction).let_go(rule, edition, book)
            _tell(transaction, book, rule, told, reason.value, now)


def _tell(
    transaction: Transaction, book: RuleBook, rule: str, told: AlertChanged | None, resolution: str, now: datetime
) -> None:
    if told is None:
        return  # another replica was first
    transaction.publish(bus.ALERT_CHANGED, let_go(told, resolution, now))
    if rule in book.rules:
        # Whoever holds them: what came meanwhile was decided by nobody.
        fingerprint = book.rules[rule].rule.fingerprint
        States(transaction).ask({(rule, subject): fingerprint for subject in book.subjects(rule)}, now)
