"""The groups of luminaires in an inventory."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.lighting_controller.domain.group import groups_in
from shared.model.registry import Group, Inventory, Point, Text


def point(identifier: str, kind: str = "luminaire", latitude: float = 43.0, longitude: float = 1.0) -> Point:
    return Point(id=identifier, title="P", kind=kind, directorate="eclairage", latitude=latitude, longitude=longitude)


def group(identifier: str, *points: str) -> Group:
    return Group(id=identifier, title=Text(fr="Berges", en="Banks"), directorate="eclairage", points=points)


def test_group_has_its_luminaires_and_stands_in_their_middle() -> None:
    points = (point("b", latitude=44.0, longitude=2.0), point("a"), point("gauge", "water-level", 10.0, 10.0))
    found = groups_in(Inventory(points=points, groups=(group("bank", "b", "gauge", "a", "a"),)))
    assert [(item.id, item.title, item.luminaires) for item in found] == [("bank", "Berges", ("a", "b"))]
    assert found[0].site.latitude == pytest.approx(43.5)
    assert found[0].site.longitude == pytest.approx(1.5)
    assert found[0].site.zone == ZoneInfo("Europe/Paris")


def test_group_without_luminaires_is_none_of_ours() -> None:
    inventory = Inventory(points=(point("gauge", "water-level"),), groups=(group("g", "gauge"), group("empty")))
    assert groups_in(inventory) == []


def test_a_luminaire_that_was_taken_down_is_commanded_no_more() -> None:
    gone = msgspec.structs.replace(point("b"), retired=datetime(2026, 11, 25, tzinfo=UTC))
    inventory = Inventory(points=(point("a"), gone), groups=(group("bank", "a", "b"), group("pole", "b")))
    assert [(item.id, item.luminaires) for item in groups_in(inventory)] == [("bank", ("a",))]


def test_groups_are_in_the_order_of_their_names() -> None:
    inventory = Inventory(points=(point("a"),), groups=(group("z", "a"), group("b", "a")))
    assert [item.id for item in groups_in(inventory)] == ["b", "z"]
