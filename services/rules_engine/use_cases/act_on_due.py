"""Decides what the clock alone can change: holds that are over, values that went stale, leases to renew; and rules that
read several points, once all observations of an instant are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.reaches import Reaches
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions
from services.rules_engine.use_cases.take_up_rules import give_up_unwatched
from shared.runtime.database import Database


def act_on_due(
    database: Database, memory: Memory, book: RuleBook, parts: Collection[int], now: datetime
) -> datetime | None:
    """Step every state of these parts that is due; when the next one is."""
    with memory.transaction(database) as transaction:
        memory.left_alone = Quarantine(transaction).of(book)
        states = States(transaction, memory)
        moment = states.next_due(parts)
        if moment is None or moment > now:
            return moment
        found = states.due(parts, now)
        give_up_unwatched(transaction, memory, book, found, now)
        due = {key: kept for key, kept in found.items() if book.watches(*key)}
        series = Samples(transaction, memory, parts).load(point for key in due for point in book.reads(*key))
        waiting = Reaches(transaction, memory).waiting(parts)
        decisions = Decisions(book, states, series, now, parts, memory.left_alone, waiting)
        decisions.take(due)
        for key in sorted(due, key=lambda key: (book.rank(key[0]), key)):
            decisions.act(key)
        decisions.save(transaction, memory)
        return states.next_due(parts)
