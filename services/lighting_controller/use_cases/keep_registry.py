"""Keep a copy of the registry, and the groups of luminaires that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.programmes import Programmes
from services.lighting_controller.use_cases.reach_emergencies import reach_emergencies
from shared.model.registry import RegistryChanged
from shared.runtime.database import Database, Received
from shared.runtime.registry_copy import RegistryCopy, keep_newest


def keep_registry(database: Database, received: Sequence[Received[RegistryChanged]], now: datetime) -> None:
    """Take the newest revision; every group is decided again then."""
    with database.transaction() as transaction:
        if not keep_newest(transaction, received):
            return
        Groups(transaction).lock(Groups(transaction).ids())
        inventory = RegistryCopy(transaction).inventory()
        groups = groups_in(inventory)
        luminaires = {luminaire for group in groups for luminaire in group.luminaires}
        Luminaires(transaction).keep(luminaires)
        Programmes(transaction).keep(luminaires, now)
        Groups(transaction).keep(groups, now)
        reach_emergencies(transaction, inventory, now)
