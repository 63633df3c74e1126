"""Reads and writes which carriers are in trouble."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from services.notifier.domain.delivering.switching import Trouble
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import CARRIER_TROUBLE
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class CarrierTroubles:
    """The troubles, as one transaction sees them; one process delivers at a time, so that nobody else writes them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, channels: Iterable[str]) -> dict[str, Trouble]:
        """The troubles of those of these channels that have one, by name."""
        query = select(CARRIER_TROUBLE).where(CARRIER_TROUBLE.c.channel.in_(sorted(channels)))
        found = values_of(Trouble, self._connection.execute(query).mappings())
        return {trouble.channel: trouble for trouble in found}

    def all(self) -> list[Trouble]:
        """Every trouble, by channel."""
        query = select(CARRIER_TROUBLE).order_by(CARRIER_TROUBLE.c.channel)
        return values_of(Trouble, self._connection.execute(query).mappings())

    def keep(self, trouble: Trouble) -> None:
        """Store it in place of what was known."""
        upsert(self._connection, CARRIER_TROUBLE, [row_of(trouble)], ["channel"])

    def end(self, channel: str) -> None:
        """The channel took something."""
        self._connection.execute(delete(CARRIER_TROUBLE).where(CARRIER_TROUBLE.c.channel == channel))
