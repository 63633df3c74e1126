"""Lamps that do not hear, do not follow, or were commanded by a process that died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.use_cases import act_on_due as acting
from services.lighting_controller.use_cases.show_state import summarise
from shared.errors import DeliveryDelayed

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Line:
    """A way to the lamps that loses what the test tells it to lose, and remembers what went over it."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.sent: list[tuple[str, int]] = []

    def __call__(self, command: Command) -> bool:
        self.sent.append((command.luminaire, command.level))
        return command.luminaire in self.lost


def test_lost_command_is_sent_again_until_it_arrives(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    line = Line()
    controller = controller_of(now=AT, loses=line)
    line.lost, line.sent = {"lamp-2"}, []
    controller.take(hold(AT, lease_until=AT + timedelta(hours=3)))
    assert controller.actual() == [100, 50, 100]
    controller.run_until(AT + 29 * SECOND)
    assert line.sent.count(("lamp-2", 100)) == 1
    line.lost = set()
    controller.run_until(AT + 30 * SECOND)
    assert controller.actual() == [100, 100, 100]
    controller.run_until(AT + timedelta(hours=2))
    assert line.sent == [("lamp-1", 100), ("lamp-2", 100), ("lamp-3", 100), ("lamp-2", 100)]


def test_lamp_that_never_answers_is_a_communication_fault_and_is_still_tried(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    line = Line()
    controller = controller_of(now=AT, loses=line)
    line.lost, line.sent = {"lamp-2"}, []
    controller.take(hold(AT, lease_until=AT + timedelta(hours=3)))
    controller.run_until(AT + timedelta(minutes=5))
    assert [luminaire.fault for luminaire in controller.group().luminaires] == [None, "communication", None]
    assert line.sent.count(("lamp-2", 100)) == 3
    line.lost = set()
    controller.run_until(AT + timedelta(minutes=25))
    assert controller.actual() == [100, 100, 100]
    assert [luminaire.fault for luminaire in controller.group().luminaires] == [None, None, None]


def test_lamp_whose_light_does_not_follow_is_stuck(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT, stuck=["lamp-3"])
    controller.run_until(AT + timedelta(minutes=5))
    view = controller.group().luminaires[2]
    assert (view.target, view.feedback, view.actual, view.fault) == (50, 50, 100, "stuck")


def test_slow_lamp_is_waited_for_and_then_seen_in_place(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT, latency=timedelta(seconds=8))
    controller.run_until(AT + timedelta(minutes=1))
    controller.take(hold(controller.now))
    assert controller.actual() == [50, 50, 50]
    controller.run_until(controller.now + 30 * SECOND)
    assert controller.actual() == [100, 100, 100]


def test_ramp_is_given_its_time(controller_of: Callable[..., Any], hold: Callable[..., Any]) -> None:
    line = Line()
    controller = controller_of(now=AT, loses=line)
    line.sent = []
    controller.take(hold(AT, ramp_s=60.0))
    assert controller.actual() == [50, 50, 50]
    controller.run_until(AT + 90 * SECOND)
    assert controller.actual() == [100, 100, 100]
    assert len(line.sent) == 3


def test_new_process_learns_what_the_lamps_do_before_it_commands(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    controller.take(hold(AT))
    before = controller.rows()
    line = Line()
    controller.now = AT + SECOND
    controller.restart(loses=line)
    assert line.sent == []
    assert controller.rows()["simulated_lamp"] == before["simulated_lamp"]
    assert controller.actual() == [100, 100, 100]


def test_process_that_dies_before_its_commands_leave_sends_them_after(
    controller_of: Callable[..., Any], hold: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = controller_of(now=AT)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(acting, "_command", die)
        with pytest.raises(KeyboardInterrupt):
            controller.take(hold(AT))
    assert controller.actual() == [50, 50, 50]
    controller.restart()
    controller.run_until(AT + 30 * SECOND)
    assert controller.actual() == [100, 100, 100]


def test_closed_way_to_the_lamps_delays_commands_and_loses_none(
    controller_of: Callable[..., Any], hold: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = controller_of(now=AT)

    def closed(*_: Any) -> None:
        raise DeliveryDelayed("the network server is away")

    with monkeypatch.context() as patch:
        patch.setattr(controller.driver, "send", closed)
        controller.take(hold(AT))
    controller.run_until(AT + 30 * SECOND)
    assert controller.actual() == [100, 100, 100]


def test_each_change_is_told_with_target_feedback_and_actual(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(groups={"berges-garonne": ("lamp-1",)}, now=AT)
    controller.take(hold(AT))
    last = controller.changes()[-2:]
    shown = [(change.target, change.feedback, change.actual, change.source, change.trace) for change in last]
    assert shown == [(100, 50, 50, "flood", "t1"), (100, 100, 100, "flood", "t1")]
    assert summarise(controller.database).changes == 2


def test_retired_luminaire_is_forgotten_and_the_others_keep_their_state(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    before = controller.group().luminaires
    controller.know({"berges-garonne": ("lamp-1", "lamp-4")}, revision=2)
    after = controller.group().luminaires
    assert after[0] == before[0]
    assert [luminaire.luminaire for luminaire in after] == ["lamp-1", "lamp-4"]
    assert controller.actual() == [50, 50]
    assert summarise(controller.database).luminaires == 2


def test_older_revision_of_the_registry_is_passed_over(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=AT)
    controller.know({"berges-garonne": ("lamp-1",)}, revision=3)
    controller.know({"berges-garonne": ("lamp-1", "lamp-2")}, revision=2)
    assert len(controller.group().luminaires) == 1
