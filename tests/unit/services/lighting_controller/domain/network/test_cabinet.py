"""When a cabinet has power, and what the network knows of a luminaire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.lighting_controller.domain.daylight import Site
from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets, Gateway
from services.lighting_controller.domain.network.network import NOWHERE, Circumstances, Network
from shared.model.registry import Device, Group, Inventory, Mount, Point, Text

PARIS = ZoneInfo("Europe/Paris")
MARSEILLE = Site(43.2965, 5.3698, PARIS)
OFF_BY_DAY = Cabinet("c", "g", off_by_day=True)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def lamp(identifier: str, **fields: object) -> Point:
    values: dict[str, object] = {
        "id": identifier, "title": identifier, "kind": "luminaire", "directorate": "eclairage",
        "longitude": 5.3698, "latitude": 43.2965,
    }  # fmt: skip
    return Point(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Sunset at Marseille: 18:50 on 20 March 2026, 18:59:54 on the 28th, 20:01:05 on the 29th; sunrise 06:42.
        pytest.param("2026-03-20 15:00", "2026-03-20 19:00", id="by day: from ten minutes after sunset"),
        pytest.param("2026-03-20 18:55", "2026-03-20 19:00", id="power has just returned"),
        pytest.param("2026-03-21 02:00", "2026-03-20 19:00", id="at night: since the evening"),
        pytest.param("2026-03-21 06:30", "2026-03-20 19:00", id="before sunrise"),
        pytest.param("2026-03-21 07:00", "2026-03-21 19:01", id="after sunrise: in the evening"),
        pytest.param("2026-03-28 23:00", "2026-03-28 19:09", id="before clocks change"),
        pytest.param("2026-03-29 12:30", "2026-03-29 20:11", id="after clocks changed"),
    ],
)
def test_cabinet_that_is_off_by_day_is_expected_to_answer_from_the_evening(now: str, expected: str) -> None:
    found = OFF_BY_DAY.expects_from(MARSEILLE, local(now))
    assert found is not None
    assert found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == expected


def test_cabinet_that_always_has_power_is_always_expected_to_answer() -> None:
    assert Cabinet("c", "g").expects_from(MARSEILLE, local("2026-03-20 15:00")) is None


@pytest.mark.parametrize(
    ("now", "by_day"),
    [
        ("2026-03-20 07:00", False), ("2026-03-20 07:14", True), ("2026-03-20 12:00", True),
        ("2026-03-20 18:18", True), ("2026-03-20 18:21", False), ("2026-03-20 23:00", False),
    ],
)  # fmt: skip
def test_day_is_from_half_an_hour_after_sunrise_to_half_an_hour_before_sunset(now: str, by_day: bool) -> None:
    group = Group(id="g", title=Text(fr="G", en="G"), directorate="eclairage", points=("l",))
    network = Network(Inventory(points=(lamp("l"),), groups=(group,)), Cabinets())
    assert network.around("l", local(now)).by_day is by_day


def test_cabinet_and_gateway_are_those_of_the_site_and_else_the_default() -> None:
    cabinets = Cabinets(Gateway("main"), {"far": Gateway("far", 5)}, {"c": Cabinet("c", "far")})
    network = Network(Inventory(points=(lamp("a", site="c"), lamp("b", site="other"), lamp("x"))), cabinets)
    assert [network.gateway_of(name) for name in ("a", "b", "x", "unknown")] == ["far", "main", "main", "main"]
    assert [network.cabinet_of(name).id for name in ("a", "b", "x")] == ["c", "other", ""]


def test_nothing_matters_of_a_luminaire_that_is_not_known() -> None:
    assert NOWHERE.around("l", local("2026-03-20 12:00")) == Circumstances()


def test_fixture_has_the_device_that_hangs_there_now() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    points = (
        lamp("b", site="c", tags=("passage-pieton",), areas=("centre",)),
        lamp("a", retired=since),
        lamp("g", kind="gauge"),
    )
    devices = (Device(id="old", model="m1"), Device(id="new", model="m2", dev_eui="00" * 8))
    mounts = (
        Mount(id="1", device="old", point="b", since=since, until=since + timedelta(days=1)),
        Mount(id="2", device="new", point="b", since=since + timedelta(days=1)),
    )
    found = fixtures_in(Inventory(points=points, devices=devices, mounts=mounts))
    assert found == [Fixture("b", "c", ("passage-pieton",), ("centre",), "m2", "00" * 8)]


def test_cabinet_that_is_off_by_day_has_no_power_from_sunrise_to_sunset() -> None:
    since = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
    cut = Cabinet("c", "g", off_by_day=True).without_power(MARSEILLE, since, since + timedelta(days=2))
    assert [f"{begin:%d %H:%M} {end:%d %H:%M}" for begin, end in cut] == [
        "09 11:00 09 16:21",
        "10 07:10 10 16:22",
        "11 07:09 11 11:00",
    ]
    assert Cabinet("c", "g").without_power(MARSEILLE, since, since + timedelta(days=2)) == []
    night = since + timedelta(hours=6)
    assert Cabinet("c", "g", off_by_day=True).without_power(MARSEILLE, night, night + timedelta(hours=14)) == []
