"""Replicas that take the same observations at the same moment store each once, and one of them tells it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from services.telemetry.domain.claim import Conflict, Outcome
from services.telemetry.domain.comparing import key_of
from services.telemetry.storage.adding import postgresql as adding
from services.telemetry.storage.observations import Observations
from services.telemetry.storage.partitions import Partitions
from services.telemetry.storage.quarantine import Quarantine
from shared.model.observations import Observation
from shared.runtime.database import Database, Transaction
from tests.wire.telemetry.levels import GAUGES, NOW, level, published, take
from tests.wire.telemetry.taking import BATCHES, MINUTES
from tests.wire.waiting import until

TAKEN = BATCHES * MINUTES * GAUGES
Asked = Callable[[str], list[tuple[object, ...]]]


def run(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.wire.telemetry.{module}", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_processes_that_take_the_same_store_it_once_and_tell_it_once(on_postgresql: Database, address: str) -> None:
    replicas = [run("taking", address, order) for order in ("forwards", "backwards")]
    for replica in replicas:
        assert replica.stdout is not None
        assert replica.stdout.readline() == "ready\n"
    for replica in replicas:
        assert replica.stdin is not None
        replica.stdin.write("go\n")
        replica.stdin.flush()
    found = [json.loads(replica.communicate(timeout=60)[0]) for replica in replicas]
    assert all(accepted + repeated == TAKEN for accepted, repeated in found)
    assert sum(accepted for accepted, _ in found) == TAKEN
    told = [key_of(item) for item in published(on_postgresql)]
    assert len(told) == len(set(told)) == TAKEN


def test_copy_waits_the_green_way(on_postgresql: Database, address: str) -> None:
    found, _ = run("green", address).communicate(timeout=90)
    assert found == f"{GAUGES - 1} new, 1 repeated\n"


def stored(transaction: Transaction, gauge: int = 0) -> None:
    """A level of 1 m is written, not yet committed."""
    item = Observation(point=f"p{gauge}", property="level", time=NOW, value=1.0, unit="m")
    Observations(transaction).add({key_of(item): item}, NOW)


@contextmanager
def taken_while_uncommitted(database: Database, asked: Asked, *gauges: int) -> Iterator[Future[Outcome]]:
    """A replica has stored a level of the first gauge and not yet committed when another takes those of some."""
    Partitions().make_room(database, [NOW])
    with ThreadPoolExecutor() as threads, database.transaction() as transaction:
        stored(transaction)
        second = threads.submit(take, database, [level(1000, gauge) for gauge in gauges or (0,)])
        until(lambda: asked("SELECT 1 FROM pg_locks WHERE NOT granted"), 30, "the second waits for the first")
        yield second
        for gauge in gauges:
            stored(transaction, gauge)


def test_who_comes_second_waits_and_finds_a_duplicate(on_postgresql: Database, asked: Asked) -> None:
    with taken_while_uncommitted(on_postgresql, asked) as second:
        pass
    assert (second.result().accepted, second.result().duplicates) == (0, 1)
    assert published(on_postgresql) == []


def test_who_comes_second_stores_it_if_the_first_gives_up(on_postgresql: Database, asked: Asked) -> None:
    with pytest.raises(ZeroDivisionError), taken_while_uncommitted(on_postgresql, asked) as second:
        raise ZeroDivisionError
    assert (second.result().accepted, second.result().duplicates) == (1, 0)
    assert [item.value for item in published(on_postgresql)] == [1.0]


def test_replicas_that_got_them_in_another_order_do_not_wait_for_each_other(
    on_postgresql: Database, asked: Asked
) -> None:
    with taken_while_uncommitted(on_postgresql, asked, 2, 1, 0) as second:
        pass
    assert (second.result().accepted, second.result().duplicates) == (0, 3)


def test_replicas_that_got_the_same_contradiction_put_it_aside_once(on_postgresql: Database, asked: Asked) -> None:
    take(on_postgresql, [level(1000)])
    contradiction = Conflict(Observation(point="p0", property="level", time=NOW, value=1.5, unit="m"), 1.0)
    with ThreadPoolExecutor() as threads, on_postgresql.transaction() as transaction:
        Quarantine(transaction).put_aside([contradiction], NOW)
        second = threads.submit(take, on_postgresql, [level(1500)])
        until(lambda: asked("SELECT 1 FROM pg_locks WHERE NOT granted"), 30, "the second waits for the first")
    assert second.result().quarantined == 1
    assert asked("SELECT value, stored_value FROM quarantine") == [(1.5, 1.0)]


def test_a_transaction_may_add_twice(on_postgresql: Database) -> None:
    items = [Observation(point="p0", property="level", time=NOW, value=value, unit="m") for value in (1.0, 2.0)]
    later = Observation(point="p0", property="level", time=NOW + timedelta(minutes=1), value=3.0, unit="m")
    with on_postgresql.transaction() as transaction:
        stored = Observations(transaction)
        assert stored.add({key_of(items[0]): items[0]}, NOW) == {}
        assert stored.add({key_of(items[1]): items[1], key_of(later): later}, NOW) == {key_of(items[0]): 1.0}
        assert stored.add({}, NOW) == {}


def test_a_connection_lost_while_copying_is_a_database_away_and_the_next_try_succeeds(
    on_postgresql: Database, asked: Asked
) -> None:
    def lose() -> None:
        with on_postgresql.transaction() as transaction:
            server_process = transaction.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            transaction.connection.exec_driver_sql(adding._PREPARE)
            asked(f"SELECT pg_terminate_backend({server_process}, 30000)")
            adding._copy(transaction.connection, [])

    with pytest.raises(OperationalError):
        lose()
    assert take(on_postgresql, [level(1000)]).accepted == 1
