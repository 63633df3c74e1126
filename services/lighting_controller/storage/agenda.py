"""When the service has something to do next: one question to the indexes of all rows with a due time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, union_all

from services.lighting_controller.storage.tables import LUMINAIRE, LUMINAIRE_GROUP, OVERRIDE
from shared.runtime.database import Transaction

_EARLIEST: Final = union_all(
    *(select(func.min(table.c.due_at).label("due_at")) for table in (LUMINAIRE_GROUP, OVERRIDE, LUMINAIRE))
).subquery()
_NEXT: Final = select(func.min(_EARLIEST.c.due_at))


def next_due(transaction: Transaction) -> datetime | None:
    """The earliest due time; None: nothing is planned."""
    moment: datetime | None = transaction.connection.scalar(_NEXT)
    return moment
