"""Twenty thousand uplinks through a distributed city while each of its processes is killed in turn."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared import bus
from tests.wire import run_kills
from tests.wire.disturbing import Kill
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.spreading import spread

_STATIONS, _INSTANTS = 134, 150
_NAMES: Final = tuple(
    f"{service}-{replica}" for service in bus.SERVICES for replica in range(run_kills.REPLICAS.get(service, 1))
)


def run(servers: tuple[RabbitMQ, PostgreSQL], kills: int, chance: random.Random, folder: Path) -> dict[str, Any]:
    """Figures; ``good`` tells whether nothing differs but what a kill of the notifier left in doubt."""
    wanted = run_kills.expectation(folder, _STATIONS, _INSTANTS)
    done: list[Kill] = []

    def told(kill: Kill) -> None:
        done.append(kill)
        print(f"distributed: {len(done)} of {kills}: {kill}", flush=True)  # noqa: T201

    found = run_kills.run(servers, folder, wanted, _plan(wanted[1].transitions, kills, chance), chance, told)
    taken_over = [kill.served_s for kill in found.kills if kill.served_s is not None]
    account = found.account
    return {
        "uplinks": found.uplinks,
        "kills": len(found.kills),
        "notifier_kills": found.notifier_kills,
        "differences": account.differences,
        "uncertain": sum(not doubt.is_again for doubt in account.doubts),
        "told_again_in_doubt": account.told_again,
        "lost": account.lost.total(),
        "told_twice": account.twice.total(),
        "twilio_faults": account.faults,
        "take_over_s": spread(taken_over),
        "lead_in_s": spread([kill.lead_in_s for kill in found.kills]),
        "good": found.is_good() and len(found.kills) == kills,
    }


def _plan(
    transitions: set[tuple[str, str, str, datetime]], kills: int, chance: random.Random
) -> dict[datetime, Sequence[str]]:
    """Each process in turn, at instants at which alerts change; a process may be killed again at once."""
    busy = sorted({moment for _, _, _, moment in transitions})
    plan: dict[datetime, list[str]] = defaultdict(list)
    for number in range(kills):
        plan[chance.choice(busy)].append(_NAMES[number % len(_NAMES)])
    return dict(plan)
