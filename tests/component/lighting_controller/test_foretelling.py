"""A preview tells what then happens: it is taken, the order is given, the clock moves on, and both are compared."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.domain.commanding.pacing import Pace, Paces
from services.lighting_controller.domain.orders.order_wanted import WantedEmergency, WantedOverride
from services.lighting_controller.use_cases.act_on_due import UNPACED, act_on_due
from services.lighting_controller.use_cases.call_emergency import call_emergency
from services.lighting_controller.use_cases.foretell_order import CourseView
from services.lighting_controller.use_cases.override_group import override_group, resume_group
from services.lighting_controller.use_cases.preview_orders import PreviewView, preview_emergency, preview_override
from shared.actor import Actor
from tests.component.lighting_controller.conftest import WIDE

Changes = Counter[tuple[int, int, float]]
"""How many lamps are told which level, with which ramp in seconds, in which minute from the first on."""

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LUCIE = Actor("operator:lucie", "eclairage")
BRIGADE = Actor("emergency:marins-pompiers", "", emergency=True)
LIMITS = """
classes:
  P4: {floor: 20 %, step: 30 %, ramp: 20 s, dwell: 10 min, share: 40 %}
  C3: {floor: 70 %, step: 30 %, ramp: 40 s, dwell: 15 min, share: 50 %}
default: P4
luminaires:
  l6: C3
zones:
  - {id: centre, groups: [quay, square]}
