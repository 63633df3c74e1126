"""The rules that are set aside because they raised."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.quarantine import Quarantined
from services.rules_engine.storage.tables import QUARANTINED_RULE
from shared.errors import LeaseLost, NotReady
from shared.model.alerts import AlertChanged
from shared.model.message import decode, encode
from shared.runtime.database import Transaction

NO_FAULT_OF_A_RULE: Final = (SQLAlchemyError, OSError, MemoryError, LeaseLost, NotReady)
"""What a decision may raise because of the machines around it; the work is tried again as a whole."""

_EDITIONS: Final = select(QUARANTINED_RULE.c.rule, QUARANTINED_RULE.c.edition)
_NEW: Final = postgresql.insert(QUARANTINED_RULE)
# PostgreSQL's clause compiles for SQLite too.
_PUT: Final = _NEW.on_conflict_do_update(
    index_elements=["rule", "edition"], set_={"times": QUARANTINED_RULE.c.times + 1}
).returning(QUARANTINED_RULE.c.times)
_DROP: Final = (
    delete(QUARANTINED_RULE)
    .where(QUARANTINED_RULE.c.rule == bindparam("of_rule"), QUARANTINED_RULE.c.edition == bindparam("of_edition"))
    .returning(QUARANTINED_RULE.c.told)
)


class Quarantine:
    """The quarantine, as one transaction sees it: asked anew in each, so that every replica leaves a rule alone as soon
    as one has set it aside."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def editions(self) -> list[tuple[str, str]]:
        """Rule and edition of all that are set aside."""
        return [(row.rule, row.edition) for row in self._connection.execute(_EDITIONS)]

    def of(self, book: RuleBook) -> frozenset[str]:
        """The rules of a book that are set aside as they are written there."""
        return frozenset(rule for rule, edition in self.editions() if _is_of(book, rule, edition))

    def outdated(self, book: RuleBook) -> list[tuple[str, str]]:
        """Rule and edition of those that are written otherwise by now, or are gone; one that may be misspelt is not."""
        return [
            (rule, edition)
            for rule, edition in self.editions()
            if not _is_of(book, rule, edition) and (rule in book.rules or book.is_complete)
        ]

    def put(self, found: Quarantined) -> bool:
        """Set a rule aside; whether it was not already."""
        row = {
            "rule": found.rule,
            "edition": found.edition,
            "since": found.since,
            "subject": found.subject,
            "trace": found.trace,
            "error": found.error,
            "times": 1,
            "told": encode(found.told),
        }
        times: int | None = self._connection.scalar(_PUT, row)
        return times == 1

    def drop(self, rule: str, edition: str) -> AlertChanged | None:
        """Let a rule go; the alert by which its owner was told, for whoever was the first to let it go."""
        told = self._connection.scalar(_DROP, {"of_rule": rule, "of_edition": edition})
        return None if told is None else decode(told, AlertChanged)

    def shown(self, book: RuleBook) -> dict[str, dict[str, Any]]:
        """What is known of the rules of a book that are set aside, by id."""
        rows = [dict(row) for row in self._connection.execute(select(QUARANTINED_RULE)).mappings()]
        return {
            row["rule"]: {name: row[name] for name in ("since", "subject", "trace", "error", "times")}
            for row in rows
            if _is_of(book, row["rule"], row["edition"])
        }


def _is_of(book: RuleBook, rule: str, edition: str) -> bool:
    return rule in book.rules and book.rules[rule].rule.edition == edition
