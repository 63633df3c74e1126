"""Orders on a real PostgreSQL: the same demand that comes several times at once is one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.lighting_controller.domain.orders.order_wanted import WantedEmergency, WantedOverride, WantedRenewal
from services.lighting_controller.storage.tables import EMERGENCY, OVERRIDE
from services.lighting_controller.use_cases.call_emergency import call_emergency, end_emergency, renew_emergency
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import override_group, resume_group
from shared.actor import Actor
from shared.model.registry import Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.message_tables import AUDIT
from shared.runtime.migrating import upgrade
from tests.wire.servers.postgresql import PostgreSQL

NOW = datetime(2026, 11, 25, 1, 45, tzinfo=UTC)
LUCIE = Actor("operator:lucie")
BOX = {"type": "Polygon", "coordinates": [[[5.0, 43.0], [5.1, 43.0], [5.1, 43.1], [5.0, 43.1], [5.0, 43.0]]]}
AT_ONCE = 6


@pytest.fixture
def opened(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    """The controller's database, with a street that the box cuts."""
    made = open_postgresql(postgresql.url(database), "lighting_controller")
    upgrade(made, "services.lighting_controller.storage", "lighting_controller")
    places = {"lamp-1": 5.05, "lamp-2": 5.2}
    points = tuple(
        Point(id=name, title=name, kind="luminaire", directorate="eclairage", longitude=longitude, latitude=43.05)
        for name, longitude in places.items()
    )
    street = Group(id="street", title=Text(fr="Rue", en="Street"), directorate="eclairage", points=tuple(places))
    told = RegistryChanged(revision=1, at=NOW, inventory=Inventory(points=points, groups=(street,)))
    keep_registry(made, [Received("r1", told)], NOW)
    yield made
    made.engine.dispose()


def at_once(act: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result(timeout=60) for future in [pool.submit(act) for _ in range(AT_ONCE)]]


def count(database: Database, table: object) -> int:
    with database.transaction() as transaction:
        return transaction.connection.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_override_from_several_sides_is_begun_once(opened: Database) -> None:
    wanted = WantedOverride(group="street", level=60, reason="essai", lasts="1 h", key="k")
    done = at_once(lambda: override_group(opened, wanted, LUCIE, NOW))
    assert sorted(each.repeated for each in done) == [False, *[True] * (AT_ONCE - 1)]
    assert (count(opened, OVERRIDE), count(opened, AUDIT)) == (1, 1)
    ended = at_once(lambda: resume_group(opened, "street", LUCIE, NOW).ended)
    assert sorted(map(len, ended)) == [*[0] * (AT_ONCE - 1), 1]


def test_the_same_emergency_from_several_sides_is_called_once_renewed_and_ended(opened: Database) -> None:
    wanted = WantedEmergency(polygon=BOX, reason="feu", key="k")
    done = at_once(lambda: call_emergency(opened, wanted, LUCIE, NOW))
    assert sorted(each.repeated for each in done) == [False, *[True] * (AT_ONCE - 1)]
    assert {each.luminaires for each in done} == {1}
    assert (count(opened, EMERGENCY), count(opened, OVERRIDE), count(opened, AUDIT)) == (1, 1, 1)
    name, later = done[0].emergency, NOW + timedelta(hours=1)
    at_once(lambda: renew_emergency(opened, name, WantedRenewal(reason="encore"), LUCIE, later))
    ended = at_once(lambda: end_emergency(opened, name, LUCIE, later, "maîtrisé").ended_at)
    assert set(ended) == {later}
    # Each renewal is kept; it was ended by one.
    assert count(opened, AUDIT) == 1 + AT_ONCE + 1
