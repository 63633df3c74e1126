"""Finds the revision that removed a rule, so that whoever asks about it hears more than that there is none."""

from __future__ import annotations

from typing import Final

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.loading import writes
from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.rule_files import rule_texts
from services.rules_engine.storage.rule_revisions import RuleRevisions
from shared.runtime.database import Database

_MOST: Final = 200
"""So many revisions are looked through; each is some hundred kilobytes to unpack, and all else waits."""


def removed_by(database: Database, book: RuleBook, rule: str) -> Revision | None:
    """The revision from which on a rule was written no more; None: it is written, or it was in none of the newest."""
    if rule in book.rules or rule in book.broken:
        return None
    with database.transaction() as transaction:
        revisions = RuleRevisions(transaction)
        newest = revisions.newest_id()
        for number in range(newest, max(newest - _MOST, 0), -1):
            if writes(rule, rule_texts(revisions.files(number))):
                # One that is written in the newest is about to be taken up.
                return None if number == newest else revisions.get(number + 1)
    return None
