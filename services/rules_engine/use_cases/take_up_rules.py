"""Brings the stored states in line with the rules as they are now: what no rule watches any more is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.storage.states import Kept, Key, States
from services.rules_engine.use_cases.deciding import Decisions
from shared.model.registry import RegistryChanged
from shared.runtime.database import Database, Received, Transaction
from shared.runtime.registry_copy import keep_newest


def keep_registry(database: Database, received: Sequence[Received[RegistryChanged]]) -> None:
    """Take the newest revision of the registry."""
    with database.transaction() as transaction:
        keep_newest(transaction, received)


def take_up_rules(database: Database, book: RuleBook, now: datetime) -> None:
    """Forget states whose rule or point is gone, resolving those that fire."""
    with database.transaction() as transaction:
        give_up_unwatched(transaction, book, States(transaction).all(), now)


def give_up_unwatched(transaction: Transaction, book: RuleBook, kept: Mapping[Key, Kept], now: datetime) -> None:
    """Of these states, forget those that no rule watches, resolving those that fire."""
    gone = {key: state for key, state in kept.items() if not book.watches(*key)}
    if not gone:
        return
    decisions = Decisions(book, gone, now)
    decisions.give_up(gone)
    decisions.save(transaction)
    States(transaction).forget(gone)
