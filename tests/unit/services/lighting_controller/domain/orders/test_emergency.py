"""What an emergency reaches, and how it acts on a group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lighting_controller.domain.calendars.calendar import Calendar, Calendars, Step, SunTime
from services.lighting_controller.domain.darkness import is_dark, next_turn
from services.lighting_controller.domain.daylight import Site, SunEvent
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.orders.emergency import Emergency, Scope, reach_of
from services.lighting_controller.domain.orders.override import Standing
from services.lighting_controller.domain.orders.wishing import decisions_of, wishes_of
from shared.model.registry import Point

NOW = datetime(2026, 11, 25, 1, 45, tzinfo=UTC)
SITE = Site(43.3, 5.4, ZoneInfo("Europe/Paris"))
DARK = Calendars(Calendar("off", "Éteint", ()), {})
LIT = Calendars(Calendar("on", "Allumé", (Step(SunTime(SunEvent.DUSK), 50), Step(SunTime(SunEvent.DAWN), 0))), {})
BOX = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
A = LuminaireGroup("a", "A", "eclairage", SITE, ("l1", "l2", "l3"))
B = LuminaireGroup("b", "B", "gemapi", SITE, ("l3", "l4"))


def point(name: str, longitude: float, **fields: Any) -> Point:
    values = {"kind": "luminaire", "directorate": "eclairage", "latitude": 0.5} | fields
    return Point(id=name, title=name, longitude=longitude, **values)


POINTS = (
    point("l1", 0.5, areas=("zone",)), point("l2", 1.5), point("l3", 0.2), point("l4", 2.0, areas=("zone",)),
    point("gauge", 0.5, kind="water-level", areas=("zone",)), point("gone", 0.5, retired=NOW), point("alone", 0.9),
)  # fmt: skip


def emergency(**fields: Any) -> Emergency:
    values = {"id": "E-1", "by": "x", "reason": "feu", "level": 100, "scope": Scope(), "starts_at": NOW,
              "asked_at": NOW, "lease_until": NOW + timedelta(hours=4)}  # fmt: skip
    return Emergency(**(values | fields))


@pytest.mark.parametrize(
    ("scope", "parts", "ungrouped"),
    [
        (Scope(geometry=BOX), {"a": ("l1", "l3"), "b": ("l3",)}, ("alone",)),
        (Scope(area="zone"), {"a": ("l1",), "b": ("l4",)}, ()),
        (Scope(groups=("b",)), {"b": None}, ()),
        (Scope(area="zone", groups=("a",)), {"a": None, "b": ("l4",)}, ()),
        (Scope(area="nowhere"), {}, ()),
    ],
)
def test_it_reaches_what_lies_there(scope: Scope, parts: dict[str, Any], ungrouped: tuple[str, ...]) -> None:
    reach = reach_of(scope, POINTS, [A, B])
    assert (dict(reach.parts), reach.ungrouped) == (parts, ungrouped)


def test_a_part_is_for_its_luminaires_alone_and_for_the_switched_off_night() -> None:
    part = emergency().part(A, ("l1", "l2"), NOW)
    assert (part.id, part.order.owner, part.standing) == ("E-1:a", "eclairage", Standing.ACTING)
    decided = decisions_of([A, B], DARK, [part], NOW)
    assert {name: found.winner.level for name, found in decided.items()} == {"l1": 100, "l2": 100, "l3": 0, "l4": 0}
    assert [wish.level for wish in wishes_of(A, DARK, [part], NOW)] == [0], "it is no wish of the whole group"
    whole = emergency().part(A, None, NOW)
    assert [wish.level for wish in wishes_of(A, DARK, [whole], NOW)] == [0, 100]


def test_by_day_it_acts_only_if_asked() -> None:
    noon = NOW + timedelta(hours=10)
    for day, level in ((False, 0), (True, 100)):
        part = emergency(day=day, lease_until=noon + timedelta(hours=1)).part(A, None, NOW)
        assert decisions_of([A], LIT, [part], noon)["l1"].winner.level == level


def test_a_luminaire_of_two_groups_is_lit_by_the_part_of_either() -> None:
    part = emergency().part(B, ("l3",), NOW)
    decided = decisions_of([A, B], LIT, [part], NOW)
    assert (decided["l3"].winner.level, decided["l3"].winner.group) == (100, "b")
    assert decided["l4"].winner.level == 50


@settings(max_examples=100, deadline=None)
@given(
    latitude=st.floats(43, 51),
    longitude=st.floats(-5, 9),
    hours=st.integers(0, 3 * 366 * 24),
    minutes=st.integers(0, 59),
)
def test_between_two_turns_of_the_sun_it_stays_as_it_is(
    latitude: float, longitude: float, hours: int, minutes: int
) -> None:
    site = Site(latitude, longitude, ZoneInfo("Europe/Paris"))
    moment = datetime(2023, 12, 31, tzinfo=UTC) + timedelta(hours=hours, minutes=minutes)
    turn = next_turn(site, moment)
    assert turn is not None
    assert moment < turn <= moment + timedelta(hours=18)
    dark = is_dark(site, moment)
    assert is_dark(site, turn - timedelta(seconds=1)) == dark
    assert is_dark(site, turn) != dark
