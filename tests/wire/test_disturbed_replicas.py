"""Replicas of the rules engine come, go, die and sleep, and together decide what one alone decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Final

import pytest

from shared import bus
from shared.model.observations import Observation
from shared.model.registry import Inventory, Point
from shared.runtime.leases import TERM
from tests.wire import many_rules, run_replicas
from tests.wire.engines import Engines, Speaker, engines
from tests.wire.many_rules import Extent
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

# The fewest rules among which each sort is.
EXTENT: Final = Extent(rules=22, points=200, instants=12)
PLAN: Final = {3: "kill", 5: "freeze", 7: "add", 9: "remove"}


@pytest.mark.slow
def test_replicas_that_die_sleep_come_and_go_decide_what_one_alone_decides(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    servers = (rabbitmq, postgresql)
    alone = run_replicas.run(servers, tmp_path, EXTENT, 1)
    assert {row[1].partition("@")[0] for row in alone.transitions} == {"fired", "worsened", "eased", "resolved"}
    assert alone.differences(alone) == []

    shared = run_replicas.run(servers, tmp_path, EXTENT, 3, PLAN)
    assert [done.sort for done in shared.disturbances] == list(PLAN.values())
    assert all(done.parts for done in shared.disturbances)
    assert shared.differences(alone) == []
    assert shared.twice() == 0


HIGH: Final = {
    "id": "haut", "title": "Haut", "owner": "gemapi", "for_each": {"kind": "gauge"}, "severity": "red",
    "when": {"at_least": ["level", "2 m"]}, "then": [{"notify": {"team": "gemapi", "message": "{point}"}}],
}  # fmt: skip
LEVEL_M: Final = 2.5
EVERY_S: Final = 0.1


def gauges(since: int) -> list[Point]:
    """A gauge in each partition, of those that are numbered from there."""
    numbers = (number for number in count(since) if many_rules.kind_of(number).id == "gauge")
    found: dict[int, Point] = {}
    while len(found) < bus.PARTITIONS:
        point = many_rules.point(next(numbers))
        found.setdefault(bus.partition_of(point.id), point)
    return list(found.values())


def inventory(*points: Point) -> Inventory:
    return Inventory(kinds=many_rules.KINDS, points=points)


def levels(points: list[Point]) -> list[Observation]:
    now = datetime.now(UTC)
    return [
        Observation(point=point.id, property="level", time=now, value=LEVEL_M, unit="m", trace=point.id)
        for point in points
    ]


@contextmanager
def observing(made: Engines, points: list[Point]) -> Iterator[None]:
    """Each of the points is observed ten times a second, in a message of its own."""
    over, faults = Event(), []

    def observe() -> None:
        speaker = Speaker(made.platform)
        try:
            while not over.wait(EVERY_S):
                speaker.observations(levels(points))
        except Exception as fault:  # noqa: BLE001 - the test looks at it
            faults.append(fault)
        speaker.close()

    thread = Thread(target=observe)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert faults == []


def longest_wait_s(made: Engines) -> float:
    """From when a message was committed until it was decided; of the one that waited longest."""
    query = (
        "SELECT max(i.handled - o.created), count(*) FILTER (WHERE i.handled IS NULL)"
        " FROM telemetry.outbox o LEFT JOIN rules_engine.inbox i USING (event_id) WHERE o.event = 'observations'"
    )
    waited, undecided = made.ask(query)[0]
    assert undecided == 0
    return float(waited)


def fired(made: Engines) -> list[str]:
    return sorted(point for (point,) in made.ask("SELECT point FROM rules_engine.transition WHERE kind = 'fired'"))


@pytest.mark.slow
def test_joining_and_leaving_leaves_no_gap_and_every_replica_hears_of_a_new_point(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    first, later = gauges(0), gauges(1_000)
    rules = many_rules.write_rules(tmp_path / "rules", [HIGH])
    with engines((rabbitmq, postgresql), tmp_path, rules, 2, inventory(*first)) as made:
        with observing(made, first):
            until(lambda: len(fired(made)) == len(first), 30, "all first points are decided")
            made.begin(2).await_ready()
            made.await_balance()
            assert made.processes.pop("rules_engine-0").terminate().code == 0
            made.await_balance()
        made.await_decided()
        waited = longest_wait_s(made)
        record_property("longest_wait_s", round(waited, 2))
        # Less than a death costs.
        assert waited < TERM.total_seconds()

        made.tell(inventory(*first, *later), 2, datetime.now(UTC))
        made.speaker.observations(levels(later))
        names = sorted(point.id for point in (*first, *later))
        until(lambda: fired(made) == names, 30, "every new point is decided, each once", lambda: fired(made))
