"""Energy on a real PostgreSQL: the same figures as on SQLite, and two that count at once count once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.energy.energy import Use, total
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.count_energy import EnergyBasis, count_energy
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.show_night import show_night
from services.lighting_controller.use_cases.show_upkeep import show_upkeep
from shared import bus
from shared.model.registry import Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.migrating import upgrade
from shared.runtime.settings import shipped_rules
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.test_mqtt_lamps import LIMITS

NOON = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAMPS = tuple(f"lamp-{number}" for number in range(8))


@pytest.fixture
def lit(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    """A controller's database after a night of eight lamps."""
    made = open_postgresql(postgresql.url(database), bus.LIGHTING_CONTROLLER)
    upgrade(made, "services.lighting_controller.storage", bus.LIGHTING_CONTROLLER)
    points = tuple(
        Point(id=lamp, title=lamp, kind="luminaire", directorate="eclairage", longitude=1.44, latitude=43.6)
        for lamp in LAMPS
    )
    group = Group(id="berges-garonne", title=Text(fr="Berges", en="Banks"), directorate="eclairage", points=LAMPS)
    told = RegistryChanged(revision=1, at=NOON, inventory=Inventory(points=points, groups=(group,)))
    keep_registry(made, [Received("r1", told)], NOON)
    driver, calendars = SimulatedDriver(StoredLamps(made), watts=None), known().calendars
    safety = Safety(load_limits(LIMITS, "limits.yaml"))
    due = act_on_due(made, driver, calendars, safety, NOON).next_due
    while due is not None and due <= NOON + 25 * HOUR:
        due = act_on_due(made, driver, calendars, safety, due).next_due
    yield made
    made.engine.dispose()


def known() -> EnergyBasis:
    folder = shipped_rules() / "lighting"
    models, calendars = ((folder / name).read_text(encoding="utf-8") for name in ("models.yaml", "calendars.yaml"))
    return EnergyBasis(load_models(models, "models.yaml"), load_calendars(calendars, "calendars.yaml"))


def used(database: Database) -> Use:
    with database.transaction() as transaction:
        return total(EnergyNights(transaction).of_city(date(2022, 1, 1), date(2022, 2, 1)).values())


def test_two_that_count_at_once_count_each_luminaire_once(lit: Database) -> None:
    now = NOON + 24 * HOUR + timedelta(minutes=15)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: count_energy(lit, known(), NOON + 6 * HOUR, most=8), range(2)))
        list(pool.map(lambda _: count_energy(lit, known(), now, most=5), range(6)))
    night, lamps = used(lit), len(LAMPS)
    # Dark until 18:08:39 and from 07:54:04 on, 100 % until 22:30 and from 05:30 on, 50 % between.
    full, dim = 4 + 1281 / 3600 + 2 + 1444 / 3600, 7.0
    assert night.reported_wh == pytest.approx(lamps * (0.5 * (24 - full - dim) + 30 * full + 15.5 * dim), rel=1e-4)
    assert night.calendar_wh == pytest.approx(night.reported_wh)
    assert (night.unknown_s, night.switchings) == (0, 3 * lamps)


def test_a_night_and_the_upkeep_are_asked_for(lit: Database) -> None:
    by, now = known(), NOON + 25 * HOUR
    while count_energy(lit, by, now).next_due <= now:
        pass
    night = show_night(lit, by, "berges-garonne", date(2022, 1, 9), now)
    assert [moment.level for moment in night.moments] == [0, 100, 50, 100, 0]
    assert len(show_upkeep(lit, by, "berges-garonne", 3)) == 3
