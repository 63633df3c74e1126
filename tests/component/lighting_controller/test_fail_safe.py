"""A controller that starts, takes over, or hears nothing: it learns before it commands, and raises no storm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Report
from services.lighting_controller.domain.commanding.pacing import Pace, Paces
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.network.cabinet import Cabinet, Cabinets
from services.lighting_controller.domain.network.network import Network
from services.lighting_controller.drivers import WAYS
from services.lighting_controller.drivers.simulated import Outage, SimulatedDriver
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.take_up_control import take_up_control
from shared.model.luminaires import LuminairesObserved
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MANY = {"berges-garonne": tuple(f"lamp-{number:03}" for number in range(60))}


class Deaf:
    """A way on which nothing comes back, ever."""

    def __init__(self) -> None:
        self.sent: list[tuple[datetime, Command]] = []

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        self.sent += [(now, command) for command in commands]

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        return []

    def rest(self) -> None:
        """Nothing is held."""


class Noting(SimulatedDriver):
    """Simulated lamps, and what was sent to them."""

    def __init__(self, database: Database) -> None:
        super().__init__(StoredLamps(database))
        self.sent: list[tuple[str, int]] = []

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        self.sent += [(command.luminaire, command.level) for command in commands]
        super().send(commands, now)


def test_lamps_that_changed_while_nobody_was_there_are_heard_before_any_is_commanded(
    controller_of: Callable[..., Any],
) -> None:
    controller = controller_of(now=AT)
    assert controller.actual() == [50, 50, 50]
    # Somebody works at the lamps while the controller is down; one of them is only asked for what it does already.
    lamps = SimulatedDriver(StoredLamps(controller.database))
    lamps.send([Command("lamp-2", 100, timedelta(), CommandReason.OVERRIDE, "local", 9)], AT + MINUTE)
    controller.now = AT + 60 * MINUTE
    driver = Noting(controller.database)
    controller.driver = driver
    take_up_control(controller.database, driver, controller.now)
    assert driver.sent == []
    assert controller.actual() == [50, 100, 50]
    controller.tick()
    assert driver.sent == [("lamp-2", 50)]


def test_replica_that_takes_over_repeats_nothing_that_was_done(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    controller = controller_of(now=AT)
    first, second = Lamps(controller.driver), Lamps(Noting(controller.database))
    first.take_up(controller.database, AT, Watch())
    controller.take(hold(AT, lease_until=AT + timedelta(hours=3)))
    first.rest()
    controller.driver, controller.now = second.driver, AT + 20 * SECOND
    second.take_up(controller.database, controller.now, Watch())
    controller.tick()
    assert second.driver.sent == []
    assert controller.actual() == [100, 100, 100]


def test_controller_that_hears_nothing_at_all_keeps_the_pace_gives_up_and_tries_seldom(
    controller_of: Callable[..., Any],
) -> None:
    controller = controller_of(groups=MANY, now=AT, mute=MANY["berges-garonne"])
    deaf, patience, paces = Deaf(), Patience(spread=0.25), Paces(driver=Pace(10))
    controller.restart(mute=MANY["berges-garonne"])
    now, due = AT, AT
    while due is not None and due <= AT + 60 * MINUTE:
        now = max(now, due)
        acted = act_on_due(
            controller.database, deaf, controller.calendars, controller.safety, now, Watch(patience), paces
        )
        paces, due = acted.paces, acted.next_due
    seconds = [int((at - AT).total_seconds()) for at, _ in deaf.sent]
    assert max(seconds.count(second) for second in set(seconds)) <= 20
    by_lamp = [sum(command.luminaire == lamp for _, command in deaf.sent) for lamp in MANY["berges-garonne"]]
    # Three times, then once each quarter of an hour at most.
    assert 5 <= min(by_lamp) <= max(by_lamp) <= 8
    assert acted.faults is not None
    assert {fault.value: number for fault, number in acted.faults.items()} == {"communication": 60}


def test_cabinet_that_is_off_by_day_is_not_hammered_nor_called_silent_and_gets_grace_at_dusk(
    controller_of: Callable[..., Any],
) -> None:
    noon = datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
    controller = controller_of(now=noon, mute=["lamp-1", "lamp-2", "lamp-3"])
    with controller.database.transaction() as transaction:
        inventory = RegistryCopy(transaction).inventory()
    fed = tuple(msgspec.structs.replace(point, site="c") for point in inventory.points)
    cabinets = Cabinets(by_site={"c": Cabinet("c", "g", off_by_day=True)})
    network = Network(msgspec.structs.replace(inventory, points=fed), cabinets)
    watch = Watch(Patience(silent_after=15 * MINUTE), network)
    deaf = Deaf()
    due: datetime | None = noon
    # Sunset at Toulouse on 10 January 2022 is at 16:36 UTC, dusk half an hour later.
    faults = {}
    while due is not None and due <= datetime(2022, 1, 10, 18, 0, tzinfo=UTC):
        acted = act_on_due(controller.database, deaf, controller.calendars, controller.safety, due, watch)
        if acted.faults is not None:
            faults[due] = acted.faults
        due = acted.next_due
    # What was sent at noon is not sent again before power has returned and ten minutes more.
    assert min(at for at, _ in deaf.sent) > datetime(2022, 1, 10, 16, 45, tzinfo=UTC)
    first = min(at for at, counts in faults.items() if counts)
    assert first > datetime(2022, 1, 10, 16, 46, tzinfo=UTC)


def test_a_tick_costs_one_question_while_nothing_is_due(
    controller_of: Callable[..., Any], statements: Callable[..., Any]
) -> None:
    controller = controller_of(groups=MANY, now=AT)
    seen = statements(controller.database)
    controller.tick()
    assert len(seen.texts) == 1


def test_all_lamps_are_told_in_one_message(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(groups=MANY, now=AT)
    told = controller.published(LuminairesObserved, "luminaires_observed")
    assert max(len(message.observations) for message in told) == 60
    assert len(told) <= 2


def test_reports_that_waited_are_taken_before_anything_is_commanded(controller_of: Callable[..., Any]) -> None:
    lamps = Lamps(controller_of(now=AT).driver, WAYS["mqtt"])
    assert lamps.listens_until(AT) == AT + 3 * SECOND
    lamps.took(500, AT + 2 * SECOND, 500)
    assert lamps.listens_until(AT + 4 * SECOND) == AT + 5 * SECOND
    lamps.took(499, AT + 4 * SECOND, 500)
    assert lamps.listens_until(AT + 5 * SECOND) is None
    lamps.rest()
    for second in range(60):
        lamps.took(500, AT + second * SECOND, 500)
        assert lamps.listens_until(AT + second * SECOND) is not None
    lamps.took(500, AT + 60 * SECOND, 500)
    assert lamps.listens_until(AT + 60 * SECOND) is None, "whoever can't read them all commands nevertheless"


def test_simulated_lamps_need_no_waiting(controller_of: Callable[..., Any]) -> None:
    assert Lamps(controller_of(now=AT).driver).listens_until(AT) is None


def test_one_word_from_behind_a_gateway_that_is_back_has_all_tried_again_that_it_had_cut_off(
    controller_of: Callable[..., Any], hold: Callable[..., Any]
) -> None:
    """The others' first words got lost, and their next tries are a quarter of an hour away."""
    controller = controller_of(now=AT)
    until = AT + 30 * MINUTE
    controller.driver.cut(Outage(AT + SECOND, until))
    controller.now = AT + 2 * SECOND
    controller.take(hold(controller.now, lease_until=AT + timedelta(hours=3)))
    controller.run_until(until)
    assert {luminaire.fault for luminaire in controller.group().luminaires} == {"communication"}
    assert set(controller.actual()) == {50}
    word = controller.driver.reports(["lamp-2"], until)
    with controller.database.transaction() as transaction:
        hear_reports(transaction, word, until)
    controller.tick()
    controller.run_until(until + 10 * SECOND)
    assert controller.actual() == [100, 100, 100]


