"""Decides what the clock alone can change: holds that are over, values that went stale, leases to renew; and rules that
read several points, once all observations of an instant are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.reaches import Reaches
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.deciding import Decisions
from services.rules_engine.use_cases.take_up_rules import give_up_unwatched
from shared.runtime.database import Database

LOOK_AGAIN: Final = timedelta(milliseconds=250)


def act_on_due(
    database: Database,
    memory: Memory,
    book: RuleBook,
    parts: Collection[int],
    now: datetime,
    behind: Collection[int] = (),
) -> datetime | None:
    """Step every state of these parts that is due; when the next one is.

    Args:
        behind: those of them whose queue is still to be read, for nobody knows yet who is silent there: their states
            wait, and so do rules that read several points, of whatever part.
    """
    ready = set(parts) - set(behind)
    with memory.transaction(database) as transaction:
        memory.left_alone = Quarantine(transaction).of(book)
        states = States(transaction, memory)
        moment = states.next_due(ready)
        if moment is None or moment > now:
            return moment
        found = states.due(ready, now)
        give_up_unwatched(transaction, memory, book, found, now)
        due = {key: kept for key, kept in found.items() if book.watches(*key)}
        waiting = {key for key in due if behind and book.rules[key[0]].reads_others}
        due = {key: kept for key, kept in due.items() if key not in waiting}
        series = Samples(transaction, memory, parts).load(point for key in due for point in book.reads(*key))
        on_its_way = Reaches(transaction, memory).waiting(parts)
        decisions = Decisions(book, states, series, now, parts, memory.left_alone, on_its_way)
        decisions.take(due)
        for key in sorted(due, key=lambda key: (book.rank(key[0]), key)):
            decisions.act(key)
        decisions.save(transaction, memory)
        moment = states.next_due(ready)
        return max(moment, now + LOOK_AGAIN) if waiting and moment is not None else moment
