"""Two replicas of the engine on one PostgreSQL, each with its own parts, at the very moment when both write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.rules_engine.domain.book import Key
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.series import Series
from services.rules_engine.storage.kept import Kept, partition
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases import take_up_rules
from services.rules_engine.use_cases.deciding import Decisions
from shared import bus
from shared.model.observations import Observation, Quality
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import upgrade
from tests.component.rules_engine.river import ALL, START, Engine, book_of, rule
from tests.wire.servers.postgresql import PostgreSQL

VALLEY = rule(
    "valley",
    "when: {at_least: [{how_many: {at_least: [level, 2 m]}}, 2]}",
    "across: {kind: water-level, by: area}",
)
ONE = rule("one", "when: {at_least: [level, 2 m]}\n  unless: {rule: valley, at: anywhere}")
GROUP = partition(("valley", "area:vallee"))


@pytest.fixture
def database(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    made = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(made, "services.rules_engine.storage", bus.RULES_ENGINE)
    yield made
    made.engine.dispose()


@pytest.fixture
def replicas(database: Database) -> Callable[[str], tuple[Engine, Engine]]:
    """One that holds the stations, and one that holds the valley."""
    stations = {part: epoch for part, epoch in ALL.items() if part != GROUP}
    return lambda rules: (
        Engine(database, rules, held=stations),
        Engine(database, rules, held={GROUP: ALL[GROUP]}),
    )


def run(*acts: Callable[[], Any]) -> list[BaseException]:
    """Run all at once; what went wrong."""
    faults: list[BaseException] = []

    def guarded(act: Callable[[], Any]) -> None:
        try:
            act()
        except BaseException as fault:  # noqa: BLE001 - it is the test that looks at it
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "two replicas wait for each other"
    return faults


def test_a_value_that_comes_while_its_group_is_decided_is_decided_on_too(
    replicas: Callable[[str], tuple[Engine, Engine]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stations, valley = replicas(VALLEY)
    stations.observe({"amont": 2.5})
    act, begun, observed = Decisions.act, threading.Event(), threading.Event()

    def slowly(self: Decisions, key: Key) -> None:
        # The series are loaded by now.
        begun.set()
        observed.wait(timeout=2)
        act(self, key)

    def observe() -> None:
        assert begun.wait(timeout=10)
        stations.now += timedelta(seconds=1)
        stations.observe({"milieu": 2.6})
        observed.set()

    monkeypatch.setattr(Decisions, "act", slowly)
    assert run(valley.tick, observe) == []
    monkeypatch.undo()
    valley.now += timedelta(seconds=2)
    valley.tick()
    assert valley.told() == [("valley", "area:vallee", "fired")]


def test_replicas_never_wait_for_each_other_when_what_others_gave_way_to_ends(
    replicas: Callable[[str], tuple[Engine, Engine]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stations, valley = replicas(VALLEY + ONE)
    for engine in (stations, valley):
        engine.now = START + timedelta(minutes=15)
    stations.observe({"amont": 2.5, "milieu": 2.5})
    valley.tick()
    stations.now = valley.now = START + timedelta(minutes=30)
    stations.observe({"milieu": 1.0, "aval": 1.0})
    stations.tick()
    saved, meeting = States.save, threading.Barrier(2, timeout=10)
    met: set[int] = set()

    def save(self: States, states: dict[Key, Kept]) -> None:
        saved(self, states)
        if states and threading.get_ident() not in met:
            met.add(threading.get_ident())
            meeting.wait()

    monkeypatch.setattr(States, "save", save)
    stations.now += timedelta(seconds=1)
    valley.now += timedelta(seconds=1)
    assert run(lambda: stations.observe({"amont": 2.4}), valley.tick) == []
    monkeypatch.undo()
    assert valley.told() == [("valley", "area:vallee", "fired"), ("valley", "area:vallee", "resolved")]
    for _ in range(5):
        stations.now += timedelta(minutes=1)
        stations.tick()
    assert ("one", "amont", "fired") in stations.told()


def test_two_workers_of_a_replica_take_up_each_part_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    take_up, taken = take_up_rules._take_up, []

    def counted(*given: Any) -> None:
        taken.extend(given[3])
        take_up(*given)

    monkeypatch.setattr(take_up_rules, "_take_up", counted)
    memory, book = Memory(), book_of(VALLEY)
    both = [lambda: take_up_rules.take_up_rules(database, memory, book, ALL, START)] * 2
    assert run(*both) == []
    assert sorted(taken) == sorted(ALL)


def test_samples_come_back_as_they_were_written(database: Database) -> None:
    said = [
        (START - timedelta(days=400, microseconds=1), 1.25, Quality.GOOD),
        (START, -0.1, Quality.SUSPECT),
        (START + timedelta(microseconds=7), 1e300, Quality.GOOD),
        (START + timedelta(hours=1), 0.0, Quality.OUT_OF_RANGE),
        (START + timedelta(hours=2), 3.0, Quality.SIMULATED),
    ]
    points = [f"p{number}" for number in range(250)]
    with database.transaction() as transaction:
        Samples(transaction).append(
            [
                Observation(point=point, property=name, time=time, value=value, unit="m", quality=quality)
                for point in points
                for name in ("level", "flow")
                for time, value, quality in reversed(said)
            ]
        )
    with database.transaction() as transaction:
        found = Samples(transaction).load([*points, "silent"])
    wanted = list(Series(Sample(value, time, quality) for time, value, quality in said))
    assert found.keys() == {*points, "silent"}
    assert found["silent"] == {}
    for point in points:
        assert {name: list(series) for name, series in found[point].items()} == {"level": wanted, "flow": wanted}