"""
TOWN = {"quay": ("l1", "l2", "l3", "l4", "l5", "l6"), "square": ("l6", "s1", "s2", "s3"), "far": ("f1", "f2")}


class Street:
    """A controller, and every command that its lamps hear."""

    def __init__(self, controller_of: Callable[..., Any], **fields: Any) -> None:
        self.sent: list[tuple[datetime, Command]] = []
        self.controller: Any = None
        self.controller = controller_of(**({"groups": TOWN, "now": AT, "limits": LIMITS, "loses": self._note} | fields))

    def _note(self, command: Command) -> bool:
        # The first are sent before the controller is made.
        if self.controller is not None:
            self.sent.append((self.controller.now, command))
        return False

    def order(self, level: int, group: str = "quay", paces: Paces = UNPACED, **fields: Any) -> Told:
        """Look, order, and act for the first time."""
        wanted = WantedOverride(**({"group": group, "level": level, "reason": "tournage", "lasts": "2 h"} | fields))
        seen = preview_override(replace(self.controller.present(), paces=paces), wanted, LUCIE)
        ordered = override_group(self.controller.database, wanted, LUCIE, self.controller.now)
        self.sent.clear()
        self.controller.tick()
        assert seen.course is not None
        assert ordered.override is not None
        return Told(seen, seen.course, ordered.override)

    def run(self, time: timedelta) -> None:
        self.controller.run_until(self.controller.now + time)

    def happened(self, told: Told) -> Changes:
        """The commands of an order that changed a light, minute by minute."""
        own = [(at, command) for at, command in self.sent if command.ref == told.override and command.attempt == 1]
        begin = min((at for at, _ in own), default=AT)
        return Counter(
            ((at - begin) // MINUTE, command.level, command.ramp.total_seconds())
            for at, command in {(item.luminaire, item.level): (at, item) for at, item in reversed(own)}.values()
        )


@dataclass(frozen=True)
class Told:
    """What was foretold of an override."""

    seen: PreviewView
    course: CourseView
    override: str

    @property
    def changes(self) -> Changes:
        minutes = self.course.minutes
        return sum(
            (
                Counter({((minute.at - minutes[0].at) // MINUTE, move.level, move.ramp_s): move.luminaires})
                for minute in minutes
                for move in minute.moves
            ),
            Changes(),
        )


def test_waves_steps_and_ramps_are_told_and_then_happen(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of)
    told = street.order(30)
    street.run(HOUR)
    assert told.changes == street.happened(told)
    first = told.course.minutes[0]
    assert (first.at, first.luminaires, first.share) == (AT, 3, 33), "40 % of the nine of the zone are three"
    assert [(move.before, move.level, move.ramp_s, move.luminaires) for move in first.moves] == [(100, 70, 6.0, 3)]
    last_at, last = street.sent[-1]
    assert told.course.done_at == last_at + last.ramp
    assert told.course.unfinished == ()
    assert street.controller.actual("quay") == [30, 30, 30, 30, 30, 70]


def test_nothing_is_written_by_looking(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of)
    before = street.controller.rows()
    wanted = WantedOverride(group="quay", level=30, reason="tournage", lasts="1 h")
    assert preview_override(street.controller.present(), wanted, LUCIE).course is not None
    assert street.controller.rows() == before


def test_who_was_just_dimmed_waits_and_it_is_told_until_when(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of)
    street.order(75)
    street.run(4 * MINUTE)
    resume_group(street.controller.database, "quay", LUCIE, street.controller.now)
    told = street.order(60)
    street.run(HOUR)
    waiting = {item.luminaire: item.until for item in told.course.dwelling}
    assert waiting == {
        **dict.fromkeys(("l1", "l2", "l3"), AT + 10 * MINUTE),
        **dict.fromkeys(("l4", "l5"), AT + 11 * MINUTE),
        "l6": AT + 16 * MINUTE,
    }
    assert told.changes == street.happened(told)


def test_order_that_ends_too_soon_says_who_does_not_get_there(controller_of: Callable[..., Any]) -> None:
    told = Street(controller_of).order(20, lasts="11 min")
    assert told.course.done_at is None
    assert told.course.unfinished == ("l1", "l2", "l3", "l4", "l5")


def test_order_for_later_is_foretold_from_what_will_be_then(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of)
    told = street.order(50, start="2022-01-10 03:15", lasts="1 h")
    assert told.course.minutes[0].at == AT + HOUR / 2
    street.run(HOUR)
    assert told.changes == street.happened(told)
    late = WantedOverride(group="quay", level=50, reason="fête", start="2022-01-12 03:15", lasts="1 h")
    assert preview_override(street.controller.present(), late, LUCIE).course is None, "nobody knows that yet"


def test_who_obeys_an_emergency_or_nobody_is_named(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of, mute=["l2"], dead=["l3"])
    street.run(30 * MINUTE)
    street.order(40)
    street.run(30 * MINUTE)
    resume_group(street.controller.database, "quay", LUCIE, street.controller.now)
    emergency = WantedEmergency(groups=["square"], level=90, reason="feu")
    called = preview_emergency(street.controller.present(), emergency, BRIGADE).course
    assert called is not None
    assert [(minute.luminaires, minute.share) for minute in called.minutes] == [(4, 44)], "all of them at once"
    call_emergency(street.controller.database, emergency, BRIGADE, street.controller.now)
    told = street.order(40)
    assert [(item.luminaire, item.source, item.level) for item in told.course.held] == [("l6", "emergency", 90)]
    assert {item.luminaire: item.fault for item in told.course.faulty} == {"l2": "communication", "l3": "lamp"}


def test_pace_of_the_driver_is_foretold(controller_of: Callable[..., Any]) -> None:
    street = Street(controller_of, limits=WIDE, groups={"quay": tuple(f"l{number:03}" for number in range(150))})
    controller, paces = street.controller, [Paces(driver=Pace(1))]

    def tick() -> None:
        acted = act_on_due(
            controller.database, controller.driver, controller.calendars, controller.safety, controller.now,
            paces=paces[0],
        )  # fmt: skip
        controller.due, paces[0] = acted.next_due, acted.paces

    controller.tick = tick
    told = street.order(50, paces=paces[0])
    street.run(5 * MINUTE)
    assert told.changes == street.happened(told) == Counter({(0, 50, 0.0): 60, (1, 50, 0.0): 60, (2, 50, 0.0): 30})


@pytest.mark.parametrize("seed", range(6))
def test_any_order_in_any_state_goes_as_foretold(controller_of: Callable[..., Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- it repeats
    mute = chance.sample(TOWN["quay"], k=chance.randrange(3))
    street = Street(controller_of, mute=mute)
    street.run(30 * MINUTE)
    for _ in range(chance.randrange(4)):
        street.order(chance.randrange(101), chance.choice(["quay", "square"]), lasts=f"{chance.randrange(5, 90)} min")
        street.run(timedelta(seconds=chance.randrange(1200)))
    told = street.order(chance.randrange(101), lasts="3 h")
    street.run(3 * HOUR - SECOND)
    assert told.changes == street.happened(told)
    assert {item.luminaire for item in told.course.faulty} == set(mute)
