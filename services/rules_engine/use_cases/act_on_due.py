"""Decides what the clock alone can change: holds that are over, values that went stale, leases to renew."""

from __future__ import annotations

from datetime import datetime

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions
from services.rules_engine.use_cases.take_up_rules import give_up_unwatched
from shared.runtime.database import Database


def act_on_due(database: Database, book: RuleBook, now: datetime) -> datetime | None:
    """Step every state that is due; when the next one is."""
    with database.transaction() as transaction:
        states = States(transaction)
        moment = states.next_due()
        if moment is None or moment > now:
            return moment
        found = states.due(now)
        give_up_unwatched(transaction, book, found, now)
        due = {key: kept for key, kept in found.items() if book.watches(*key)}
        latest = Samples(transaction).latest(point for _, point in due)
        decisions = Decisions(book, due, now)
        for key in sorted(due):
            decisions.decide(key, latest[key[1]], now)
        decisions.save(transaction)
        return states.next_due()
