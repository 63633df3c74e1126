"""Emergencies: light where the groups are cut, which ends by itself and outlives the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from services.lighting_controller.domain.orders.order_wanted import (
    BadOrder,
    WantedEmergency,
    WantedOverride,
    WantedRenewal,
)
from services.lighting_controller.use_cases.call_emergency import call_emergency, end_emergency, renew_emergency
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import end_override, override_group
from services.lighting_controller.use_cases.preview_orders import preview_emergency
from services.lighting_controller.use_cases.show_overrides import show_emergency, show_overrides
from shared.actor import Actor
from shared.errors import Forbidden, InputError, NotFound
from shared.model.lighting import OverrideChanged, OverrideState
from shared.model.registry import Area, Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Received

NIGHT = datetime(2026, 11, 25, 1, 45, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BRIGADE = Actor("emergency:marins-pompiers", "", emergency=True)
LUCIE = Actor("operator:lucie")
PARIS = ZoneInfo("Europe/Paris")

CALENDARS = """
default: night
extinctions:
  - {id: quay, bylaw: "arrêté 1", since: 2020-01-01, from: 01:00, to: 05:00, groups: [quay]}
calendars:
  - id: night
    title: "La nuit"
    steps: {dusk: 100 %, 22:00: 50 %, dawn: 0 %}
  - id: bylaw
    title: "Extinction de 1 h à 5 h"
    groups: [quay]
    steps: {dusk: 100 %, 01:00: 0 %, 05:00: 100 %, dawn: 0 %}
"""
SQUARE = {"type": "Polygon", "coordinates": [[[5.0, 43.0], [5.1, 43.0], [5.1, 43.1], [5.0, 43.1], [5.0, 43.0]]]}
"""The first two luminaires of the street and of the quay lie in it, the others to the east."""


def city(more: tuple[tuple[str, float], ...] = ()) -> Inventory:
    names = [(f"{group}-{n}", 5.05 if n < 3 else 5.2) for group in ("street", "quay") for n in (1, 2, 3, 4)]
    names += [("alone", 5.05), *more]
    points = [
        Point(
            id=name, title=name, kind="luminaire", directorate="eclairage", longitude=longitude, latitude=43.05,
            areas=("square",) if longitude < 5.1 else (),
        )
        for name, longitude in names
    ]  # fmt: skip
    groups = tuple(
        Group(
            id=group, title=Text(fr=group, en=group), directorate=directorate,
            points=tuple(point.id for point in points if point.id.startswith(group)),
        )
        for group, directorate in (("street", "eclairage"), ("quay", "gemapi"))
    )  # fmt: skip
    area = Area(id="square", title=Text(fr="La place", en="The square"), geometry=SQUARE)
    return Inventory(points=tuple(points), groups=groups, areas=(area,))


@pytest.fixture
def at_night(controller_of: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives a controller of the two groups; by night the street is at 50 %, the quay at 0."""

    def make(now: datetime = NIGHT, **driver: Any) -> Any:
        controller = controller_of(now=now, text=CALENDARS, **driver)
        know(controller, city(), 2)
        return controller

    return make


def know(controller: Any, inventory: Inventory, revision: int) -> None:
    changed = RegistryChanged(revision=revision, at=controller.now, inventory=inventory)
    keep_registry(controller.database, [Received(f"r{revision}", changed)], controller.now)
    controller.tick()


def call(controller: Any, actor: Actor = BRIGADE, **fields: Any) -> Any:
    wanted = WantedEmergency(**({"area": "square", "reason": "feu"} | fields))
    called = call_emergency(controller.database, wanted, actor, controller.now)
    controller.tick()
    return called


def told(controller: Any) -> list[tuple[str, OverrideState, datetime]]:
    changes = controller.published(OverrideChanged, "override_changed")
    return [(change.group, change.state, change.at) for change in changes]


@pytest.mark.parametrize("where", [{"area": "square"}, {"area": None, "polygon": SQUARE}], ids=["area", "polygon"])
def test_it_lights_what_lies_there_for_four_hours_and_ends_by_itself(
    at_night: Callable[..., Any], where: dict[str, Any]
) -> None:
    controller = at_night()
    called = call(controller, **where)
    assert (called.luminaires, called.groups, called.ungrouped) == (4, ("quay", "street"), ("alone",))
    assert controller.actual("street") == [100, 100, 50, 50]
    assert controller.actual("quay") == [100, 100, 0, 0], "it beats the night's switch-off, where it is"
    controller.run_until(NIGHT + 3 * HOUR + 59 * MINUTE)
    assert controller.actual("street") == [100, 100, 50, 50]
    controller.run_until(NIGHT + 4 * HOUR)
    assert controller.actual("street") == [50, 50, 50, 50]
    assert controller.actual("quay") == [100] * 4, "at 5:45 the quay is lit again by its calendar"
    assert told(controller) == [
        *[(group, OverrideState.STARTED, NIGHT) for group in ("quay", "street")],
        *[(group, OverrideState.EXPIRED, NIGHT + 4 * HOUR) for group in ("quay", "street")],
    ]
    assert show_emergency(controller.database, called.emergency, controller.now).state == "over"