LIMITS = """
classes:
  P4: {floor: 20 %, step: 100 %, ramp: 0 s, dwell: 10 min, share: 50 %}
default: P4
"""


@pytest.mark.parametrize("ahead", [timedelta(hours=12), timedelta(days=400)])
def test_clock_that_was_ahead_leaves_no_street_dark_and_nothing_waiting_for_its_time(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any], ahead: timedelta
) -> None:
    """It showed noon, so the lamps were put out; then a rule lit them for a flood. It is a quarter to two."""
    controller = controller_of(now=AT + ahead - MINUTE, limits=LIMITS)
    lamps, watch = Lamps(controller.driver, replace(WAYS["simulated"], pace=Pace(50))), Watch()

    def act(now: datetime) -> None:
        controller.now = now
        lamps.take_up(controller.database, now, watch)
        safe = controller.safety
        acted = act_on_due(controller.database, lamps.driver, controller.calendars, safe, now, watch, lamps.paces)
        lamps.paces, controller.due = acted.paces, acted.next_due

    act(controller.now)
    act(AT + ahead)
    if ahead < timedelta(days=1):
        assert controller.actual() == [0, 0, 0]
    controller.take(hold(AT + ahead, day=True))
    assert controller.actual() == [100, 100, 100]
    act(AT)
    controller.take(release(AT + MINUTE))
    for seconds in range(0, 15 * 60, 20):
        act(AT + MINUTE + seconds * SECOND)
    assert controller.actual() == [50, 50, 50], "what the calendar has at that hour"
