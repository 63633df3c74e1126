"""Luminaires that report by themselves: over a real database, with a driver that only notes what it sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.pacing import Pace, Paces
from services.lighting_controller.storage.heard_reports import HeardReports
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.take_reports import take_reports
from services.lighting_controller.use_cases.take_up_control import take_up_control
from shared.errors import DeliveryDelayed
from shared.model.uplinks import Uplink
from shared.runtime.database import Database, Received

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GROUP = {"berges-garonne": ("lamp-1", "lamp-2")}


class Noting:
    """A driver whose lamps are the test: what was sent stands in ``sent``."""

    def __init__(self, database: Database) -> None:
        self._heard = HeardReports(database)
        self.sent: list[Command] = []
        self.closed = False

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        if self.closed:
            raise DeliveryDelayed("closed", 2.0)
        self.sent += commands

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        return self._heard.latest(luminaires)

    def rest(self) -> None:
        """Nothing is held."""


@pytest.fixture
def city(controller_of: Callable[..., Any], hold: Callable[..., Any]) -> Any:
    """A controller that has just told its two lamps to go from 50 % to 100 %, with sequence 2."""
    controller = controller_of(groups=GROUP, now=AT)
    controller.driver = Noting(controller.database)
    controller.take(hold(AT, lease_until=AT + timedelta(hours=3)))
    assert sent(controller) == [("lamp-1", 100, 2), ("lamp-2", 100, 2)]
    return controller


def sent(city: Any) -> list[tuple[str, int, int]]:
    return [(command.luminaire, command.level, command.sequence) for command in city.driver.sent]


def say(city: Any, lamp: str, at: datetime, sequence: int, level: int | None) -> Any:
    body = {"sequence": sequence, "feedback": level, "actual": level, "at": at.isoformat()}
    return hear(city, f"vigie.luminaires.{lamp}.reported", json.dumps(body).encode())


def hear(city: Any, topic: str, *bodies: bytes) -> Any:
    received = [Received(f"u{number}", Uplink(topic, body)) for number, body in enumerate(bodies)]
    return take_reports(city.database, received, city.now).outcomes


def levels(city: Any) -> list[tuple[int | None, int | None]]:
    return [(luminaire.feedback, luminaire.actual) for luminaire in city.group().luminaires]


def test_report_with_the_sequence_ends_the_wait_and_the_silent_lamp_is_told_again(city: Any) -> None:
    city.now = AT + SECOND
    assert say(city, "lamp-1", AT + SECOND, 2, 100) == {"taken": 1}
    assert levels(city) == [(100, 100), (50, 50)]
    city.run_until(AT + 31 * SECOND)
    assert sent(city)[2:] == [("lamp-2", 100, 3)]


def test_report_that_came_while_the_controller_was_down_is_known_before_it_commands(city: Any) -> None:
    city.now = AT + SECOND
    say(city, "lamp-1", AT + SECOND, 2, 100)
    city.driver = Noting(city.database)
    take_up_control(city.database, city.driver, city.now)
    city.tick()
    # What was noted as sent to the other one may never have left.
    assert sent(city) == [("lamp-2", 100, 3)]
    assert levels(city) == [(100, 100), (50, 50)]


def test_report_that_comes_twice_or_late_changes_nothing_and_is_told_once(city: Any) -> None:
    city.now = AT + 5 * SECOND
    say(city, "lamp-1", AT + 4 * SECOND, 2, 100)
    told = city.changes()
    assert say(city, "lamp-1", AT + 4 * SECOND, 2, 100) == {"taken": 1}
    assert say(city, "lamp-1", AT + 2 * SECOND, 1, 50) == {"older": 1}
    assert levels(city)[0] == (100, 100)
    assert city.changes() == told


def test_of_several_reports_in_one_batch_the_newest_counts(city: Any) -> None:
    city.now = AT + 9 * SECOND
    bodies = [
        json.dumps({"sequence": 2, "feedback": 100, "actual": actual, "at": (AT + after * SECOND).isoformat()}).encode()
        for after, actual in ((3, 80), (9, 100), (1, 60))
    ]
    assert hear(city, "vigie.luminaires.lamp-1.reported", *bodies) == {"taken": 2, "older": 1}
    assert levels(city)[0] == (100, 100)


def test_what_is_no_report_or_of_no_known_lamp_is_counted_and_harms_nothing(city: Any) -> None:
    before = city.rows()
    assert hear(city, "vigie.luminaires.lamp-1.reported", b"", b"\xff", b"{}", b"[1]") == {"unreadable": 4}
    assert hear(city, "vigie.luminaires.a.b.reported", b'{"sequence": 1, "feedback": 1}') == {"wrong-topic": 1}
    assert say(city, "lamp-9", AT, 1, 10) == {"unknown-luminaire": 1}
    assert say(city, "lamp-1", AT + timedelta(hours=1), 2, 100) == {"from-the-future": 1}
    assert city.rows() == before


def test_reports_are_passed_over_where_the_lamps_are_simulated(city: Any) -> None:
    before = city.rows()
    received = [Received("u", Uplink("vigie.luminaires.lamp-1.reported", b'{"sequence": 2, "feedback": 100}'))]
    assert take_reports(city.database, received, city.now, read=None).outcomes == {"not-expected": 1}
    assert city.rows() == before


def test_lamp_that_loses_its_level_is_told_again_at_once(city: Any) -> None:
    city.now = AT + SECOND
    say(city, "lamp-1", city.now, 2, 100)
    city.now = AT + 10 * SECOND
    # It had no power, and burns as lamps do that hear nothing.
    say(city, "lamp-1", city.now, 0, None)
    city.tick()
    assert sent(city)[2:] == [("lamp-1", 100, 3)]


def test_command_that_could_not_leave_is_tried_when_the_driver_says_so(city: Any, hold: Callable[..., Any]) -> None:
    city.driver.closed = True
    city.now = AT + SECOND
    city.take(hold(city.now, level=80, lease_until=AT + timedelta(hours=3)))
    assert city.due == AT + 3 * SECOND
    city.run_until(AT + 60 * SECOND)
    assert city.group().luminaires[0].fault is None
    city.driver.closed = False
    city.run_until(city.due)
    assert [(lamp, level) for lamp, level, _ in sent(city)[2:]] == [("lamp-1", 80), ("lamp-2", 80)]


def test_commands_beyond_the_pace_leave_in_the_next_seconds(city: Any, hold: Callable[..., Any]) -> None:
    paces = Paces(driver=Pace(1))
    city.tick = lambda: None
    city.take(hold(AT + SECOND, level=70, lease_until=AT + timedelta(hours=3)))
    for second in (1, 2):
        acted = act_on_due(city.database, city.driver, city.calendars, city.safety, AT + second * SECOND, paces=paces)
        paces = acted.paces
        assert len(sent(city)) == 2 + second
    assert [(lamp, level) for lamp, level, _ in sent(city)[2:]] == [("lamp-1", 70), ("lamp-2", 70)]
