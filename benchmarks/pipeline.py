"""How fast uplinks become stored observations and decisions of rules, beside a bare kombu consumer in the same run.

RabbitMQ (quorum queues), PostgreSQL and each service run as processes of their own; 300 rules are active, five of which
read each observation. The last line is one JSON object.

python -m benchmarks.pipeline [--uplinks 20000] [--runs 3] [--seconds 20] [--quick] [--profile]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

from benchmarks import bare, bulk, latency, single
from benchmarks.city import City, city
from benchmarks.machine import load
from benchmarks.stations import RULES
from shared import bus
from tests.doubles.twilio import TwilioDouble
from tests.wire.platform import servers
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.trial import Doubles

GOALS: Final = {"pipeline_to_bare": 0.7, "bulk_to_pipeline": 3.0, "to_decision_p95_ms": 250, "to_text_p95_ms": 500}
_TOGETHER: Final = 500


@dataclass(frozen=True)
class Extent:
    """How much is measured: uplinks in a run, runs, observations in bulk, seconds of steady load."""

    uplinks: int
    runs: int
    bulk: int
    seconds: float


_QUICK: Final = Extent(uplinks=1_000, runs=1, bulk=4_000, seconds=2.0)


def compare(made: City, uplinks: int) -> dict[str, Any]:
    """One run: the reference before and after, since a machine is not always as fast, and the pipeline in between."""
    address = made.platform.administrator
    before = bare.drain(address, made.uplinks(uplinks))
    drained = single.drain(made, uplinks)
    after = bare.drain(address, made.uplinks(uplinks))
    reference = mean((before.messages_per_s, after.messages_per_s))
    used = {"bare": round(mean((before.processor_us, after.processor_us)), 1), **drained.processor_us}
    return {
        "bare_per_s": round(reference),
        "pipeline_per_s": round(drained.uplinks_per_s),
        "ratio": round(drained.uplinks_per_s / reference, 3),
        "processor_us": used,
        "load": round(load(), 1),
    }


def measure(made: City, twilio: TwilioDouble, extent: Extent) -> dict[str, Any]:
    """Everything, one after the other; figures and ratios."""
    runs = [_shown(compare(made, extent.uplinks)) for _ in range(extent.runs)]
    together = bare.drain(made.platform.administrator, made.uplinks(extent.uplinks), _TOGETHER).messages_per_s
    pipeline = median(run["pipeline_per_s"] for run in runs)
    in_bulk = bulk.observations_per_s(made, extent.bulk)
    sustained = single.sustain(made, extent.uplinks)
    steady = latency.measure(made, twilio, sustained / 2, extent.seconds)
    figures = {
        "pipeline_per_s": pipeline,
        "bare_per_s": median(run["bare_per_s"] for run in runs),
        f"bare_acknowledging_{_TOGETHER}_per_s": round(together),
        "bulk_per_s": round(in_bulk),
        "sustained_per_s": round(sustained),
        "at_half_load": asdict(steady),
        "runs": runs,
    }
    ratios = {
        "pipeline_to_bare": median(run["ratio"] for run in runs),
        "bulk_to_pipeline": round(in_bulk / pipeline, 2),
        "to_decision_p95_ms": steady.to_decision.p95_ms,
        "to_text_p95_ms": steady.to_text.p95_ms,
    }
    return {"figures": figures, "ratios": ratios, "reached": _reached(ratios)}


def _reached(ratios: dict[str, float]) -> dict[str, bool]:
    at_most = {name for name in GOALS if name.endswith("_ms")}
    return {name: ratios[name] <= goal if name in at_most else ratios[name] >= goal for name, goal in GOALS.items()}


def _shown(run: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(run), flush=True)
    return run


Servers = AbstractContextManager[tuple[RabbitMQ, PostgreSQL]]


def main(words: Sequence[str] | None = None, both: Callable[[], Servers] = servers) -> None:
    """Measure what the command line says.

    Args:
        words: of the command line; None: those of this process.
        both: the broker and the database server.
    """
    options = _options(words)
    extent = _QUICK if options.quick else Extent(options.uplinks, options.runs, 2 * options.uplinks, options.seconds)
    sampled = (bus.TELEMETRY, bus.RULES_ENGINE) if options.profile else ()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="vigie-benchmark-")))
        doubles = ending.enter_context(Doubles())
        made = ending.enter_context(city(ending.enter_context(both()), folder, doubles.settings(), sampled))
        found = measure(made, doubles.twilio, extent)
        for text in made.sampling.summaries():
            print(text)
    machine = {"processors": os.cpu_count(), "load": round(load(), 1)}
    print(json.dumps({"benchmark": "pipeline", "rules": RULES, **asdict(extent), **found, "goal": GOALS, **machine}))


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uplinks", type=int, default=20_000, help="in each run; a multiple of 2,000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="of steady load, for the latencies")
    parser.add_argument("--quick", action="store_true", help="only whether it works: few of everything")
    parser.add_argument("--profile", action="store_true", help="also print where the services' time goes; slower")
    options = parser.parse_args(words)
    if options.uplinks % 2_000:
        parser.error("--uplinks: a multiple of 2,000, so that every station and gateway has as many")
    return options


if __name__ == "__main__":
    main()
