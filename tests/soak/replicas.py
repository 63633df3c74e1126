"""Three replicas of the rules engine that are killed, frozen, added and removed, beside one that nobody disturbs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.wire import run_replicas
from tests.wire.many_rules import Extent
from tests.wire.run_replicas import Disturbance
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.spreading import spread

_REPLICAS = 3
_RESTLESS = 8


def run(
    servers: tuple[RabbitMQ, PostgreSQL],
    rules: int,
    points: int,
    disturbances: int,
    chance: random.Random,
    folder: Path,
) -> dict[str, Any]:
    """Figures; ``good`` tells whether the replicas decided and told what one alone does, each thing once.

    Args:
        disturbances: each of an instant; every sort in turn, so that there are three or four replicas.
    """
    extent = Extent(rules, points, disturbances + 2, _RESTLESS)
    plan = {number + 1: run_replicas.SORTS[number % len(run_replicas.SORTS)] for number in range(disturbances)}
    alone = run_replicas.run(servers, folder, extent, 1)
    _say(f"one alone: {len(alone.transitions)} transitions in {alone.seconds:.0f} s")
    shared = run_replicas.run(servers, folder, extent, _REPLICAS, plan, chance.randrange(10**6), _say)
    differences = shared.differences(alone)
    for words in differences[:20]:
        _say(words[:500])
    return {
        "rules": rules,
        "points": points,
        "instants": extent.instants,
        "samples": alone.samples,
        "disturbances": len(shared.disturbances),
        "transitions": len(alone.transitions),
        "messages": alone.messages,
        "differences": len(differences),
        "told_twice": shared.twice(),
        **{sort: _figures([done for done in shared.disturbances if done.sort == sort]) for sort in run_replicas.SORTS},
        "seconds": {"alone": round(alone.seconds), "replicas": round(shared.seconds)},
        "good": not differences and not shared.twice() and len(shared.disturbances) == disturbances,
    }


def _figures(some: list[Disturbance]) -> dict[str, Any]:
    decided = [done.decided_s for done in some if done.decided_s is not None]
    return {"taken_over_s": spread([done.taken_s for done in some]), "decided_s": spread(decided)}


def _say(words: str) -> None:
    print(f"engine-replicas: {words}", flush=True)  # noqa: T201
