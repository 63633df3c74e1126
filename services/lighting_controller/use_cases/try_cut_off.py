"""Try luminaires again that did not answer, when a neighbour behind their gateway is heard: the gateway is back.

Each would say so itself, but a word gets lost now and then, and the next may be a quarter of an hour away.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.lighting_controller.domain.commanding.hearing import try_anew
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from shared.runtime.database import Transaction


def try_cut_off(transaction: Transaction, heard: Collection[str], now: datetime, watch: Watch) -> list[Luminaire]:
    """Try those anew, soon, and give them as they are then; ``heard``: the luminaires that are reached again."""
    if not heard:
        return []
    back = {watch.network.gateway_of(luminaire) for luminaire in heard}
    waiting = Luminaires(transaction).unanswering(watch.patience.tries, now)
    near = [luminaire for luminaire in waiting if watch.network.gateway_of(luminaire.id) in back]
    tried = [try_anew(luminaire, now, watch.patience) for luminaire in near]
    save_luminaires(transaction, zip(near, tried, strict=True), now)
    return tried
