"""How luminaires are looked after: where they stand, how long they are waited for, and whether telemetry is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.network.network import NOWHERE, Network


@dataclass(frozen=True)
class Watch:
    """What every act on luminaires has to know.

    Attributes:
        tells: whether what they do becomes observations.
    """

    patience: Patience = field(default_factory=Patience)
    network: Network = NOWHERE
    tells: bool = True
