"""The rules engine in time and in replicas: how fast, what the clock costs, how long a start takes, how much memory.

RabbitMQ, PostgreSQL and each replica are processes of their own, on one machine: with two processors, of which the
servers take their part, replicas show what sharing costs and not what more machines would give. The last line is one
JSON object.

python -m benchmarks.engine [--points 20000] [--pending 100000] [--instants 10] [--only throughput ticks start]
                            [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import replicas, taking_up, ticking
from benchmarks.machine import load
from tests.wire import many_rules
from tests.wire.platform import servers
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

AT_LEAST: Final = {"two_replicas_to_one": 1.0, "four_replicas_to_one": 0.8}
AT_MOST: Final = {
    "processor_four_to_one": 1.5,
    "idle_look_many_to_few": 2.0,
    "due_row_many_to_few": 1.5,
    "start_to_empty_start": 10.0,
    "bytes_per_sample": 34.0,
}
PARTS: Final = ("throughput", "ticks", "start")
_COUNTS: Final = (1, 2, 4)
_GROUPED: Final = frozenset({"vallee", "mediane", "reseau", "lieu", "voisins"})
_DUE: Final = 100

Both = tuple[RabbitMQ, PostgreSQL]
Servers = AbstractContextManager[Both]


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        rules, watched, instants: of the throughput: its rules, its points, and how often each observes in a run.
        pending, few: timers that wait, and of the look beside it; ``seconds``: how often is looked.
        points: with a week's samples at the start.
    """

    rules: int
    watched: int
    instants: int
    pending: int
    few: int
    seconds: int
    points: int


_QUICK: Final = Size(rules=22, watched=100, instants=3, pending=400, few=200, seconds=2, points=20)


def throughput(both: Both, folder: Path, size: Size) -> tuple[dict[str, Any], dict[str, float]]:
    """Replicas one, two and four; and one of them without the rules that read several points.

    The share of these is one of processor time, for each observation.
    """
    rules = many_rules.rules(size.rules)
    own = [rule for rule in rules if rule["id"].partition(".")[0] not in _GROUPED]
    shared = replicas.drain(both, folder / "all", rules, _COUNTS, size.watched, size.instants)
    alone = replicas.drain(both, folder / "own", own, _COUNTS[:1], size.watched, size.instants)[0]
    one, two, four = (each.per_s for each in shared)
    cost_of_one, _, cost_of_four = (sum(each.processor_us.values()) for each in shared)
    figures = {"replicas": [asdict(each) for each in shared], "without_groups": asdict(alone)}
    ratios = {
        "two_replicas_to_one": round(two / one, 2),
        "four_replicas_to_one": round(four / one, 2),
        "processor_four_to_one": round(cost_of_four / cost_of_one, 2),
        "share_of_groups": round(1 - sum(alone.processor_us.values()) / cost_of_one, 2),
    }
    return figures, ratios


def ticks(both: Both, _folder: Path, size: Size) -> tuple[dict[str, Any], dict[str, float]]:
    """Many timers that wait, beside few."""
    few, many = (ticking.tick(both[1], pending, _DUE, size.seconds) for pending in (size.few, size.pending))
    ratios = {
        "idle_look_many_to_few": round(many.idle_look_ms / few.idle_look_ms, 2),
        "due_row_many_to_few": round(many.due_row_ms / few.due_row_ms, 2),
    }
    return {"ticks": [asdict(few), asdict(many)]}, ratios


def start(both: Both, folder: Path, size: Size) -> tuple[dict[str, Any], dict[str, float]]:
    """A start on a week of samples, beside one without."""
    found = taking_up.take_up(both, folder / "start", size.points)
    ratios = {
        "start_to_empty_start": round(found.seconds / found.empty_seconds, 2),
        "bytes_per_sample": found.bytes_per_sample,
    }
    return {"start": asdict(found)}, ratios


_MEASURES: Final = {"throughput": throughput, "ticks": ticks, "start": start}


def main(words: Sequence[str] | None = None, both: Callable[[], Servers] = servers) -> None:
    """Measure what the command line says.

    Args:
        words: of the command line; None: those of this process.
        both: the broker and the database server.
    """
    options = _options(words)
    size = _QUICK if options.quick else Size(
        options.rules, 2_000, options.instants, options.pending, 1_000, 30, options.points
    )  # fmt: skip
    figures: dict[str, Any] = {}
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="vigie-benchmark-") as name, both() as running:
        for part in options.only:
            more, compared = _MEASURES[part](running, Path(name), size)
            print(json.dumps(more), flush=True)
            figures |= more
            ratios |= compared
    machine = {"processors": os.cpu_count(), "load": round(load(), 1)}
    told = {"figures": figures, "ratios": ratios, "reached": _reached(ratios), "goal": AT_LEAST | AT_MOST}
    print(json.dumps({"benchmark": "engine", **asdict(size), **told, **machine}))


def _reached(ratios: dict[str, float]) -> dict[str, bool]:
    least = {name: ratios[name] >= goal for name, goal in AT_LEAST.items() if name in ratios}
    return least | {name: ratios[name] <= goal for name, goal in AT_MOST.items() if name in ratios}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=20_000, help="with a week's samples, at the start")
    parser.add_argument("--pending", type=int, default=100_000, help="timers that wait")
    parser.add_argument("--rules", type=int, default=100, help="of the throughput")
    parser.add_argument("--instants", type=int, default=25, help="of the throughput, in each run")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--quick", action="store_true", help="only whether it works: few of everything")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
