"""Two replicas on one PostgreSQL whose points make the same rule raise, one after the other and at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services.rules_engine.domain.alert import AlertState, Hold, Phase
from services.rules_engine.storage.kept import Kept, partition
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.show_alerts import rules
from shared import bus
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import check, upgrade
from tests.component.rules_engine.river import ALL, START, Engine
from tests.component.rules_engine.test_quarantine import DAILY, SIMPLE, STRANGE, quarantined, strange, told
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.test_replicas_of_rules import run
from tests.wire.waiting import until

STRANGER = partition(("daily", "aval"))


@pytest.fixture
def database(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    made = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(made, "services.rules_engine.storage", bus.RULES_ENGINE)
    yield made
    made.engine.dispose()


@pytest.fixture
def replicas(database: Database) -> tuple[Engine, Engine]:
    """One that holds the station in the strange zone, and one that holds the others."""
    others = {part: epoch for part, epoch in ALL.items() if part != STRANGER}
    held = ({STRANGER: ALL[STRANGER]}, others)
    one, two = (Engine(database, DAILY + SIMPLE, held=parts, city=STRANGE) for parts in held)
    return one, two


def test_the_tables_are_those_of_the_code(database: Database) -> None:
    check(database, "services.rules_engine.storage")


def test_what_one_sets_aside_the_other_leaves_alone_and_puts_to_rest(
    database: Database, replicas: tuple[Engine, Engine]
) -> None:
    one, two = replicas
    two.observe({"amont": 2.5})
    one.observe({"aval": 2.5})
    assert quarantined(database) == ["daily"]
    two.observe({"amont": 0.5, "milieu": 2.5})
    two.tick()
    one.tick()
    assert [item for item in two.told() if item[0] == "daily"] == [("daily", "amont", "fired")]
    assert ("simple", "milieu", "fired") in two.told()
    assert len(told(database)) == 1


def test_two_that_meet_it_at_one_moment_tell_the_owner_once(
    database: Database, replicas: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (Engine(database, DAILY, held=replica.held, city=strange("aval", "amont")) for replica in replicas)
    put, meeting = Quarantine.put, threading.Barrier(2, timeout=10)

    def together(self: Quarantine, *what: object) -> bool:
        meeting.wait()
        return put(self, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(Quarantine, "put", together)
    assert run(lambda: one.observe({"aval": 2.5}), lambda: two.observe({"amont": 2.6})) == []
    monkeypatch.undo()
    assert len(told(database)) == 1
    assert rules(database, one.book)[0]["quarantined"]["times"] == 2


@pytest.mark.parametrize("act", ["wake", "rouse"])
def test_states_are_locked_by_rule_and_point_in_whatever_order_they_lie(database: Database, act: str) -> None:
    keys = [("r", point) for point in ("c", "b", "a")]
    pending = AlertState(holds=(Hold(Phase.PENDING, since=START),))
    for key in keys:
        with database.transaction() as transaction:
            States(transaction).save({key: Kept(pending, "f")})
    with ThreadPoolExecutor() as threads:
        with database.transaction() as other:
            other.connection.execute(text("SELECT 1 FROM alert_state WHERE point = 'b' FOR UPDATE"))
            acting = threads.submit(_act, database, act)
            until(lambda: _waits(database), 30, "it waits for the second")
            free = _free(database)
        acting.result(timeout=30)
    assert free == {"c"}
    with database.transaction() as transaction:
        assert len(States(transaction).due(ALL, START)) == 3


def _act(database: Database, act: str) -> None:
    with database.transaction() as transaction:
        getattr(States(transaction), act)(["r"], START)


def _waits(database: Database) -> bool:
    with database.transaction() as transaction:
        return bool(transaction.connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def _free(database: Database) -> set[str]:
    with database.transaction() as transaction:
        return set(transaction.connection.scalars(text("SELECT point FROM alert_state FOR UPDATE SKIP LOCKED")))
