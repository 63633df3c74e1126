"""Store luminaires that changed, note what changed about them, and tell what others care about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.lighting_controller.domain.energy.level_change import changes_between
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.orders.announcing import luminaire_changed
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.luminaires import Luminaires
from shared import bus
from shared.model.lighting import LuminairesChanged
from shared.runtime.database import Transaction

_TOLD_AT_ONCE: Final = 500


def save_luminaires(transaction: Transaction, luminaires: Iterable[tuple[Luminaire, Luminaire]], now: datetime) -> None:
    """Store those that differ from what they were, which comes first of each."""
    changed = [(before, after) for before, after in luminaires if before is not after and before != after]
    Luminaires(transaction).save(changed)
    Findings(transaction).save(changed)
    noted = (changes_between(before, after, now) for before, after in changed)
    LevelChanges(transaction).note(change for changes in noted for change in changes)
    told = [message for pair in changed if (message := luminaire_changed(*pair, now)) is not None]
    for begin in range(0, len(told), _TOLD_AT_ONCE):
        some = tuple(told[begin : begin + _TOLD_AT_ONCE])
        transaction.publish(bus.LUMINAIRE_CHANGED, LuminairesChanged(changes=some))
