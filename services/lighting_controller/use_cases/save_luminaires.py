"""Store luminaires that changed, note what changed about them, and tell what others care about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.lighting_controller.domain.announcing import luminaire_changed
from services.lighting_controller.domain.level_change import changes_between
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.luminaires import Luminaires
from shared import bus
from shared.runtime.database import Transaction


def save_luminaires(transaction: Transaction, luminaires: Mapping[Luminaire, Luminaire], now: datetime) -> None:
    """Store those that differ from what they were; what they were are the keys."""
    changed = {before: after for before, after in luminaires.items() if before != after}
    Luminaires(transaction).save(list(changed.values()))
    Findings(transaction).save(changed)
    noted = (changes_between(before, after, now) for before, after in changed.items())
    LevelChanges(transaction).note(change for changes in noted for change in changes)
    for before, after in changed.items():
        message = luminaire_changed(before, after, now)
        if message is not None:
            transaction.publish(bus.LUMINAIRE_CHANGED, message)
