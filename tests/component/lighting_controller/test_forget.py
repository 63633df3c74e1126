"""What the controller kept is forgotten in time, once a day, also in a city that counts no energy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Boolean, Column, Date, LargeBinary, Table, Text, func, insert, select

from services.lighting_controller.domain.retention import AUDIT_KEPT, COURSE_KEPT, FAULTS_KEPT, FIGURES_KEPT
from services.lighting_controller.storage.tables import METADATA
from services.lighting_controller.use_cases.forget import forget_daily
from shared.runtime.database import Database
from shared.runtime.message_tables import Utc

THEN = datetime(2022, 1, 10, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)

KEPT: Final = {
    "audit": AUDIT_KEPT,
    "emergency": COURSE_KEPT,
    "energy_night": FIGURES_KEPT,
    "finding": FAULTS_KEPT,
    "level_change": COURSE_KEPT,
    "override": COURSE_KEPT,
    "parked": FAULTS_KEPT,
}
"""How long a row is kept once it is over and done with."""

FOLLOWING: Final = {
    "cut_told": "its override",
    "meter": "its luminaire",
    "programme": "its luminaire",
    "simulated_lamp": "its luminaire",
}
"""What goes as soon as something else is gone."""

BOUNDED: Final = {
    "chore": "a row for each chore",
    "inbox": "forgotten by shared.runtime.providers",
    "lease": "a row for each part",
    "luminaire": "replaced when the registry changes",
    "luminaire_group": "replaced when the registry changes",
    "member": "replaced when the registry changes",
    "outbox": "forgotten by shared.runtime.providers",
    "registry_copy": "one row",
    "replica": "forgotten by shared.runtime.leases",
}
"""What does not grow, or is let go of elsewhere."""


def test_every_table_says_how_long_its_rows_are_kept() -> None:
    known = [*KEPT, *FOLLOWING, *BOUNDED]
    assert sorted(known) == sorted(METADATA.tables), "a new table grows for ever until it stands in one of the lists"


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("lighting_controller")


def put(database: Database, name: str, **values: Any) -> None:
    """A row of THEN that is over and done with."""
    table = METADATA.tables[name]
    with database.transaction() as transaction:
        row = {column.name: _value(table, column) for column in table.columns}
        transaction.connection.execute(insert(table), row | values)


def _value(table: Table, column: Column[Any]) -> Any:
    if isinstance(column.type, LargeBinary):
        return b"x"
    if isinstance(column.type, Text):
        return {"standing": "expired"}.get(column.name, "x")
    if isinstance(column.type, Utc):
        return THEN
    if isinstance(column.type, Date):
        return THEN.date()
    if isinstance(column.type, Boolean):
        return False
    return THEN.timestamp() if column.name == "parked" and table.name == "parked" else 1


def number(database: Database, name: str) -> int:
    with database.transaction() as transaction:
        return transaction.connection.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0


@pytest.mark.parametrize(("name", "kept"), KEPT.items(), ids=list(KEPT))
def test_what_is_over_is_kept_as_long_as_is_said(database: Database, name: str, kept: timedelta) -> None:
    put(database, name)
    forget_daily(database, THEN + kept - 2 * DAY)
    assert number(database, name) == 1
    forget_daily(database, THEN + kept + 2 * DAY)
    assert number(database, name) == 0


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_something_goes_with_it_and_not_before(database: Database, name: str) -> None:
    put(database, name)
    put(database, "luminaire", id="x")
    put(database, "override", id="x", standing="acting", lease_until=THEN + 999 * DAY)
    forget_daily(database, THEN)
    assert number(database, name) == 1
    with database.transaction() as transaction:
        for parent in ("luminaire", "override"):
            transaction.connection.execute(METADATA.tables[parent].delete())
    forget_daily(database, THEN + DAY)
    assert number(database, name) == 0


@pytest.mark.parametrize(
    ("name", "lasts"),
    [
        pytest.param("override", {"standing": "acting"}, id="override that stands"),
        pytest.param("override", {"lease_until": THEN + 3000 * DAY}, id="override that might be asked for late"),
        pytest.param("emergency", {"lease_until": THEN + 3000 * DAY, "ended_at": None}, id="emergency in force"),
        pytest.param("finding", {"ended_at": None}, id="fault that stands"),
    ],
)
def test_what_lasts_is_kept_however_old(database: Database, name: str, lasts: dict[str, Any]) -> None:
    put(database, name, **lasts)
    forget_daily(database, THEN + 2500 * DAY)
    assert number(database, name) == 1


def test_it_is_done_once_a_day_from_noon_in_paris_on(database: Database) -> None:
    noon = THEN.replace(hour=11, minute=0)
    moments = [THEN, THEN, noon - timedelta(seconds=1), noon, noon, noon + DAY]
    assert [forget_daily(database, moment) for moment in moments] == [True, False, False, True, False, True]
