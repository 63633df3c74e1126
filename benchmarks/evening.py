"""An evening of one zone: the afternoon, dusk, a rule that dims, an emergency; and what each took."""

from __future__ import annotations

import gc
import math
import tracemalloc
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from benchmarks.street import AFTERNOON, ZONE, Change, Street
from services.lighting_controller.domain.orders.order_wanted import WantedEmergency
from services.lighting_controller.storage.luminaire_rows import row_of
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.storage.tables import LUMINAIRE
from services.lighting_controller.use_cases.call_emergency import call_emergency
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from shared.actor import SYSTEM
from shared.model.alerts import Criticality
from shared.model.lighting import LightingAct, LightingRequested
from shared.runtime.database import Database, Received
from shared.runtime.statements import upsert

_MINUTE: Final = timedelta(minutes=1)
_QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Figures:
    """Of so many luminaires; seconds of the processor, unless said otherwise.

    Attributes:
        bare_s: to hand over a command for each, hear a report of each, and write each row once.
        commands_per_s: of the emergency, until all were seen to be obeyed.
        envelope_s: virtual seconds that the waves of the dimming need at least.
    """

    database: str
    luminaires: int
    bare_s: float
    dusk: dict[str, float]
    dim: dict[str, float]
    emergency: dict[str, float]
    commands_per_s: float
    envelope_s: float
    idle_tick_ms: float
    poll_s: float
    energy_s: float

    @property
    def change_s(self) -> float:
        """The worst change that no wave holds up."""
        return max(self.dusk["processor_s"], self.emergency["processor_s"])


def measure(database: Database, number: int) -> Figures:
    """An evening of one zone."""
    street = Street(database, number)
    street.know()
    street.run_until(AFTERNOON + _MINUTE)
    polls = [street.cost(lambda: _quarter(street)).processor_s for _ in range(3)]
    # Some in the midst of nothing, when no quarter begins.
    street.run_until(street.now + _MINUTE)
    idle = [street.cost(street.tick).processor_s for _ in range(20)]
    dusk = _dusk(street)
    energy = _energy(street)
    dim = street.change(70, lambda: _hold(street))
    emergency = street.change(100, lambda: _call(street))
    return Figures(
        database=database.engine.dialect.name,
        luminaires=number,
        bare_s=round(_bare(street), 3),
        dusk=_figures(dusk),
        dim=_figures(dim),
        emergency=_figures(emergency),
        commands_per_s=round(emergency.cost.commands / emergency.cost.processor_s, 1),
        envelope_s=_waves(street, number) * _MINUTE.total_seconds(),
        idle_tick_ms=round(min(idle) * 1e3, 3),
        poll_s=round(min(polls), 3),
        energy_s=round(energy, 3),
    )


def _quarter(street: Street) -> None:
    """To the next quarter of an hour, at which all are asked."""
    street.run_until(street.now.replace(minute=0, second=0) + (street.now.minute // 15 + 1) * _QUARTER)


def _dusk(street: Street) -> Change:
    """The sun decides when: the calendar's next change."""
    while street.lamps_level() == 0:
        assert street.due is not None
        street.now = street.due
        before = street.cost(street.tick)
        if before.commands:
            return street.change(100, lambda: None, so_far=before)
    raise AssertionError("they were lit before dusk")


def _energy(street: Street) -> float:
    """The best of some quarters of an hour, in the night."""
    found = []
    for _ in range(3):
        _quarter(street)
        street.now += _QUARTER
        found.append(street.cost(street.count_energy).processor_s)
        street.run_until(street.now)
    street.run_until(street.now + _MINUTE)
    return min(found)


def _hold(street: Street) -> None:
    wanted = LightingRequested(
        override="dimmed", act=LightingAct.HOLD, alert="a", rule="mobilite.nuit", owner="mobilite", group=ZONE,
        level=70, criticality=Criticality.NORMAL, reason="rue vide", at=street.now,
        lease_until=street.now + timedelta(hours=2), at_most_s=None,
    )  # fmt: skip
    take_lighting_requests(street.database, street.calendars, [Received("hold", wanted)], street.now)


def _call(street: Street) -> None:
    call_emergency(street.database, WantedEmergency(groups=[ZONE], reason="essai", lasts="4 h"), SYSTEM, street.now)


def _waves(street: Street, number: int) -> int:
    """How many minutes lie between the first and the last wave."""
    allowance = max(1, number * street.limits.default.share // 100)
    return math.ceil(number / allowance) - 1


def _bare(street: Street) -> float:
    def write() -> None:
        with street.database.transaction() as transaction:
            upsert(transaction.connection, LUMINAIRE, rows, ["id"])

    with street.database.transaction() as transaction:
        rows = [row_of(luminaire) for luminaire in Luminaires(transaction).all().values()]
    return min(street.hand_over_all() + street.cost(write).processor_s for _ in range(3))


def _figures(change: Change) -> dict[str, float]:
    found = {**asdict(change.cost), "handed_over_s": change.handed_over_s, "in_place_s": change.in_place_s}
    return {name: round(value, 3) for name, value in found.items()}


def memory(database: Database, number: int) -> dict[str, float]:
    """Kilobytes for each luminaire: what stays, and the most while dusk lights them."""
    tracemalloc.start()
    try:
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        street = Street(database, number, StoredLamps(database))
        street.know()
        street.run_until(AFTERNOON + _MINUTE)
        _dusk(street)
        gc.collect()
        stays, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return {"kilobytes": round((stays - before) / number / 1e3, 2), "peak": round((peak - before) / number / 1e3, 2)}
