"""What hangs where, as the registry has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from shared.model.registry import Device, Inventory, Mount, Point

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 1, 1, tzinfo=UTC)
EUI = "0102030405060708"


def point(identifier: str, **fields: Any) -> Point:
    return Point(
        id=identifier,
        title="P",
        kind=fields.pop("kind", "luminaire"),
        directorate="d",
        latitude=43,
        longitude=5,
        **fields,
    )


def test_fixture_has_cabinet_facts_zones_and_the_device_that_is_there_now() -> None:
    lamp = point("a", site="armoire", tags=("passage-pieton",), areas=("centre",))
    devices = (Device(id="old", model="x"), Device(id="new", model="zenopix-d4i", dev_eui=EUI))
    mounts = (
        Mount(id="m2", device="new", point="a", since=LATER),
        Mount(id="m1", device="old", point="a", since=LONG_AGO, until=LATER),
    )
    assert fixtures_in(Inventory(points=(lamp,), devices=devices, mounts=mounts)) == [
        Fixture("a", "armoire", ("passage-pieton",), ("centre",), "zenopix-d4i", EUI)
    ]


def test_luminaire_without_a_device_is_a_fixture_and_what_was_taken_down_or_is_none_is_not() -> None:
    points = (point("b"), point("a"), point("gone", retired=LATER), point("gauge", kind="water-level"))
    gone = (Mount(id="m1", device="old", point="a", since=LONG_AGO, until=LATER),)
    found = fixtures_in(Inventory(points=points, devices=(Device(id="old", model="x", dev_eui=EUI),), mounts=gone))
    assert found == [Fixture("a"), Fixture("b")]
