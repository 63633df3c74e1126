"""What luminaires use: counted from their reports, and held against the lamps' own light, looked at each second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.lighting_controller.domain.energy import Use, total
from services.lighting_controller.domain.loading_models import load_models
from services.lighting_controller.domain.luminaire_model import Curve
from services.lighting_controller.domain.simulated_lamp import SimulatedLamp
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.storage.tables import ENERGY_NIGHT
from services.lighting_controller.use_cases.count_energy import Circumstances, count_energy
from services.lighting_controller.use_cases.hear_reports import hear_reports
from shared.runtime.settings import shipped_rules

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
LAMPS = ["lamp-1", "lamp-2", "lamp-3"]
BANK = Curve(((0, 0.5), (10, 5.0), (50, 15.5), (100, 30.0)))
"""What ``models.yaml`` says of the lamps of the bank."""


def circumstances(controller: Any, silent_after: timedelta | None = None) -> Circumstances:
    text = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
    return Circumstances(load_models(text, "models.yaml"), controller.calendars, silent_after)


class Watched:
    """The lamps' memory, and all that the lamps ever were: from when, and how they burn from then on."""

    def __init__(self, memory: StoredLamps) -> None:
        self._memory = memory
        self.now = NOON
        self.history: dict[str, list[tuple[datetime, SimulatedLamp]]] = defaultdict(list)

    def load(self, ids: Sequence[str]) -> dict[str, SimulatedLamp]:
        return self._memory.load(ids)

    def save(self, lamps: Sequence[SimulatedLamp]) -> None:
        for lamp in lamps:
            self.history[lamp.id].append((self.now, lamp))
        self._memory.save(lamps)

    def watt_hours(self, luminaire: str, since: datetime, until: datetime) -> float:
        """Its own light, looked at in the middle of each second."""
        states, watts, place = self.history[luminaire], 0.0, 0
        for second in range(int((until - since) / SECOND)):
            moment = since + (second + 0.5) * SECOND
            while place + 1 < len(states) and states[place + 1][0] <= moment:
                place += 1
            watts += naive_watts(states[place][1].report(moment).actual or 0)
        return watts / 3600


def naive_watts(level: int) -> float:
    """Written out by hand from the file, as somebody with a pencil reads the curve."""
    if level <= 10:
        return 0.5 + level * 0.45
    if level <= 50:
        return 5.0 + (level - 10) * 10.5 / 40
    return 15.5 + (level - 50) * 14.5 / 50


def count_all(controller: Any, by: Circumstances, now: datetime) -> None:
    while (due := count_energy(controller.database, by, now).next_due) <= now:
        assert due == now


def used(controller: Any) -> Use:
    with controller.database.transaction() as transaction:
        return total(EnergyNights(transaction).of_city(date(2000, 1, 1), date(2100, 1, 1)).values())


def rows(controller: Any) -> list[Any]:
    with controller.database.transaction() as transaction:
        return [
            tuple(row)
            for row in transaction.connection.execute(select(ENERGY_NIGHT).order_by("luminaire", "night", "tariff"))
        ]


def flood_night(
    controller_of: Callable[..., Any], hold: Callable[..., Any], *, ramp_s: float = 0.0, speaks: bool = False
) -> tuple[Any, Watched]:
    """From noon to noon, with the flood rule from 02:45 for 42 minutes; ``speaks``: lamps tell each change at once."""
    controller = controller_of(now=NOON)
    watched = Watched(StoredLamps(controller.database))
    controller.driver = SimulatedDriver(watched)
    for lamp in LAMPS:
        watched.history[lamp].append((NOON, StoredLamps(controller.database).load([lamp])[lamp]))
    step = timedelta(seconds=5) if speaks else 5 * MINUTE
    moment = NOON
    while moment < NOON + 24 * HOUR:
        if FIRES <= moment < FIRES + 40 * MINUTE and (moment - FIRES) % (5 * MINUTE) == timedelta():
            controller.take(hold(moment, ramp_s=ramp_s))
        moment += step
        while controller.due is not None and controller.due <= moment:
            controller.now = watched.now = max(controller.due, controller.now)
            controller.tick()
        controller.now = watched.now = moment
        if speaks and FIRES <= moment < FIRES + HOUR:
            reports = controller.driver.reports(LAMPS, moment)
            with controller.database.transaction() as transaction:
                hear_reports(transaction, reports, moment)
    return controller, watched


@pytest.mark.parametrize(("ramp_s", "speaks"), [(0.0, False), (120.0, True)])
def test_a_simulated_night_comes_to_what_its_lamps_burn_second_by_second(
    controller_of: Callable[..., Any], hold: Callable[..., Any], ramp_s: float, speaks: bool
) -> None:
    controller, watched = flood_night(controller_of, hold, ramp_s=ramp_s, speaks=speaks)
    until = NOON + 24 * HOUR
    count_all(controller, circumstances(controller), until + 20 * MINUTE)
    whole = used(controller)
    burnt = sum(watched.watt_hours(lamp, NOON, until) for lamp in LAMPS)
    assert whole.reported_wh == pytest.approx(burnt, rel=0.001)
    assert (whole.estimated_wh, whole.unknown_s) == (0.0, 0.0)
    assert whole.calendar_wh < whole.reported_wh < whole.full_wh
