"""The long tests, for ``make soak``. The last line is one JSON object; the exit code is 1 if anything went wrong.

python -m tests.soak [--only embedded distributed poison outages fuzz engine-replicas engine-in-time on-call storm
                      incidents lighting-calendars lighting-night whole]
                     [--kills 30] [--points 20000] [--rules 100] [--disturbances 50] [--lives 3000]
                     [--rotations 200] [--calendars 50] [--luminaires 5000] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tests.soak import (
    distributed,
    embedded,
    engine_in_time,
    fuzz,
    lighting_calendars,
    lighting_night,
    on_call,
    replicas,
    whole,
)
from tests.wire import run_incidents, run_outages, run_poison, run_storm
from tests.wire.platform import servers
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

PARTS: Final = (
    "embedded", "distributed", "poison", "outages", "fuzz", "engine-replicas", "engine-in-time", "on-call", "storm",
    "incidents", "lighting-calendars", "lighting-night", "whole",
)  # fmt: skip
_POISON_KILLS, _GOOD = 50, 10_000
_SPOILT, _EXAMPLES = 100_000, 100
_STORM: Final = 10_000
_INCIDENTS, _INCIDENT_KILLS = 500, 50
_ALONE: Final = frozenset(
    {"embedded", "fuzz", "engine-in-time", "on-call", "lighting-calendars", "lighting-night", "whole"}
)
"""Parts that need no servers, or bring their own."""
_PER_SECOND, _AWAY_S, _FROZEN_S = 200, 20.0, 30.0

Servers = tuple[RabbitMQ, PostgreSQL]


def _poison(both: Servers, chance: random.Random, folder: Path) -> dict[str, Any]:
    killed = [("rules_engine-0", "telemetry-0")[turn % 2] for turn in range(_POISON_KILLS)]
    found = run_poison.run(both, folder, _GOOD, killed, chance, lambda name: _say(f"poison: {name} killed"))
    return asdict(found) | {"good": found.is_good(), "uplinks": found.good}


def _outages(both: Servers, folder: Path) -> dict[str, Any]:
    found = run_outages.run(both, folder, _PER_SECOND, _AWAY_S, _FROZEN_S, lambda words: _say(f"outages: {words}"))
    return {
        "observations": found.observations,
        "take_over_s": round(found.take_over_s, 1),
        "dead": found.dead,
        "dead_letters": found.dead_letters,
        "good": found.is_good(),
    }


def _alone(options: argparse.Namespace, chance: random.Random, folders: dict[str, Path]) -> dict[str, Any]:
    """The parts that need no servers, or bring their own."""
    found: dict[str, Any] = {}
    if "embedded" in options.only:
        found["embedded"] = embedded.run(options.kills, chance, folders["embedded"])
    if "fuzz" in options.only:
        found["fuzz"] = fuzz.run(_SPOILT, _EXAMPLES, options.seed)
    if "engine-in-time" in options.only:
        found["engine-in-time"] = engine_in_time.run(options.lives, options.seed, folders["engine-in-time"])
    if "on-call" in options.only:
        found["on-call"] = on_call.run(options.rotations, options.seed)
    if "lighting-calendars" in options.only:
        found["lighting-calendars"] = lighting_calendars.run(options.calendars, options.seed)
    if "lighting-night" in options.only:
        found["lighting-night"] = lighting_night.run(options.luminaires, options.seed, folders["lighting-night"])
    if "whole" in options.only:
        found["whole"] = whole.run()
    return found


def _storm(both: Servers, folder: Path) -> dict[str, Any]:
    found = run_storm.run(both, folder, _STORM)
    return asdict(found) | {"good": found.is_good()}


def _incidents(both: Servers, chance: random.Random, folder: Path) -> dict[str, Any]:
    found = run_incidents.run(
        both, folder, _INCIDENTS, _INCIDENT_KILLS, chance, lambda words: _say(f"incidents: {words}")
    )
    return {
        "incidents": found.incidents,
        "kills": found.kills,
        "messages": found.messages,
        "lost": found.lost.total(),
        "twice": found.twice.total(),
        "wrong": list(found.wrong)[:20],
        "disorder": list(found.disorder)[:20],
        "uncertain": found.doubts,
        "seconds": round(found.seconds),
        "good": found.is_good() and found.kills == _INCIDENT_KILLS,
    }


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--kills", type=int, default=30, help="of embedded replays, and of distributed processes")
    parser.add_argument("--points", type=int, default=20_000, help="of the engine's replicas")
    parser.add_argument("--rules", type=int, default=100, help="of the engine's replicas")
    parser.add_argument("--disturbances", type=int, default=50, help="of the engine's replicas")
    parser.add_argument("--lives", type=int, default=3_000, help="of the rules engine, that are made up and cut")
    parser.add_argument("--rotations", type=int, default=200, help="of people on call, a year of minutes each")
    parser.add_argument("--calendars", type=int, default=50, help="of street lights, a year of minutes each")
    parser.add_argument("--luminaires", type=int, default=5_000, help="of one night of street lights")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - moments, not secrets
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="vigie-soak-") as name:
        folders = {part: Path(name) / part for part in PARTS}
        for folder in folders.values():
            folder.mkdir()
        found |= _alone(options, chance, folders)
        if set(options.only) - _ALONE:
            with servers() as both:
                if "distributed" in options.only:
                    found["distributed"] = distributed.run(both, options.kills, chance, folders["distributed"])
                if "engine-replicas" in options.only:
                    found["engine-replicas"] = replicas.run(
                        both, options.rules, options.points, options.disturbances, chance, folders["engine-replicas"]
                    )
                others = {
                    "poison": lambda: _poison(both, chance, folders["poison"]),
                    "outages": lambda: _outages(both, folders["outages"]),
                    "storm": lambda: _storm(both, folders["storm"]),
                    "incidents": lambda: _incidents(both, chance, folders["incidents"]),
                }
                found |= {part: run() for part, run in others.items() if part in options.only}
    good = all(part["good"] for part in found.values())
    print(json.dumps({"good": good, "seed": options.seed, **found}, default=str))  # noqa: T201
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
