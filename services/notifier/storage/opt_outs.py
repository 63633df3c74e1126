"""Reads and writes which numbers are texted no more."""

from __future__ import annotations

from sqlalchemy import select

from services.notifier.domain.delivering.opting_out import OptOut
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import OPT_OUT
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class OptOuts:
    """The numbers, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def has(self, address: str) -> bool:
        """Whether no text message goes to that number."""
        which = (OPT_OUT.c.address == address, OPT_OUT.c.withdrawn_at.is_(None))
        return self._connection.scalar(select(OPT_OUT.c.address).where(*which)) is not None

    def put(self, opt_out: OptOut) -> None:
        """Store it as it is now."""
        upsert(self._connection, OPT_OUT, [row_of(opt_out)], ["address"])

    def all(self) -> list[OptOut]:
        """Every one that counts, the oldest first."""
        query = select(OPT_OUT).where(OPT_OUT.c.withdrawn_at.is_(None)).order_by(OPT_OUT.c.at, OPT_OUT.c.address)
        return values_of(OptOut, self._connection.execute(query).mappings())
