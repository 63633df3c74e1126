"""When it was last forgotten what is old, and what of that nobody else has in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from services.lighting_controller.storage.tables import CHORE, LUMINAIRE, PROGRAMME, SIMULATED_LAMP
from shared.runtime.database import Transaction
from shared.runtime.message_tables import AUDIT, PARKED
from shared.runtime.statements import upsert

_CHORE: Final = "forget"
_KNOWN: Final = select(LUMINAIRE.c.id)


class Forgetting:
    """What is old, as one transaction sees it."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def due(self) -> datetime | None:
        """When it is done next; None: it never was."""
        moment: datetime | None = self._connection.scalar(select(CHORE.c.due_at).where(CHORE.c.name == _CHORE))
        return moment

    def done(self, next_at: datetime) -> None:
        """It was done."""
        upsert(self._connection, CHORE, [{"name": _CHORE, "due_at": next_at}], ["name"])

    def audit(self, before: datetime) -> None:
        """Who did what before a moment."""
        self._connection.execute(delete(AUDIT).where(AUDIT.c.at < before))

    def parked(self, before: datetime) -> None:
        """Messages that could not be dealt with, of before a moment."""
        self._connection.execute(delete(PARKED).where(PARKED.c.parked < before.timestamp()))

    def gone(self) -> None:
        """What luminaires keep, and how simulated ones burn, that are not in the registry any more."""
        self._connection.execute(delete(PROGRAMME).where(PROGRAMME.c.luminaire.not_in(_KNOWN)))
        self._connection.execute(delete(SIMULATED_LAMP).where(SIMULATED_LAMP.c.id.not_in(_KNOWN)))
