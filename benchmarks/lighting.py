"""The lighting controller at the size of a city: what a change of a zone costs, how long it takes, what nothing costs.

One zone of the strictest class, in one process with simulated lamps that answer at once: the use-cases of the service's
tick, with time that moves to whatever is due next. So seconds of the envelope are counted and not waited for, and what
is told beside them is this process's processor time. Each is measured on SQLite and on PostgreSQL:

- dusk (0 to 100 %), a rule that dims by 30 points (waves of a quarter of the zone, a minute apart), and an emergency
  back to 100 %, which waits for nothing. A change is over when every luminaire was seen to do what is wanted;
- a tick when nothing is due, the quarter-hour's asking of all luminaires, the quarter-hour's counting of energy;
- memory of the controller for each luminaire, as it stands and at its peak (SQLite, lamps in the database).

The reference is what any controller has to do: to hand over as many commands, hear as many reports, and write as many
rows once. The same is done with few luminaires: the cost of each must not grow. The last line is one JSON object.

python -m benchmarks.lighting [--luminaires 5000] [--few 500] [--only sqlite postgresql] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any, Final

from benchmarks.evening import Figures, measure, memory
from benchmarks.lit_databases import postgresql, sqlite
from benchmarks.machine import load
from benchmarks.street import CLASS
from shared.runtime.database import Database
from tests.wire.servers.postgresql import PostgreSQL, postgresql_server

AT_MOST: Final = {
    "change_s": 3.0,
    "poll_s": 1.0,
    "idle_tick_ms": 1.0,
    "change_to_bare": 12.0,
    "dim_to_envelope": 1.05,
    "change_many_to_few": 1.3,
    "poll_many_to_few": 1.3,
    "energy_many_to_few": 1.3,
    "idle_many_to_few": 2.0,
    "kilobytes": 4.0,
}
"""Seconds are of the processor, of the worst change that is free of waves (dusk or emergency), on SQLite. Many to few:
for each luminaire, but for the idle tick. ``dim_to_envelope``: until the last command left, to what the waves need at
least. ``kilobytes``: for each luminaire, as it stands."""

DATABASES: Final = ("sqlite", "postgresql")


def main(
    words: Sequence[str] | None = None, server: Callable[[], AbstractContextManager[PostgreSQL]] = postgresql_server
) -> None:
    """Measure what the command line says.

    Args:
        words: of the command line; None: those of this process.
        server: the database server.
    """
    options = _options(words)
    many, few = (60, 20) if options.quick else (options.luminaires, options.few)
    found: list[Figures] = []
    memory_of_each: dict[str, float] = {}
    begun = time.monotonic()
    if "sqlite" in options.only:
        with sqlite() as make:
            found += _told(make, (few, many))
            memory_of_each = memory(make(), many)
    if "postgresql" in options.only:
        with server() as running, postgresql(running) as make:
            found += _told(make, (few, many))
    ratios = _ratios(found, memory_of_each)
    reached = {name: ratios[name] <= goal for name, goal in AT_MOST.items() if name in ratios}
    machine = {"processors": os.cpu_count(), "load": round(load(), 1), "took_s": round(time.monotonic() - begun)}
    told = {"figures": [asdict(each) for each in found], "memory": memory_of_each, "ratios": ratios}
    print(json.dumps({"benchmark": "lighting", "class": CLASS, **told, "reached": reached, "goal": AT_MOST, **machine}))


def _told(make: Callable[[], Database], numbers: Sequence[int]) -> list[Figures]:
    found = []
    for number in numbers:
        found.append(measure(make(), number))
        print(json.dumps(asdict(found[-1])), flush=True)
    return found


def _ratios(found: Sequence[Figures], memory_of_each: dict[str, float]) -> dict[str, Any]:
    few, many = found[:2]
    times = many.luminaires / few.luminaires
    ratios = {
        "change_s": many.change_s,
        "poll_s": many.poll_s,
        "idle_tick_ms": many.idle_tick_ms,
        "change_to_bare": many.change_s / many.bare_s,
        "dim_to_envelope": many.dim["handed_over_s"] / many.envelope_s,
        "change_many_to_few": many.change_s / few.change_s / times,
        "poll_many_to_few": many.poll_s / few.poll_s / times,
        "energy_many_to_few": many.energy_s / few.energy_s / times,
        "idle_many_to_few": many.idle_tick_ms / few.idle_tick_ms,
    }
    if "kilobytes" in memory_of_each:
        ratios["kilobytes"] = memory_of_each["kilobytes"]
    if len(found) > 2:
        ratios["postgresql_to_sqlite"] = found[3].change_s / many.change_s
    return {name: round(value, 2) for name, value in ratios.items()}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--luminaires", type=int, default=5_000, help="of the zone")
    parser.add_argument("--few", type=int, default=500, help="of the zone beside which it is held")
    parser.add_argument("--only", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--quick", action="store_true", help="only whether it works: few luminaires")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
