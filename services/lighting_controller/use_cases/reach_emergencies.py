"""Work out anew what each emergency reaches, because the registry has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.lighting_controller.domain.orders.emergency import reach_of
from services.lighting_controller.storage.emergencies import Emergencies
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.call_emergency import begin_parts
from services.lighting_controller.use_cases.override_group import release
from shared.model.registry import Inventory
from shared.runtime.database import Transaction


def reach_emergencies(transaction: Transaction, inventory: Inventory, now: datetime) -> None:
    """A luminaire that is new in the area is lit too, one that is there no more is let go.

    Whoever takes the area itself out of the registry ends no emergency by it: that goes on where it was.
    """
    groups, areas = Groups(transaction).all(), {area.id for area in inventory.areas}
    for emergency in Emergencies(transaction).living(now):
        if emergency.scope.area is not None and emergency.scope.area not in areas:
            continue
        reach = reach_of(emergency.scope, inventory.points, list(groups.values()))
        known = {part.order.group: part for part in Overrides(transaction).of_emergency(emergency.id)}
        wanted = {name: emergency.part(groups[name], luminaires, now) for name, luminaires in reach.parts.items()}
        kept = {name: part for name, part in known.items() if not part.standing.has_ended}
        release(transaction, [part for name, part in kept.items() if name not in wanted], now)
        begin_parts(transaction, [part for name, part in wanted.items() if name not in kept], now)
        Overrides(transaction).save(
            [
                replace(part, order=replace(part.order, luminaires=wanted[name].order.luminaires))
                for name, part in kept.items()
                if name in wanted
            ]
        )
