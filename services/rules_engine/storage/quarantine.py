"""The rules that are set aside because they raised.

An edition that is written no more is let go, and its row stays: for a moment another replica may still go by an older
book, in which the rule is as it was. It leaves it alone, or else the owner would be told of it again.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, or_, select, update
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

_ROW: Final = QUARANTINED_RULE.c
_EDITIONS: Final = select(_ROW.rule, _ROW.edition)
_OF_BOOK: Final = _EDITIONS.where(or_(_ROW.let_go_by.is_(None), _ROW.let_go_by > bindparam("number")))
_SET_ASIDE: Final = select(QUARANTINED_RULE).where(_ROW.let_go_by.is_(None))
_NEW: Final = postgresql.insert(QUARANTINED_RULE)
# PostgreSQL's clause compiles for SQLite too.
_PUT: Final = _NEW.on_conflict_do_update(index_elements=["rule", "edition"], set_={"times": _ROW.times + 1}).returning(
    _ROW.times
)
_IS_ONE: Final = and_(_ROW.rule == bindparam("of_rule"), _ROW.edition == bindparam("of_edition"))
_STANDS: Final = and_(_IS_ONE, _ROW.let_go_by.is_(None))
_DROP: Final = delete(QUARANTINED_RULE).where(_STANDS).returning(_ROW.told)
_LET_GO: Final = update(QUARANTINED_RULE).where(_STANDS).values(let_go_by=bindparam("number")).returning(_ROW.told)
_FORGET: Final = delete(QUARANTINED_RULE).where(_ROW.rule == bindparam("of_rule"), _ROW.let_go_by < bindparam("number"))
_CAME_BACK: Final = delete(QUARANTINED_RULE).where(_IS_ONE, _ROW.let_go_by <= bindparam("number"))


class Quarantine:
    """The quarantine, as one transaction sees it: asked anew in each, so that every replica leaves a rule alone as soon
    as one has set it aside."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, book: RuleBook) -> frozenset[str]:
        """The rules of a book that are to be left alone as they are written there; also if a newer book let them go."""
        rows = self._connection.execute(_OF_BOOK, {"number": book.number})
        return frozenset(row.rule for row in rows if _is_of(book, row.rule, row.edition))

    def outdated(self, book: RuleBook) -> list[tuple[str, str]]:
        """Rule and edition of those that are written otherwise by now, or are gone; one that may be misspelt is not."""
        return [
            (row.rule, row.edition)
            for row in self._connection.execute(_SET_ASIDE)
            if not _is_of(book, row.rule, row.edition) and (row.rule in book.rules or book.is_complete)
        ]

    def put(self, found: Quarantined, book: RuleBook) -> bool:
        """Set a rule of a book aside; whether it was not already.

        An edition that was let go and is written again since raises for the first time.
        """
        came_back = {"of_rule": found.rule, "of_edition": found.edition, "number": book.number}
        self._connection.execute(_CAME_BACK, came_back)
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
        """Let a rule decide again as it is, and be told of again should it raise again; the alert by which its owner
        was told, for whoever was the first."""
        return _told(self._connection.scalar(_DROP, {"of_rule": rule, "of_edition": edition}))

    def let_go(self, rule: str, edition: str, book: RuleBook) -> AlertChanged | None:
        """Let an edition go that is not that of the book; the alert, for whoever was the first, as above."""
        self._connection.execute(_FORGET, {"of_rule": rule, "number": book.number})
        which = {"of_rule": rule, "of_edition": edition, "number": book.number}
        return _told(self._connection.scalar(_LET_GO, which))

    def shown(self, book: RuleBook) -> dict[str, dict[str, Any]]:
        """What is known of the rules of a book that are set aside, by id."""
        rows = [dict(row) for row in self._connection.execute(_SET_ASIDE).mappings()]
        return {
            row["rule"]: {name: row[name] for name in ("since", "subject", "trace", "error", "times")}
            for row in rows
            if _is_of(book, row["rule"], row["edition"])
        }


def _told(body: bytes | None) -> AlertChanged | None:
    return None if body is None else decode(body, AlertChanged)


def _is_of(book: RuleBook, rule: str, edition: str) -> bool:
    return rule in book.rules and book.rules[rule].rule.edition == edition
