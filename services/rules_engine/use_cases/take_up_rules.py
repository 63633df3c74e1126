"""Brings the stored states in line with the rules as they are now: what no rule watches any more is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.rule import WhenUnknown
from services.rules_engine.storage.samples import Latest, Samples
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
    """Forget what no rule watches any more; begin anew what a rule now decides otherwise; decide what is new.

    A rule that is new to a point decides at once on the samples that are there, and one that alerts on unknown also
    where there are none: a sensor that never spoke is unknown too.
    """
    with database.transaction() as transaction:
        kept = States(transaction).all()
        give_up_unwatched(transaction, book, kept, now)
        changed = {
            key: state
            for key, state in kept.items()
            if book.watches(*key) and state.fingerprint != book.rules[key[0]].rule.fingerprint
        }
        latest = Samples(transaction).latest(book.watched_points())
        fresh = {key for key in book.watches_all() if key not in kept and _decides_at_once(book, key, latest)}
        decisions = Decisions(book, changed, now)
        decisions.begin_anew(changed)
        for key in sorted({*changed, *fresh}):
            decisions.decide(key, latest[key[1]], now)
        decisions.save(transaction)


def _decides_at_once(book: RuleBook, key: Key, latest: Latest) -> bool:
    rule = book.rules[key[0]]
    return bool(rule.properties & latest[key[1]].keys()) or rule.rule.when_unknown is WhenUnknown.ALERT


def give_up_unwatched(transaction: Transaction, book: RuleBook, kept: Mapping[Key, Kept], now: datetime) -> None:
    """Of these states, forget those that no rule watches, resolving those that fire."""
    gone = {key: state for key, state in kept.items() if not book.watches(*key)}
    if not gone:
        return
    decisions = Decisions(book, gone, now)
    decisions.give_up(gone)
    decisions.save(transaction)
    States(transaction).forget(gone)
