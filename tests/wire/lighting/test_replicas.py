"""Two replicas of the lighting controller on a real PostgreSQL: who has the lease commands, nobody else does, and one
that is killed or frozen wherever it stands is followed by the other."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.drivers.simulated import Outage, SimulatedDriver
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from services.lighting_controller.storage.tables import LUMINAIRE
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.keep_registry import keep_registry
from shared import bus
from shared.errors import LeaseLost
from shared.model.registry import Group, Inventory, Point, RegistryChanged, Text
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.migrating import upgrade
from tests.wire.lighting.replica import Replica, Stage
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.waiting import until

HOUR = timedelta(hours=1)
EVENING = datetime(2022, 1, 9, 21, 0, tzinfo=UTC)
"""22:00 in Toulouse: the bank is lit at 100 %, dims to 50 % at 22:30 and is bright again at 5:30."""
DIMMED, BRIGHT = EVENING + timedelta(minutes=30), EVENING + 7.5 * HOUR
LAMPS = tuple(f"lamp-{number:02}" for number in range(40))
_LOCKS_GROUPS = re.compile(r"SELECT luminaire_group\.id.*FOR UPDATE", re.DOTALL)
_LOCKS_LUMINAIRES = re.compile(r"SELECT luminaire\.id.*FOR UPDATE", re.DOTALL)
OUT = text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 s'")

Start = Callable[[Stage, datetime], "subprocess.Popen[str]"]


@pytest.fixture
def url(postgresql: PostgreSQL, database: str) -> str:
    """Where a controller's database is that knows forty lamps."""
    address = postgresql.url(database)
    made = open_postgresql(address, bus.LIGHTING_CONTROLLER)
    upgrade(made, "services.lighting_controller.storage", bus.LIGHTING_CONTROLLER)
    know(made, LAMPS, 1)
    made.engine.dispose()
    return address


@pytest.fixture
def replica(url: str) -> Iterator[Callable[..., Replica]]:
    """A function that gives a replica, which has looked for the lease once."""
    made: list[Replica] = []

    def make(name: str, now: datetime = EVENING) -> Replica:
        # Not this process's: a follower ends the sessions of whom it follows.
        found = Replica(url, name, now, process=f"thread-{name}")
        found.look()
        made.append(found)
        return found

    yield make
    for each in made:
        each.close()


@pytest.fixture
def start(url: str) -> Iterator[Start]:
    """A function that starts a replica as a process, and returns when it has got to its stage."""
    running: list[subprocess.Popen[str]] = []

    def make(stage: Stage, now: datetime) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "tests.wire.lighting.replica", url, now.isoformat(), stage.value]
        process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        return process

    yield make
    for process in running:
        process.kill()
        process.communicate()


def know(database: Database, lamps: tuple[str, ...], revision: int) -> None:
    points = tuple(
        Point(id=lamp, title=lamp, kind="luminaire", directorate="eclairage", longitude=1.44, latitude=43.6)
        for lamp in lamps
    )
    group = Group(id="berges-garonne", title=Text(fr="Berges", en="Banks"), directorate="eclairage", points=lamps)
    told = RegistryChanged(revision=revision, at=EVENING, inventory=Inventory(points=points, groups=(group,)))
    keep_registry(database, [Received(f"r{revision}", told)], EVENING)


def levels(database: Database) -> Counter[int | None]:
    """How many lamps do what, as they themselves have it."""
    reports = SimulatedDriver(StoredLamps(database)).look(LAMPS, BRIGHT + HOUR)
    return Counter(report.actual for report in reports)


def sequences(database: Database) -> set[int]:
    """The numbers of the last commands."""
    with database.transaction() as transaction:
        return set(transaction.connection.scalars(select(LUMINAIRE.c.sequence)))


def take_lease_away(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(OUT)


def test_both_tick_and_each_change_is_commanded_once(replica: Callable[..., Replica]) -> None:
    both = [replica("one"), replica("two")]
    assert [bool(each.leases.held()) for each in both] == [True, False]
    for now in (EVENING, DIMMED, BRIGHT):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda each, now=now: [each.tick(now) for _ in range(3)], both))
    one, two = (Counter((item.luminaire, item.level) for item in each.driver.commands) for each in both)
    assert one == dict.fromkeys([(lamp, 100) for lamp in LAMPS], 2) | dict.fromkeys([(lamp, 50) for lamp in LAMPS], 1)
    assert two == Counter()
    assert levels(both[0].database) == {100: len(LAMPS)}


