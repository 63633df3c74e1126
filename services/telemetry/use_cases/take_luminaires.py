"""Takes what the lighting controller saw of luminaires, which speak to it: observations like those of any sensor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.telemetry.domain.admitted import Admitted
from services.telemetry.domain.claim import Outcome
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.lighting import admit_luminaire
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.take_claims import store, times_of
from shared.model.luminaires import LuminairesObserved
from shared.runtime.database import Database, Received


def take_luminaires(
    database: Database,
    partitions: Partitions,
    directory: Directory,
    received: Sequence[Received[LuminairesObserved]],
    now: datetime,
) -> Outcome:
    """Store them in one transaction; what became of them. A message that comes twice is taken once."""
    admitted = Admitted()
    for item in received:
        for seen in item.message.observations:
            admit_luminaire(admitted, seen, directory, now, item.id)
    partitions.make_room(database, times_of(admitted))
    with database.transaction() as transaction:
        # What came before is stored before: it would be counted as repeated.
        if not transaction.first_seen(received):
            return Outcome()
        return store(transaction, admitted, (), directory, now)
