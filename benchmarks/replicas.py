"""How fast replicas of the rules engine decide what waits for them, together."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import processor_seconds
from shared import bus
from tests.wire import many_rules
from tests.wire.engines import Engines, engines, held_by
from tests.wire.many_rules import STEP, Extent, Words
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

_PATIENCE_S: Final = 600.0
# As if another replica held everything, so that nothing is begun before all of it waits.
_SEIZE: Final = (
    "UPDATE rules_engine.lease SET holder = 'benchmark', epoch = epoch + 1,"
    " expires_at = clock_timestamp() + interval '1 hour'"
)
_RELEASE: Final = "UPDATE rules_engine.lease SET holder = NULL, expires_at = NULL"
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM telemetry.outbox"
# Rules that read several points are due as soon as an observation of one is there.
_DUE: Final = "SELECT count(*) FROM rules_engine.alert_state WHERE due_at <= clock_timestamp()"
_BEGAN: Final = (
    "SELECT min(i.handled) FROM telemetry.outbox o JOIN rules_engine.inbox i USING (event_id) WHERE o.id > %s"
)


@dataclass(frozen=True)
class Shared:
    """What so many replicas gave.

    Attributes:
        per_s: observations decided in a second, from the beginning of the first batch until nothing is left to decide.
        processor_us: processor time for each observation by program, microseconds.
        shares: of all that processor time, by program.
        busy_processors: how many processors were at work on it, on average.
    """

    replicas: int
    observations: int
    per_s: float
    processor_us: dict[str, float]
    shares: dict[str, float]
    busy_processors: float


def drain(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    rules: Sequence[Words],
    counts: Sequence[int],
    points: int,
    instants: int,
) -> list[Shared]:
    """Measure with each of these numbers of replicas, the least first; before it, once for nothing."""
    extent = Extent(len(rules), points, (len(counts) + 1) * instants, restless=8)
    start = datetime.now(UTC) - extent.instants * STEP
    written = many_rules.write_rules(folder / "rules", rules)
    found = []
    with engines(servers, folder, written, counts[0], many_rules.inventory(points)) as made:
        for turn, count in enumerate((counts[0], *counts)):
            for process in [made.begin(number) for number in range(len(made.processes), count)]:
                process.await_ready()
            turns = range(turn * instants, (turn + 1) * instants)
            seen = [item for instant in turns for item in many_rules.observations(extent, instant, start)]
            found.append(_drain(made, seen))
    return found[1:]


def _drain(made: Engines, seen: list[Any]) -> Shared:
    made.await_balance()
    made.ask(_SEIZE)
    until(lambda: not any(map(held_by, made.processes.values())), _PATIENCE_S, "nothing is held")
    newest = made.ask(_NEWEST)[0][0]
    made.speaker.observations(seen)
    before = _used(made)
    made.ask(_RELEASE)
    until(lambda: _is_done(made), _PATIENCE_S, "all is decided", made.undecided)
    ended, used = time.time(), _used(made) - before
    seconds = ended - made.ask(_BEGAN, newest)[0][0]
    total = used.total()
    return Shared(
        replicas=len(made.processes),
        observations=len(seen),
        per_s=round(len(seen) / seconds),
        processor_us={name: round(spent / len(seen) * 1e6) for name, spent in sorted(used.items())},
        shares={name: round(spent / total, 2) for name, spent in sorted(used.items())},
        busy_processors=round(total / seconds, 2),
    )


def _is_done(made: Engines) -> bool:
    return made.undecided() == 0 and made.ask(_DUE)[0][0] == 0


def _used(made: Engines) -> Counter[str]:
    return processor_seconds({process.pid: bus.RULES_ENGINE for process in made.processes.values()})
