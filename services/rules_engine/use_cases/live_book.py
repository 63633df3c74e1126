"""The rule book that is in force: of the newest revision of the rules and of the copy of the registry."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.rule_files import Files, digest, rule_texts
from services.rules_engine.domain.teams_file import kept
from services.rules_engine.storage.rule_revisions import APPLIED, RuleRevisions
from shared.actor import Actor
from shared.model.registry import Inventory
from shared.runtime.database import Database, Transaction
from shared.runtime.registry_copy import RegistryCopy

VIGIE: Final = Actor("vigie")
_FIRST_START: Final = "first start"


class LiveBook:
    """The book, made once for each revision of the rules and of the registry.

    Another replica may have made a newer revision in the same database, so what is in force is looked at again every
    ``_LOOK_AGAIN_S``; who makes one itself says so with ``changed``, who must know the newest with ``look_again``.

    Args:
        first: the files that are taken up where there is no revision yet: rules with errors are left out, the others
            run, for a city must start.
        tell: called with each new book.
    """

    _LOOK_AGAIN_S: Final = 1.0

    def __init__(
        self, first: Callable[[], Files], now: Callable[[], datetime], tell: Callable[[RuleBook], None]
    ) -> None:
        self._first = first
        self._now = now
        self._tell = tell
        self._made_of = (0, 0)
        self._looked = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._book = open_book({}, Inventory())

    def changed(self) -> None:
        """There is something new: look at what is in force before the next answer, and let others know."""
        self.look_again()
        for listener in self._listeners:
            listener()

    def look_again(self) -> None:
        """Look at what is in force before the next answer, whether anything is new or not."""
        self._looked = 0.0

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call it whenever something may be in force, or be known of the city, that was not before."""
        self._listeners.append(listener)

    def current(self, database: Database) -> tuple[int, RuleBook]:
        """The registry's revision and the book; revision 0 before the registry has ever spoken."""
        now = time.monotonic()
        if now - self._looked > self._LOOK_AGAIN_S:
            # Noted first: a revision that comes while we look is looked at next.
            self._looked = now
            self._look(database)
        return self._made_of[0], self._book

    def _look(self, database: Database) -> None:
        with database.transaction() as transaction:
            revisions, copy = RuleRevisions(transaction), RegistryCopy(transaction)
            newest = revisions.newest_id() or _take_first(transaction, self._first(), self._now())
            made_of = (copy.revision(), newest)
            if made_of == self._made_of:
                return
            inventory, files = copy.inventory(), revisions.files(newest)
        if made_of == self._made_of or made_of[0] < self._made_of[0] or made_of[1] < self._made_of[1]:
            # Another worker looked meanwhile, and found the same or something newer.
            return
        # Before the registry has spoken there is no point to watch, and every rule would seem wrong.
        book = open_book(rule_texts(files) if inventory.points else {}, inventory)
        # Neither revision ever becomes smaller.
        self._book = replace(book, number=sum(made_of))
        self._made_of = made_of
        self._tell(self._book)


def _take_first(transaction: Transaction, files: Files, now: datetime) -> int:
    files = kept(files)
    revisions = RuleRevisions(transaction)
    first = Revision(id=1, applied_at=now, actor=VIGIE.id, reason=_FIRST_START, digest=digest(files))
    if revisions.add_first(first, files):
        revisions.remember_folder(first.digest)
        transaction.audit(VIGIE, APPLIED, "revision 1", now, _FIRST_START)
    return first.id
