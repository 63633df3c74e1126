"""Which class binds a luminaire, and with whom it shares a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.lighting_controller.domain.envelope.limits import NamedZone, RoadLimits, survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from services.lighting_controller.domain.road_class import RoadClass, strictest
from shared.model.registry import Device, Group, Inventory, Mount, Point, Text

T0 = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def road(name: str, floor: int, share: int = 50, dwell: timedelta = 10 * MINUTE) -> RoadClass:
    return RoadClass(name=name, floor=floor, step=50, ramp=5 * SECOND, dwell=dwell, share=share)


P2, P4, P6, C3 = road("P2", 50), road("P4", 40), road("P6", 20), road("C3", 70, dwell=15 * MINUTE)


def lamp(name: str, tags: tuple[str, ...] = (), areas: tuple[str, ...] = (), **fields: object) -> Point:
    given = {"title": name, "kind": "luminaire", "directorate": "eclairage", "longitude": 5.4, "latitude": 43.3}
    return Point(id=name, tags=tags, areas=areas, **(given | fields))  # type: ignore[arg-type]


def group(name: str, *points: str) -> Group:
    return Group(id=name, title=Text(fr=name, en=name), directorate="eclairage", points=points)


STREET = Inventory(
    points=(
        lamp("a", tags=("passage-pieton",)), lamp("b"), lamp("c", areas=("centre",)), lamp("d"),
        lamp("gone", retired=T0), lamp("gauge", kind="water-level"),
    ),
    groups=(group("quay", "a", "b", "c", "gone"), group("square", "c", "d")),
)  # fmt: skip


def test_strictest_takes_the_strictest_of_each_limit() -> None:
    lax = RoadClass(name="M6", floor=60, step=20, ramp=timedelta(), dwell=timedelta(), share=25)
    both = RoadClass(name="M6 + P4", floor=60, step=20, ramp=5 * SECOND, dwell=10 * MINUTE, share=25)
    assert strictest([P4, lax]) == strictest([lax, P4]) == both
    assert strictest([P4, P4]) == P4


@pytest.mark.parametrize(
    ("limits", "classes"),
    [
        pytest.param(RoadLimits(P2), {"a": "P2", "b": "P2", "c": "P2", "d": "P2"}, id="the default"),
        pytest.param(
            RoadLimits(P2, by_group={"quay": P4}), {"a": "P4", "b": "P4", "c": "P4", "d": "P2"}, id="by group"
        ),
        pytest.param(
            RoadLimits(P2, by_group={"quay": P4, "square": P6}),
            {"b": "P4", "c": "P4 + P6", "d": "P6"},
            id="of two groups",
        ),
        pytest.param(RoadLimits(P4, by_tag={"passage-pieton": C3}), {"a": "C3 + P4", "b": "P4"}, id="by tag"),
        pytest.param(
            RoadLimits(P4, by_group={"quay": P2}, by_tag={"passage-pieton": C3}, by_luminaire={"a": P6, "b": P6}),
            {"a": "C3 + P6", "b": "P6"},
            id="its own in place of its groups', a tag's beside it",
        ),
    ],
)
def test_class_of_a_luminaire(limits: RoadLimits, classes: dict[str, str]) -> None:
    laid = survey(limits, STREET)
    assert {name: laid.class_of(name).name for name in classes} == classes
    assert laid.class_of("nobody") == limits.default


def test_a_crossing_keeps_its_floor_in_a_dim_street() -> None:
    laid = survey(RoadLimits(P6, by_tag={"passage-pieton": C3}), STREET)
    assert (laid.class_of("a").floor, laid.class_of("b").floor) == (70, 20)


def test_a_group_is_a_zone_unless_a_zone_is_named() -> None:
    laid = survey(RoadLimits(P4), STREET)
    assert laid.zones == {"a": ("group quay",), "b": ("group quay",), "c": ("group quay", "group square"),
                          "d": ("group square",)}  # fmt: skip
    assert laid.allowances == {"group quay": 1, "group square": 1}
    named = (NamedZone("west", groups=("quay",)), NamedZone("middle", areas=("centre",)))
    laid = survey(RoadLimits(P4, zones=named), STREET)
    assert laid.zones == {"a": ("zone west",), "b": ("zone west",), "c": ("zone west", "zone middle"),
                          "d": ("group square",)}  # fmt: skip


@pytest.mark.parametrize(("share", "number", "allowed"), [(50, 12, 6), (50, 3, 1), (1, 12, 1), (34, 3, 1), (100, 3, 3)])
def test_allowance_is_the_share_rounded_down_and_at_least_one(share: int, number: int, allowed: int) -> None:
    names = [f"l{each}" for each in range(number)]
    inventory = Inventory(points=tuple(lamp(name) for name in names), groups=(group("g", *names),))
    assert survey(RoadLimits(road("P4", 40, share)), inventory).allowances == {"group g": allowed}


def test_the_smallest_share_of_a_zone_is_the_zones() -> None:
    names = [f"l{each}" for each in range(8)]
    inventory = Inventory(points=tuple(lamp(name) for name in names), groups=(group("g", *names),))
    limits = RoadLimits(road("P4", 40, 100), by_luminaire={"l0": road("C3", 70, 25)})
    assert survey(limits, inventory).allowances == {"group g": 2}


def shares(changed: dict[str, datetime], share: int = 50, number: int = 4) -> Shares:
    names = [f"l{each}" for each in range(number)]
    inventory = Inventory(points=tuple(lamp(name) for name in names), groups=(group("g", *names),))
    return Shares(survey(RoadLimits(road("P4", 40, share)), inventory), changed, T0)


def test_places_free_a_minute_after_they_were_taken_one_after_the_other() -> None:
    made = shares({"l0": T0 - 50 * SECOND, "l1": T0 - 10 * SECOND})
    assert made.room_at("l2") == T0 + 10 * SECOND
    assert made.room_at("l3") == T0 + 50 * SECOND
    assert shares({"l0": T0 - MINUTE, "l1": T0 - 10 * SECOND}).room_at("l2") is None


def test_who_changed_within_the_minute_may_change_again() -> None:
    made = shares({"l0": T0, "l1": T0})
    assert made.room_at("l0") is None
    assert made.room_at("l2") == T0 + MINUTE


def test_who_takes_a_place_takes_it_from_the_next() -> None:
    made = shares({}, share=25)
    assert made.room_at("l0") is None
    made.take("l0")
    assert made.room_at("l1") == T0 + MINUTE


def test_a_luminaire_of_two_zones_needs_room_in_both() -> None:
    made = Shares(survey(RoadLimits(P4), STREET), {"d": T0 - 30 * SECOND}, T0)
    assert made.room_at("c") == T0 + 30 * SECOND
    assert made.room_at("a") is None


def test_one_that_the_registry_does_not_have_is_held_by_no_zone() -> None:
    assert shares({"l0": T0, "l1": T0}).room_at("nobody") is None


def test_a_fixture_is_a_luminaire_in_its_place() -> None:
    old, new = Device(id="d1", model="old"), Device(id="d2", model="zenopix", dev_eui="0011223344556677")
    mounts = (
        Mount(id="m1", device="d1", point="b", since=T0 - MINUTE, until=T0),
        Mount(id="m2", device="d2", point="b", since=T0),
    )
    points = (lamp("b", ("x",), ("centre",), site="cabinet"), lamp("a"), *STREET.points[4:])
    found = fixtures_in(Inventory(points=points, devices=(old, new), mounts=mounts))
    assert found == [
        Fixture("a", None, (), (), None, None),
        Fixture("b", "cabinet", ("x",), ("centre",), "zenopix", "0011223344556677"),
    ]
