"""How long a rules engine takes to begin: a new process that finds the points' samples of a week in the database."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.machine import processor_seconds, resident_bytes
from shared import bus
from shared.model.observations import Observation
from shared.model.registry import Inventory
from tests.wire import many_rules
from tests.wire.engines import Engines, engines
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

_STEP: Final = timedelta(minutes=10)
_WEEK: Final = timedelta(days=7)
_PATIENCE_S: Final = 1_800.0
# Rows are made by the server itself; in steps, so that none takes too long.
_FILL: Final = """
    INSERT INTO rules_engine.sample (point, property, time, value, quality)
    SELECT point, 'level', at, 1 + 0.3 * random(), 'good'
    FROM unnest(%s::text[]) AS point, generate_series(%s::timestamptz, %s::timestamptz, %s::interval) AS at
"""
_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class TakenUp:
    """What a start took.

    Attributes:
        seconds: from the start of the process until something was decided in every part.
        empty_seconds: the same without any sample: what Python, the rules and the leases take.
        processor_s: processor time by program.
        rss_mb: the process's memory then; ``empty_rss_mb``: without any sample.
        bytes_per_sample, kilobytes_per_point: of the difference.
        leases_lost: parts that it lost meanwhile, since it did not renew its leases in time.
    """

    points: int
    samples: int
    seconds: float
    empty_seconds: float
    processor_s: dict[str, float]
    rss_mb: float
    empty_rss_mb: float
    bytes_per_sample: float
    kilobytes_per_point: float
    leases_lost: int


def inventory(points: int) -> Inventory:
    """So many gauges."""
    gauges = (number for number in range(10 * points) if many_rules.kind_of(number).id == "gauge")
    return Inventory(kinds=many_rules.KINDS, points=tuple(many_rules.point(next(gauges)) for _ in range(points)))


RULES: Final = [
    {
        "id": f"semaine.{name}", "title": name, "owner": "gemapi", "for_each": {"kind": "gauge"}, "severity": "red",
        "when": when, "then": [{"notify": {"team": "gemapi", "message": "{point}"}}],
    }
    for name, when in (
        ("haut", {"at_least": ["level", "4 m"]}),
        ("moyen", {"above": [{"avg_over": ["level", "168 h"]}, "3 m"]}),
    )
]  # fmt: skip


def take_up(servers: tuple[RabbitMQ, PostgreSQL], folder: Path, points: int) -> TakenUp:
    """Measure once without samples and once with."""
    city = inventory(points)
    rules = many_rules.write_rules(folder / "rules", RULES)
    with engines(servers, folder, rules, 1, city) as made:
        _stop(made)
        empty, empty_s, _ = _begin(made, city)
        empty_rss = resident_bytes(empty.pid)
        _stop(made)
        samples = _fill(made, city)
        process, seconds, used = _begin(made, city)
        rss = resident_bytes(process.pid)
        return TakenUp(
            points=points,
            samples=samples,
            seconds=round(seconds, 1),
            empty_seconds=round(empty_s, 1),
            processor_s={name: round(value, 1) for name, value in sorted(used.items())},
            rss_mb=round(rss / 1e6),
            empty_rss_mb=round(empty_rss / 1e6),
            bytes_per_sample=round((rss - empty_rss) / samples, 1),
            kilobytes_per_point=round((rss - empty_rss) / points / 1e3, 1),
            leases_lost=_lost(process),
        )


def _stop(made: Engines) -> None:
    process = next(iter(made.processes.values()))
    process.terminate()


def _fill(made: Engines, city: Inventory) -> int:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    names = [point.id for point in city.points]
    for begin in range(0, len(names), _AT_ONCE):
        made.ask(_FILL, names[begin : begin + _AT_ONCE], end - _WEEK + _STEP, end, _STEP)
    made.ask("ANALYZE rules_engine.sample")
    return len(names) * (_WEEK // _STEP)


def _begin(made: Engines, city: Inventory) -> tuple[Process, float, Counter[str]]:
    """Start the engine and have it decide about a point of each part: seconds and processor time."""
    one_of_each = {bus.partition_of(point.id): point.id for point in city.points}
    now = datetime.now(UTC)
    before = processor_seconds({})
    began = time.time()
    process = made.begin(0)
    made.speaker.observations(
        [Observation(point=point, property="level", time=now, value=1.0, unit="m") for point in one_of_each.values()]
    )
    until(lambda: made.undecided() == 0, _PATIENCE_S, "every part is taken up", lambda: str(process))
    decided = made.ask("SELECT max(handled) FROM rules_engine.inbox")[0][0]
    return process, decided - began, processor_seconds({process.pid: bus.RULES_ENGINE}) - before


def _lost(process: Process) -> int:
    wanted = 'vigie_lease_changes_total{change="lost",service="rules_engine"}'
    lines = [line for line in process.metrics().splitlines() if line.startswith(wanted)]
    return int(float(lines[0].rpartition(" ")[2])) if lines else 0
