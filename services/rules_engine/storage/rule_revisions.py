"""The revisions of the rules, the newest of which is in force."""

from __future__ import annotations

import zlib
from typing import Any, Final

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql

from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.rule_files import Files
from services.rules_engine.storage.tables import RULE_REVISION, RULES_FOLDER
from shared.errors import NotFound
from shared.runtime.database import Transaction
from shared.runtime.message_tables import AUDIT
from shared.runtime.statements import upsert

APPLIED: Final = "apply_rules"
ROLLED_BACK: Final = "roll_back_rules"
REFUSED: Final = "refuse_rules"
LEFT: Final = "leave_rules"
"""The acts of the audit; the last: files that were refused are mended, and say no more than what is in force."""

_ATTEMPTS: Final = (APPLIED, ROLLED_BACK, REFUSED, LEFT)
_ABOUT: Final = [column for column in RULE_REVISION.c if column.name != "files"]
_GREATEST: Final = 2**31 - 1
_NEWEST: Final = select(func.max(RULE_REVISION.c.id))
# PostgreSQL's clause compiles for SQLite too.
_FIRST: Final = postgresql.insert(RULE_REVISION).on_conflict_do_nothing().returning(RULE_REVISION.c.id)


class RuleRevisions:
    """The revisions, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def take_turn(self) -> None:
        """For whoever is going to make a revision: none other is made meanwhile."""
        self._transaction.alone("rules")

    def newest_id(self) -> int:
        """The number of the one in force; 0 before the first."""
        return self._connection.scalar(_NEWEST) or 0

    def newest(self) -> Revision | None:
        """The one in force; None before the first."""
        return next(iter(self.history(1)), None)

    def get(self, number: int) -> Revision:
        """One of them.

        Raises:
            NotFound: there is no such revision.
        """
        query = select(*_ABOUT).where(RULE_REVISION.c.id == _askable(number))
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound("revision", str(number))
        return Revision(**row)

    def history(self, limit: int) -> list[Revision]:
        """The newest of them, newest first."""
        query = select(*_ABOUT).order_by(RULE_REVISION.c.id.desc()).limit(limit)
        return [Revision(**row) for row in self._connection.execute(query).mappings()]

    def files(self, number: int) -> dict[str, str]:
        """The files of a revision; none of revision 0, before the first.

        Raises:
            NotFound: there is no such revision.
        """
        if number == 0:
            return {}
        body = self._connection.scalar(select(RULE_REVISION.c.files).where(RULE_REVISION.c.id == _askable(number)))
        if body is None:
            raise NotFound("revision", str(number))
        return msgspec.json.decode(zlib.decompress(body), type=dict[str, str])

    def refused(self) -> Any | None:
        """The newest attempt, as audited, if it was refused; None: it made a revision, or was mended without one."""
        query = select(AUDIT).where(AUDIT.c.act.in_(_ATTEMPTS)).order_by(AUDIT.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None or row.act != REFUSED else row

    def said_by_folder(self) -> str | None:
        """The digest of what the rules folder held when it was taken up last; None: it never was."""
        found: str | None = self._connection.scalar(select(RULES_FOLDER.c.digest))
        return found

    def remember_folder(self, said: str) -> None:
        """The rules folder, with files of this digest, has had its say."""
        upsert(self._connection, RULES_FOLDER, [{"id": 1, "digest": said}], ["id"])

    def add(self, revision: Revision, files: Files) -> None:
        """Put one into force, in its turn."""
        self._connection.execute(insert(RULE_REVISION), _row(revision, files))

    def add_first(self, revision: Revision, files: Files) -> bool:
        """The same for the first of all; whether no other process was faster."""
        return self._connection.scalar(_FIRST, _row(revision, files)) is not None


def _askable(number: int) -> int:
    """A number as large as the column may hold; there never is a revision beyond."""
    return min(number, _GREATEST)


def _row(revision: Revision, files: Files) -> dict[str, Any]:
    return {**msgspec.structs.asdict(revision), "files": zlib.compress(msgspec.json.encode(dict(files)))}
