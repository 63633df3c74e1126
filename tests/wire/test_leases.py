"""Each part of the work is one replica's at a time; whoever lost it writes nothing under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import text

from shared import bus
from shared.errors import LeaseLost
from shared.runtime.database import Database, open_postgresql, session_name
from shared.runtime.leases import TERM, SharedLeases
from shared.runtime.message_store import MessageStore
from shared.runtime.migrating import upgrade
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.waiting import until

PARTS = bus.LEASES[bus.RULES_ENGINE]
EXPIRE = text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 s' WHERE holder = :holder")
UNSEEN = text("UPDATE replica SET seen_at = clock_timestamp() - :term WHERE id = :holder")
WRITE = text("INSERT INTO inbox (event_id, handled) VALUES ('written', 0)")


@dataclass
class Watch:
    """Seconds that grow when the test says so."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def engine(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    opened = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(opened, "services.rules_engine.storage", bus.RULES_ENGINE)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def replica(engine: Database) -> Callable[..., SharedLeases]:
    """A function that gives a replica, which has looked once."""

    def make(name: str, watch: Watch | None = None) -> SharedLeases:
        leases = SharedLeases(engine, name, PARTS, watch or Watch())
        leases.make_rows()
        leases.renew()
        return leases

    return make


def expire(engine: Database, holder: str) -> None:
    with engine.engine.begin() as connection:
        connection.execute(EXPIRE, {"holder": holder})
        connection.execute(UNSEEN,
                           {"holder": holder, "term": TERM})  # fmt: skip


def write(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(WRITE)


def was_written(engine: Database) -> bool:
    return MessageStore(engine).handled_ids() == {"written"}


def test_one_replica_alone_does_everything(replica: Callable[..., SharedLeases]) -> None:
    assert replica("one").held().keys() == set(range(PARTS))


def test_two_replicas_share_evenly_and_never_the_same_part(replica: Callable[..., SharedLeases]) -> None:
    one, two = replica("one"), replica("two")
    assert two.held() == {}
    one.renew()
    assert len(one.held()) == PARTS // 2
    one.release(one.surplus)
    two.renew()
    assert one.held().keys() | two.held().keys() == set(range(PARTS))
    assert not one.held().keys() & two.held().keys()


def test_whoever_leaves_is_followed_at_once(replica: Callable[..., SharedLeases]) -> None:
    one, two = replica("one"), replica("two")
    one.leave()
    assert one.held() == {}
    two.renew()
    assert two.held().keys() == set(range(PARTS))


def test_whoever_stops_renewing_loses_everything_and_each_change_of_hands_has_a_new_epoch(
    replica: Callable[..., SharedLeases], engine: Database
) -> None:
    one = replica("one")
    expire(engine, "one")
    two = replica("two")
    assert two.held() == {part: epoch + 1 for part, epoch in one.held().items()}


def test_a_frozen_holder_that_wakes_writes_nothing(replica: Callable[..., SharedLeases], engine: Database) -> None:
    one = replica("one")
    guarded = one.fence(engine)
    expire(engine, "one")
    replica("two")
    with pytest.raises(LeaseLost):
        write(guarded)
    assert not was_written(engine)
    # Having found out, it holds nothing until it has looked again.
    assert one.held() == {}


def test_a_holder_writes(replica: Callable[..., SharedLeases], engine: Database) -> None:
    write(replica("one").fence(engine, {0, 3}))
    assert was_written(engine)


def test_a_lease_that_ran_out_is_no_right_to_write_even_if_nobody_took_it(
    replica: Callable[..., SharedLeases], engine: Database
) -> None:
    guarded = replica("one").fence(engine)
    expire(engine, "one")
    with pytest.raises(LeaseLost):
        write(guarded)
    assert not was_written(engine)


def test_who_was_frozen_for_a_term_knows_it_without_asking(replica: Callable[..., SharedLeases]) -> None:
    watch = Watch()
    one = replica("one", watch)
    watch.seconds += TERM.total_seconds() + 0.1
    assert one.held() == {}
    one.renew()
    assert one.held().keys() == set(range(PARTS))


def test_work_under_a_part_that_is_not_held_does_not_begin(
    replica: Callable[..., SharedLeases], engine: Database
) -> None:
    replica("one")
    with pytest.raises(LeaseLost):
        replica("two").fence(engine, {0})


def test_nobody_overtakes_a_holder_that_is_about_to_commit(
    replica: Callable[..., SharedLeases], engine: Database
) -> None:
    guarded = replica("one").fence(engine, {5})
    with engine.engine.connect() as connection:
        assert guarded._fence is not None
        guarded._fence(connection)
        with engine.engine.begin() as other:
            # Of all leases but the one that the open transaction stands on.
            late = text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 s' WHERE part <> 5")
            other.execute(late)
        assert replica("two").held().keys() <= set(range(PARTS)) - {5}


def test_what_a_frozen_holder_left_locked_is_free_when_another_follows(
    replica: Callable[..., SharedLeases], engine: Database, postgresql: PostgreSQL, database: str
) -> None:
    frozen = "00000000-0000-4000-8000-000000000001"
    replica(f"machine:{frozen}")
    options = {
        "options": f"-csearch_path={bus.RULES_ENGINE} -cidle_in_transaction_session_timeout=1s -cstatement_timeout=1s",
        "application_name": session_name(bus.RULES_ENGINE, frozen),
    }
    left = psycopg.connect(postgresql.url(database), **options)
    left.autocommit = True
    pipeline = left.pipeline()
    pipeline.__enter__()
    # Sent together with more that never comes: the server waits for it, and no time-out counts.
    left.execute("BEGIN")
    left.execute(str(WRITE))
    left.pgconn.send_flush_request()
    until(lambda: left.pgconn.flush() == 0, 10, "both are sent")
    until(lambda: _is_waiting(engine, frozen), 10, "the row is locked")
    expire(engine, f"machine:{frozen}")
    follower = replica("other")
    write(follower.fence(engine))
    assert was_written(engine)
    left.close()


def _is_waiting(engine: Database, process: str) -> bool:
    query = text(
        "SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)"
        " WHERE application_name LIKE '%' || :process AND state = 'active' AND mode = 'RowExclusiveLock'"
    )
    with engine.engine.connect() as connection:
        return bool(connection.scalar(query, {"process": process}))
