"""Two replicas on one PostgreSQL whose points make the same rule raise, one after the other and at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from services.rules_engine.storage.kept import partition
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.use_cases.show_alerts import rules
from shared import bus
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import check, upgrade
from tests.component.rules_engine.river import ALL, Engine
from tests.component.rules_engine.test_quarantine import DAILY, SIMPLE, STRANGE, quarantined, strange, told
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.test_replicas_of_rules import run

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
