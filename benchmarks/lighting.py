"""The lighting controller at the size of a city: what a change of a zone costs, how long it takes, what nothing costs.

One zone of the strictest class, in one process with simulated lamps that answer at once: the use-cases of the service's
tick, with time that moves to whatever is due next. So seconds of the envelope are counted and not waited for, and what
is told beside them is this process's processor time. Each is measured on SQLite and on PostgreSQL:

- dusk (0 to 100 %), a rule that dims by 30 points (waves of a quarter of the zone, a minute apart), and an emergency
  back to 100 %, which waits for nothing. A change is over when every luminaire was seen to do what is wanted;
- a tick when nothing is due, the quarter-hour's asking of all luminaires, the quarter-hour's counting of energy;
- memory of the controller for each luminaire, as it stands and at its peak (SQLite, lamps in the database).

The reference is what any controller has to do: to hand over as many commands, hear as many reports, and write as many
rows once. The same is done with few luminaires: the cost of each must not grow.

Last comes an emergency of the same zone over MQTT, with everything in processes of its own and by the machine's clock;
see ``lit_by_mqtt``. The last line is one JSON object.

python -m benchmarks.lighting [--luminaires 5000] [--few 500] [--only sqlite postgresql mqtt] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.evening import Figures, measure, memory
from benchmarks.lit_by_mqtt import ByMqtt, measure_by_mqtt
from benchmarks.lit_databases import postgresql, sqlite
from benchmarks.machine import load
from benchmarks.street import CLASS
from shared.runtime.database import Database
from tests.wire.servers.postgresql import PostgreSQL, postgresql_server
from tests.wire.servers.rabbitmq import RabbitMQ, rabbitmq_server

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
    "mqtt_to_pace": 1.5,
    "mqtt_processor_ms": 2.5,
}
"""Seconds are of the processor, of the worst change that is free of waves (dusk or emergency), on SQLite. Many to few:
for each luminaire, but for the idle tick. ``dim_to_envelope``: until the last command left, to what the waves need at
least. ``kilobytes``: for each luminaire, as it stands. ``mqtt_to_pace``: an emergency over MQTT, to what its pace alone
takes. ``mqtt_processor_ms``: of the controller for each command there; at its pace it leaves half a processor free."""

PARTS: Final = ("sqlite", "postgresql", "mqtt")

Brokers = Callable[[], AbstractContextManager[RabbitMQ]]


def main(
    words: Sequence[str] | None = None,
    server: Callable[[], AbstractContextManager[PostgreSQL]] = postgresql_server,
    broker: Brokers = rabbitmq_server,
) -> None:
    """Measure what the command line says.

    Args:
        words: of the command line; None: those of this process.
        server: the database server.
        broker: with MQTT.
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
    by_mqtt = None
    if "mqtt" in options.only:
        with server() as running, broker() as between, tempfile.TemporaryDirectory(prefix="vigie-benchmark-") as folder:
            by_mqtt = measure_by_mqtt((between, running), Path(folder), many)
            print(json.dumps(asdict(by_mqtt)), flush=True)
    ratios = (_ratios(found, memory_of_each) if found else {}) | (_ratios_by_mqtt(by_mqtt) if by_mqtt else {})
    _tell(
        figures=[asdict(each) for each in found],
        mqtt=by_mqtt and asdict(by_mqtt),
        memory=memory_of_each,
        ratios=ratios,
        reached={name: ratios[name] <= goal for name, goal in AT_MOST.items() if name in ratios},
        took_s=round(time.monotonic() - begun),
    )


def _tell(**told: object) -> None:
    machine = {"processors": os.cpu_count(), "load": round(load(), 1)}
    print(json.dumps({"benchmark": "lighting", "class": CLASS, **told, "goal": AT_MOST, **machine}))


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


def _ratios_by_mqtt(found: ByMqtt) -> dict[str, float]:
    ratios = {
        "mqtt_to_pace": found.seconds / found.pace_s,
        "mqtt_to_bare": found.seconds / found.bare_s,
        "mqtt_processor_ms": found.processor_s["controller"] / found.luminaires * 1e3,
    }
    return {name: round(value, 2) for name, value in ratios.items()}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--luminaires", type=int, default=5_000, help="of the zone")
    parser.add_argument("--few", type=int, default=500, help="of the zone beside which it is held")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true", help="only whether it works: few luminaires")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
