"""What the lighting controller saw of luminaires becomes observations like those of any sensor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from services.telemetry.domain.claim import Outcome
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.partitions import Partitions
from services.telemetry.storage.tables import OBSERVATION, REJECTION
from services.telemetry.use_cases.take_luminaires import take_luminaires
from shared import bus
from shared.model.luminaires import LuminaireObserved, LuminairesObserved
from shared.model.observations import Observations
from shared.model.registry import Inventory, Kind, Point, Property, Text
from shared.runtime.database import Database, Received

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
TITLE = Text(fr="x", en="x")
LUMINAIRE = Kind(
    id="luminaire", title=TITLE, period_s=900, max_delay_s=900, stale_after_s=2700,
    properties={
        "level": Property(title=TITLE, unit="%", minimum=0, maximum=100, accuracy=1),
        "power": Property(title=TITLE, unit="kW", minimum=0, maximum=2, accuracy=0.001),
        "stuck": Property(title=TITLE, unit="1", minimum=0, maximum=1, accuracy=1),
    },
)  # fmt: skip
POINTS = tuple(
    Point(id=f"lamp-{n}", title="L", kind="luminaire", directorate="e", longitude=1.4, latitude=43.6) for n in range(40)
)


class Telemetry:
    """The part of telemetry that takes them, on a real database."""

    def __init__(self, database: Database) -> None:
        self.database, self.partitions = database, Partitions()
        self.directory = Directory(Inventory(kinds=(LUMINAIRE,), points=POINTS))

    def take(self, *seen: LuminaireObserved, name: str = "m1", now: datetime = AT) -> Outcome:
        received = [Received(name, LuminairesObserved(observations=seen))]
        return take_luminaires(self.database, self.partitions, self.directory, received, now)

    def stored(self) -> list[tuple[Any, ...]]:
        table = OBSERVATION.c
        query = select(table.point, table.property, table.value, table.unit, table.quality)
        with self.database.transaction() as transaction:
            return [tuple(row) for row in transaction.connection.execute(query.order_by(table.point, table.property))]


@pytest.fixture
def telemetry(database_of: Callable[[str], Database]) -> Telemetry:
    return Telemetry(database_of("telemetry"))


def seen(point: str = "lamp-1", at: datetime = AT, **values: float) -> LuminaireObserved:
    return LuminaireObserved(point=point, time=at, values=values)


def test_values_are_converted_judged_and_stored_and_what_the_kind_lacks_is_passed_over(telemetry: Telemetry) -> None:
    outcome = telemetry.take(seen(level=130.0, power=62.0, stuck=1.0, day_burner=0.0))
    assert (outcome.accepted, outcome.rejections) == (3, ())
    assert telemetry.stored() == [
        ("lamp-1", "level", 130.0, "%", "out-of-range"),
        ("lamp-1", "power", pytest.approx(0.062), "kW", "good"),
        ("lamp-1", "stuck", 1.0, "1", "good"),
    ]


def test_message_that_comes_twice_changes_nothing(telemetry: Telemetry) -> None:
    telemetry.take(seen(level=50.0))
    assert telemetry.take(seen(level=50.0)) == Outcome()
    again = telemetry.take(seen(level=50.0), name="m2")
    assert (again.accepted, again.duplicates) == (0, 1)
    other = telemetry.take(seen(level=60.0), name="m3")
    assert other.quarantined == 1


def test_luminaire_that_the_registry_does_not_have_is_refused_with_its_name(telemetry: Telemetry) -> None:
    outcome = telemetry.take(seen("lamp-99", level=50.0), seen(level=50.0))
    assert (outcome.accepted, [item.device for item in outcome.rejections]) == (1, ["lamp-99"])
    with telemetry.database.transaction() as transaction:
        assert transaction.connection.scalar(select(REJECTION.c.device)) == "lamp-99"


def test_what_comes_late_is_told_as_late_and_each_partition_gets_its_points(telemetry: Telemetry) -> None:
    telemetry.take(*(seen(point.id, level=50.0) for point in POINTS), now=AT + timedelta(minutes=16))
    with telemetry.database.transaction() as transaction:
        query = "SELECT routing_key, body FROM outbox WHERE event = 'observations'"
        rows = transaction.connection.exec_driver_sql(query).all()
    told = {row.routing_key: msgspec.json.decode(row.body, type=Observations) for row in rows}
    assert len(told) > 1
    for key, message in told.items():
        assert {bus.partition_of(item.point) for item in message.observations} == {int(key)}
        assert {item.late for item in message.observations} == {True}
        assert {item.trace for item in message.observations} == {"m1"}
    assert sum(len(message.observations) for message in told.values()) == len(POINTS)
