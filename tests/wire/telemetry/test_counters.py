"""A counter's observations are its differences, in whatever order its readings come, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.telemetry.domain.claim import Outcome
from services.telemetry.domain.counting import increase
from services.telemetry.domain.directory import Directory
from services.telemetry.use_cases import show_history
from services.telemetry.use_cases.answer_history import answer_history, take_requests
from shared import bus
from shared.model.history import HistoryRequested, SeriesWanted
from shared.runtime.database import Database, Received, Transaction
from tests.wire.telemetry.city import directory, said, take
from tests.wire.telemetry.levels import published
from tests.wire.waiting import until

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BEGIN = NOW - timedelta(days=1)
GATE = directory("gate")
FRESH = count()


def minute(number: int) -> datetime:
    return BEGIN + timedelta(minutes=number)


def shows(database: Database, *readings: tuple[int, float], known: Directory = GATE, gate: str = "gate") -> Outcome:
    """The gate's counter shows a number at a minute."""
    return take(database, known, [said(gate, minute(number), total=value) for number, value in readings], NOW)


def counted(database: Database, gate: str = "gate") -> list[tuple[int, float]]:
    """By minute, what is stored."""
    rows = show_history.history(database, gate, "count", BEGIN, NOW, 10_000)
    return [(int((row["time"] - BEGIN) / timedelta(minutes=1)), row["value"]) for row in rows]


def told(database: Database, gate: str = "gate") -> list[tuple[int, float]]:
    """By minute, what the rules engine goes by that took every message, in order."""
    found = {item.time: item.value for item in published(database) if item.point == gate}
    return [(int((time - BEGIN) / timedelta(minutes=1)), found[time]) for time in sorted(found)]


def in_order(readings: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """What a computation comes to that has all readings before it, in order."""
    return [(number, increase(before, value, 65_536)) for (_, before), (number, value) in pairwise(sorted(readings))]


def test_an_observation_is_what_was_counted_since_the_reading_before(on_each: Database) -> None:
    assert shows(on_each, (0, 100), (15, 107), (30, 107)).accepted == 3
    assert shows(on_each, (45, 120)).accepted == 1
    assert counted(on_each) == [(15, 7), (30, 0), (45, 13)]
    assert sorted(item.value for item in published(on_each)) == [0, 7, 13]


def test_the_first_reading_is_taken_and_observes_nothing(on_each: Database) -> None:
    assert shows(on_each, (0, 100)).accepted == 1
    assert counted(on_each) == []


def test_a_reset_counts_from_zero_and_a_wrap_goes_on(on_each: Database) -> None:
    shows(on_each, (0, 500), (15, 3), (30, 65_530), (45, 10))
    assert counted(on_each) == [(15, 3), (30, 65_527), (45, 16)]


def test_a_reading_that_comes_late_corrects_the_one_behind_it(on_each: Database) -> None:
    shows(on_each, (0, 100), (30, 120))
    assert counted(on_each) == [(30, 20)]
    shows(on_each, (15, 108))
    assert counted(on_each) == [(15, 8), (30, 12)]
    (latest,) = show_history.latest(on_each, ["gate"])
    assert (latest["time"], latest["value"]) == (minute(30), 12)


def test_a_correction_is_told_and_decides_nothing_of_the_past(on_each: Database) -> None:
    shows(on_each, (0, 100), (30, 120))
    shows(on_each, (15, 108))
    assert [(item.time, item.value, item.late) for item in published(on_each)][1:] == [
        (minute(15), 8, True),
        (minute(30), 12, True),
    ]
    assert told(on_each) == counted(on_each)


def test_a_reading_before_the_first_gives_that_its_observation(on_each: Database) -> None:
    shows(on_each, (30, 120))
    shows(on_each, (15, 108))
    assert counted(on_each) == [(30, 12)]


def test_the_same_reading_again_changes_nothing_and_another_is_put_aside(on_each: Database) -> None:
    shows(on_each, (0, 100), (15, 107))
    again = shows(on_each, (0, 100), (15, 107))
    assert (again.accepted, again.duplicates, again.quarantined) == (0, 2, 0)
    assert shows(on_each, (15, 999)).quarantined == 1
    assert counted(on_each) == [(15, 7)]


def test_another_device_at_the_point_begins_its_own_count(on_each: Database) -> None:
    shows(on_each, (0, 100), (15, 107))
    known = directory("gate", suffix="-2")
    shows(on_each, (30, 4), (45, 9), known=known, gate="gate-2")
    assert counted(on_each) == [(15, 7)]
    assert counted(on_each, "gate-2") == [(45, 5)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grown=st.lists(st.integers(0, 40_000) | st.integers(0, 9), min_size=1, max_size=25),
    resets=st.sets(st.integers(0, 24), max_size=3),
    chance=st.randoms(use_true_random=False),
)
def test_whatever_the_order_the_observations_are_those_of_an_orderly_count(
    on_each: Database, grown: list[int], resets: set[int], chance: Random
) -> None:
    suffix = f"-{next(FRESH)}"
    total, readings = 0, list[tuple[int, float]]()
    for number, more in enumerate(grown):
        total = more if number in resets else (total + more) % 65_536
        readings.append((number, float(total)))
    coming = readings * 2
    chance.shuffle(coming)
    known, gate = directory("gate", suffix=suffix), f"gate{suffix}"
    while coming:
        size = chance.randint(1, 10)
        shows(on_each, *coming[:size], known=known, gate=gate)
        coming = coming[size:]
    assert counted(on_each, gate) == in_order(readings)
    assert told(on_each, gate) == counted(on_each, gate)


def test_two_replicas_that_take_the_same_readings_at_once_come_to_the_same(on_postgresql: Database) -> None:
    readings = [(number, float(number * number)) for number in range(200)]
    together = Barrier(2)
    failed: list[Exception] = []

    def replica(step: int) -> None:
        together.wait(timeout=30)
        mine = readings[::step]
        try:
            for start in range(0, len(mine), 7):
                shows(on_postgresql, *mine[start : start + 7])
        except Exception as error:  # noqa: BLE001 - a thread's error would be told to nobody
            failed.append(error)

    replicas = [Thread(target=replica, args=(step,)) for step in (1, -1)]
    for one in replicas:
        one.start()
    for one in replicas:
        one.join(timeout=60)
    assert failed == []
    assert counted(on_postgresql) == in_order(readings)
    assert told(on_postgresql) == counted(on_postgresql)


def test_no_difference_is_told_again_behind_its_correction(
    on_postgresql: Database, asked: Callable[[str], list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(on_postgresql, (0, 100), (30, 120))
    wanted = SeriesWanted(point="gate", property="count", since=BEGIN)
    request = HistoryRequested(partition=bus.partition_of("gate"), wanted=(wanted,))
    take_requests(on_postgresql, [Received("r", request)], NOW)
    publish = Transaction.publish

    with ThreadPoolExecutor() as threads, monkeypatch.context() as patch:
        late = list[Future[Outcome]]()

        def between(transaction: Transaction, what: bus.Event, message: Any, *, routing_key: str | None = None) -> None:
            """History was read and is about to be told; now a reading comes that lies in between."""
            if not late:
                late.append(threads.submit(shows, on_postgresql, (15, 108)))
                until(lambda: asked("SELECT 1 FROM pg_locks WHERE NOT granted"), 30, "the correction waits")
            publish(transaction, what, message, routing_key=routing_key)

        patch.setattr(Transaction, "publish", between)
        answer_history(on_postgresql, NOW)
        late[0].result(timeout=30)
    assert [item.value for item in published(on_postgresql)] == [20, 20, 8, 12]
