"""Reads and writes who takes care of which incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from services.notifier.domain.incidents.acknowledging import Acknowledgement
from services.notifier.storage.rows import row_of, values_of
from services.notifier.storage.tables import ACKNOWLEDGEMENT
from shared.runtime.database import Transaction
from shared.runtime.statements import upsert


class Acknowledgements:
    """The last acknowledgement of each incident, as one transaction sees them. Who changes one holds its incident."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def of(self, incidents: Iterable[str]) -> dict[str, Acknowledgement]:
        """Those of these incidents that have one, also if it counts no more."""
        wanted = sorted(incidents)
        query = select(ACKNOWLEDGEMENT).where(ACKNOWLEDGEMENT.c.incident.in_(wanted))
        found = values_of(Acknowledgement, self._connection.execute(query).mappings()) if wanted else []
        return {item.incident: item for item in found}

    def counting(self, incidents: Iterable[str]) -> dict[str, Acknowledgement]:
        """Those that count."""
        return {incident: item for incident, item in self.of(incidents).items() if item.counts}

    def put(self, acknowledgements: Sequence[Acknowledgement]) -> None:
        """Store them in the place of earlier ones."""
        upsert(self._connection, ACKNOWLEDGEMENT, [row_of(item) for item in acknowledgements], ["incident"])
