"""Show which luminaires have burnt longest against their rated life, and how often each failed."""

from __future__ import annotations

from typing import Final

import msgspec

from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.meters import Meters
from services.lighting_controller.use_cases.count_energy import EnergyBasis
from shared.runtime.database import Database

_HOUR_S: Final = 3600.0


class UpkeepView(msgspec.Struct, frozen=True, kw_only=True):
    """A luminaire.

    Attributes:
        model: of ``models.yaml``; device: what the registry says is mounted, since whose mounting is counted.
        burning_h, burning_estimated_h: as reported, and by its target while nothing was known of it.
        life_share: of the rated life, with what is estimated; None: no life is told.
        faults: how often it was called faulty; fault: what is wrong with it now.
    """

    luminaire: str
    model: str
    device: str | None
    burning_h: float
    burning_estimated_h: float
    life_share: float | None
    faults: int
    fault: str | None


def show_upkeep(database: Database, basis: EnergyBasis, group: str | None, most: int) -> list[UpkeepView]:
    """Those nearest the end of their life, and those that failed most, first.

    Raises:
        NotFound: no such group.
    """
    with database.transaction() as transaction:
        if group is None:
            luminaires = Luminaires(transaction).ids()
        else:
            found = Groups(transaction).one(group)
            luminaires = list(found.luminaires)
        groups = Groups(transaction).of_luminaires(luminaires)
        fixtures = basis.fixtures.current(transaction)
        meters = Meters(transaction).get(luminaires)
    views = []
    for meter in meters:
        model = basis.models.of(meter.luminaire, fixtures.get(meter.luminaire), groups.get(meter.luminaire, ()))
        burnt_s = meter.burning_s + meter.burning_estimated_s
        views.append(
            UpkeepView(
                luminaire=meter.luminaire,
                model=model.id,
                device=meter.device,
                burning_h=round(meter.burning_s / _HOUR_S, 2),
                burning_estimated_h=round(meter.burning_estimated_s / _HOUR_S, 2),
                life_share=None if model.life is None else round(burnt_s / model.life.total_seconds(), 4),
                faults=meter.faults,
                fault=meter.fault,
            )
        )
    return sorted(views, key=lambda view: (-(view.life_share or 0.0), -view.faults, view.luminaire))[:most]