def test_two_that_both_believe_to_have_the_lease_command_each_luminaire_once(replica: Callable[..., Replica]) -> None:
    """Only for a moment, when it changes hands: what one has noted as sent the other waits for."""
    both = [replica("one"), replica("two")]
    for now in (EVENING, DIMMED, BRIGHT):
        together = threading.Barrier(2)

        def act(each: Replica, now: datetime = now, together: threading.Barrier = together) -> None:
            together.wait()
            service = each.service
            act_on_due(each.database, each.driver, service.lights.calendars, service.lights.safety, now)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, both))
        told = Counter(item.luminaire for each in both for item in each.driver.commands)
        assert told == dict.fromkeys(LAMPS, 1)
        for each in both:
            each.driver.commands.clear()
    assert levels(both[0].database) == {100: len(LAMPS)}


@pytest.mark.parametrize(
    ("stage", "ending", "sends", "sequence"),
    [
        pytest.param(Stage.WRITING, signal.SIGKILL, 1, 1, id="killed in its transaction: nothing was noted"),
        pytest.param(Stage.WRITING, signal.SIGSTOP, 1, 1, id="frozen in its transaction: its locks are taken away"),
        pytest.param(Stage.NOTED, signal.SIGKILL, 1, 2, id="killed before it sent: sent again under a new number"),
        pytest.param(Stage.SENT, signal.SIGKILL, 0, 1, id="killed after it sent: heard, and not sent again"),
    ],
)
def test_one_that_ends_where_it_stands_is_followed(
    start: Start, replica: Callable[..., Replica], stage: Stage, ending: signal.Signals, sends: int, sequence: int
) -> None:
    stopped = start(stage, EVENING)
    other = replica("other")
    assert other.tick(EVENING) is None
    stopped.send_signal(ending)
    take_lease_away(other.database)
    other.look()
    other.tick(EVENING + timedelta(seconds=9))
    assert Counter(item.luminaire for item in other.driver.commands) == +Counter(dict.fromkeys(LAMPS, sends))
    assert levels(other.database) == {100: len(LAMPS)}
    assert sequences(other.database) == {sequence}
    # One that wakes has lost what it still had to write with its session.
    stopped.send_signal(signal.SIGCONT)
    other.tick(DIMMED)
    assert levels(other.database) == {50: len(LAMPS)}


def test_one_that_slept_before_it_sent_and_woke_under_anothers_lease_sends_nothing(
    replica: Callable[..., Replica],
) -> None:
    """Not every luminaire knows from a number that what it is told is old."""
    one, other = replica("one"), replica("other")
    one.tick(EVENING)
    one.driver.commands.clear()

    def sleep(_published: bool) -> None:
        if not other.leases.held():
            take_lease_away(other.database)
            other.look()
            other.tick(DIMMED + timedelta(seconds=9))

    one.database.on_commit(sleep)
    with pytest.raises(LeaseLost):
        one.tick(DIMMED)
    assert one.driver.commands == []
    assert levels(other.database) == {50: len(LAMPS)}


def test_registry_that_loses_a_lamp_in_the_midst_of_a_tick_waits_its_turn(replica: Callable[..., Replica]) -> None:
    one, other = replica("one"), replica("other")
    one.tick(EVENING)
    with beside(one.database, _LOCKS_GROUPS, lambda: know(other.database, LAMPS[1:], 2)):
        one.tick(DIMMED)
    one.tick(DIMMED)
    assert Counter(item.level for item in one.driver.commands if item.luminaire != LAMPS[0]) == {100: 39, 50: 39}


def test_reports_that_come_in_the_midst_of_a_tick_wait_their_turn(replica: Callable[..., Replica]) -> None:
    """Also of lamps that were never heard, which the tick has to command without a report."""
    one, other = replica("one"), replica("other")
    one.driver.cut(Outage(EVENING - HOUR, EVENING + HOUR, frozenset(LAMPS[:20])))
    said = [Report(lamp, None, 100, EVENING, 0) for lamp in (LAMPS[0], LAMPS[39])]

    def hear() -> None:
        with other.database.transaction() as transaction:
            hear_reports(transaction, said, EVENING)

    # The first tick takes up control besides.
    for now in (EVENING, DIMMED):
        with beside(one.database, _LOCKS_LUMINAIRES, hear, number=2):
            one.tick(now)
    assert Counter(item.luminaire for item in one.driver.commands) == dict.fromkeys(LAMPS, 2)


@contextmanager
def beside(database: Database, statement: re.Pattern[str], act: Callable[[], None], number: int = 1) -> Iterator[None]:
    """Let another act at a statement, by its number of that sort, and wait until it has ended or waits for a lock."""
    with ThreadPoolExecutor(1) as pool:
        acting: list[Future[None]] = []
        seen = itertools.count(1)

        def begin(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            if statement.match(text) and next(seen) == number:
                acting.append(pool.submit(act))
                until(lambda: acting[0].done() or _waits(database), 10.0, "the other has ended or waits")

        event.listen(database.engine, "before_cursor_execute", begin)
        yield
        event.remove(database.engine, "before_cursor_execute", begin)
    assert acting[0].exception() is None


def _waits(database: Database) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with database.engine.connect() as connection:
        return bool(connection.exec_driver_sql(query).scalar())
