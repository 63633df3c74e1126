"""Tell whoever gave an override what the envelope cuts of it: once for each limit, not for each luminaire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.envelope.envelope import is_delayed
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.orders.announcing import override_cut
from services.lighting_controller.domain.road_class import Cut
from services.lighting_controller.storage.cuts_told import CutsTold
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.overrides import Overrides
from shared import bus
from shared.runtime.database import Transaction

_NOBODYS = (Source.CALENDAR, Source.DEFAULT)


def tell_cuts(transaction: Transaction, luminaires: Sequence[Luminaire], now: datetime) -> None:
    """Publish what is new; a ramp is never told, and a delay only if it is long."""
    found = {item for luminaire in luminaires for item in _cuts(luminaire)}
    if not found:
        return
    new = found - CutsTold(transaction).of({override for override, _, _ in found})
    overrides = Overrides(transaction).get({override for override, _, _ in new})
    CutsTold(transaction).note(new, now)
    for override, cut, _ in sorted(new):
        confined = [each for each in Luminaires(transaction).obeying(override) if cut in each.confined.cuts]
        if override in overrides and confined:
            transaction.publish(bus.OVERRIDE_CHANGED, override_cut(overrides[override], cut, confined, now))


def _cuts(luminaire: Luminaire) -> Iterator[tuple[str, Cut, int]]:
    """Override, what is cut, and the percent that it asks."""
    wanted, confined = luminaire.wanted, luminaire.confined
    if wanted is None or wanted.source in _NOBODYS:
        return
    for cut in confined.cuts:
        if cut is Cut.FLOOR or (cut is not Cut.RAMP and is_delayed(confined)):
            yield wanted.by, cut, wanted.level