def test_it_outlives_the_process_and_lamps_that_forgot(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    call(controller)
    controller.run_until(NIGHT + HOUR)
    controller.restart()
    assert controller.actual("quay") == [100, 100, 0, 0]
    controller.restart()
    controller.run_until(NIGHT + 4 * HOUR)
    assert controller.actual("street") == [50] * 4


def test_by_day_it_waits_for_the_sun_unless_asked(at_night: Callable[..., Any]) -> None:
    afternoon = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    controller = at_night(afternoon)
    wanted = WantedEmergency(area="square", reason="feu")
    seen = preview_emergency(controller.present(afternoon), wanted, BRIGADE)
    call(controller)
    assert controller.actual("street") == [0] * 4
    # The sun sets at Martigues before the civil dusk at which calendars begin.
    sunset = seen.at
    assert (seen.acts_at_once, seen.never, sunset.hour) == (False, False, 16)
    controller.run_until(sunset - MINUTE)
    assert controller.actual("street") == [0] * 4
    controller.run_until(sunset)
    assert controller.actual("street") == [100, 100, 0, 0]
    another = at_night(afternoon)
    call(another, day=True)
    assert another.actual("street") == [100, 100, 0, 0]


def test_it_goes_out_at_sunrise(at_night: Callable[..., Any]) -> None:
    morning = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    controller = at_night(morning)
    call(controller)
    controller.run_until(morning + 3 * HOUR)
    assert controller.actual("quay") == [0] * 4
    assert show_overrides(controller.database, controller.calendars, controller.now).emergencies != ()


def test_it_beats_an_operator_and_a_vital_rule_and_gives_back_to_them(
    at_night: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = at_night()
    controller.take(hold(NIGHT, group="street", level=80, lease_until=NIGHT + 9 * HOUR))
    wanted = WantedOverride(group="street", level=20, reason="tournage", lasts="2 h")
    override_group(controller.database, wanted, LUCIE, NIGHT)
    called = call(controller, groups=["street"], area=None, lasts="1 h", level=60)
    assert controller.actual("street") == [60] * 4
    controller.run_until(NIGHT + HOUR)
    assert controller.actual("street") == [20] * 4
    controller.run_until(NIGHT + 2 * HOUR)
    assert controller.actual("street") == [80] * 4
    with pytest.raises(InputError, match="terminée"):
        renew_emergency(controller.database, called.emergency, WantedRenewal(reason="encore"), LUCIE, controller.now)


def test_of_two_emergencies_the_brighter_wins(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    call(controller, level=70)
    call(controller, level=90, groups=["street"], area=None, lasts="1 h")
    assert controller.actual("street") == [90] * 4
    controller.run_until(NIGHT + HOUR)
    assert controller.actual("street") == [70, 70, 50, 50]


def test_it_is_renewed_from_now_and_ended(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    name = call(controller).emergency
    controller.run_until(NIGHT + 3 * HOUR)
    until = renew_emergency(controller.database, name, WantedRenewal(reason="le feu reprend"), BRIGADE, controller.now)
    assert until == NIGHT + 7 * HOUR
    controller.tick()
    controller.run_until(NIGHT + 4 * HOUR + MINUTE)
    assert controller.actual("street") == [100, 100, 50, 50]
    end_emergency(controller.database, name, BRIGADE, controller.now, "maîtrisé")
    controller.tick()
    assert controller.actual("street") == [50] * 4
    assert end_emergency(controller.database, name, BRIGADE, controller.now).ended_at == controller.now
    with controller.database.transaction() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT actor, act, subject, detail FROM audit ORDER BY id").all()
    assert [tuple(row)[:3] for row in rows] == [
        (BRIGADE.id, act, name) for act in ("emergency", "renew emergency", "end emergency")
    ]
    assert [row.detail.rpartition(": ")[2] for row in rows] == ["feu", "le feu reprend", "maîtrisé"]


def test_a_start_in_the_future_waits(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    call(controller, start="2026-11-25 03:45", lasts="1 h")
    assert controller.actual("street") == [50] * 4
    controller.run_until(NIGHT + HOUR)
    assert controller.actual("street") == [100, 100, 50, 50]
    controller.run_until(NIGHT + 2 * HOUR)
    assert controller.actual("street") == [50] * 4


def test_the_registry_moves_luminaires_and_the_light_follows(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    name = call(controller).emergency
    know(controller, city((("street-5", 5.05), ("quay-5", 5.2))), 3)
    assert controller.actual("street") == [100, 100, 50, 50, 100]
    assert controller.actual("quay") == [100, 100, 0, 0, 0]
    moved = city()
    points = tuple(p if p.id[:4] != "quay" else _east(p) for p in moved.points)
    know(controller, Inventory(points=points, groups=moved.groups, areas=moved.areas), 4)
    assert controller.actual("quay") == [0] * 4
    assert controller.actual("street") == [100, 100, 50, 50]
    know(controller, city(), 5)
    assert controller.actual("quay") == [100, 100, 0, 0]
    controller.run_until(NIGHT + 4 * HOUR)
    assert show_emergency(controller.database, name, controller.now).state == "over"
    assert controller.actual("street") == [50] * 4


def _east(point: Point) -> Point:
    return Point(
        id=point.id, title=point.title, kind=point.kind, directorate=point.directorate, longitude=5.2, latitude=43.05
    )


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-10-25T01:30:00+02:00", "2026-10-25T04:30:00+01:00", id="the hour that comes twice"),
        pytest.param("2026-03-29T01:30:00+01:00", "2026-03-29T06:30:00+02:00", id="the hour that is skipped"),
    ],
)
def test_four_hours_are_four_hours_in_the_nights_of_the_clocks(
    at_night: Callable[..., Any], now: str, until: str
) -> None:
    controller = at_night(datetime.fromisoformat(now).astimezone(UTC))
    call(controller)
    end = datetime.fromisoformat(until).astimezone(UTC)
    controller.run_until(end - timedelta(seconds=1))
    assert controller.actual("street") == [100, 100, 50, 50]
    controller.run_until(end)
    assert controller.actual("street") == [50] * 4


@pytest.mark.parametrize(
    ("fields", "actor", "error"),
    [
        pytest.param({"area": "squar"}, BRIGADE, NotFound, id="an area that is misspelt"),
        pytest.param({"area": "elsewhere-by-far"}, BRIGADE, NotFound, id="no such area"),
        pytest.param({"area": None}, BRIGADE, BadOrder, id="nowhere"),
        pytest.param({"groups": ["nowhere"]}, BRIGADE, NotFound, id="no such group"),
        pytest.param({"lasts": "25 h"}, BRIGADE, BadOrder, id="too long"),
        pytest.param({}, Actor("officer:max", "eclairage"), Forbidden, id="without the right"),
        pytest.param(
            {"area": None, "polygon": {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}},
            BRIGADE, BadOrder, id="no luminaire there",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_lit_is_refused_and_changes_nothing(
    at_night: Callable[..., Any], fields: dict[str, Any], actor: Actor, error: type[Exception]
) -> None:
    controller = at_night()
    before = controller.rows()
    with pytest.raises(error):
        call(controller, actor, **fields)
    assert controller.rows() == before


def test_a_part_is_not_ended_alone_and_the_key_for_emergencies_overrides_nothing(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    name = call(controller).emergency
    with pytest.raises(InputError, match=name):
        end_override(controller.database, f"{name}:street", LUCIE, NIGHT)
    wanted = WantedOverride(group="street", level=20, reason="tournage", lasts="2 h")
    with pytest.raises(Forbidden):
        override_group(controller.database, wanted, BRIGADE, NIGHT)


def test_who_takes_the_area_out_of_the_registry_ends_no_emergency(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    called = call(controller)
    points = tuple(replace(point, areas=()) for point in city().points)
    know(controller, Inventory(points=points, groups=city().groups), 3)
    controller.run_until(NIGHT + 10 * MINUTE)
    assert controller.actual("street") == [100, 100, 50, 50]
    end_emergency(controller.database, called.emergency, BRIGADE, controller.now)
    controller.tick()
    assert controller.actual("street") == [50, 50, 50, 50]


def test_it_shows_what_it_reaches_now_each_luminaire_once(at_night: Callable[..., Any]) -> None:
    controller = at_night()
    title = Text(fr="Les deux", en="Both")
    both = Group(id="both", title=title, directorate="eclairage", points=("street-1", "street-2", "quay-1"))
    know(controller, Inventory(points=city().points, groups=(*city().groups, both), areas=city().areas), 3)
    called = call(controller)
    shown = show_emergency(controller.database, called.emergency, NIGHT)
    assert (shown.groups, shown.luminaires, called.luminaires) == (("both", "quay", "street"), 4, 4)
    points = tuple(replace(point, areas=()) if "quay" in point.id else point for point in city().points)
    know(controller, Inventory(points=points, groups=city().groups, areas=city().areas), 4)
    shown = show_emergency(controller.database, called.emergency, NIGHT)
    assert (shown.groups, shown.luminaires) == (("street",), 2)
    assert show_overrides(controller.database, controller.calendars, NIGHT).emergencies == (shown,)
