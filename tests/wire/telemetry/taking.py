"""A replica of telemetry in a process of its own: ``python -m tests.wire.telemetry.taking ADDRESS ORDER``.

It says ready, waits for a line, takes the same minutes of levels as every other replica, the messages of a batch in
its own ORDER (``forwards`` or ``backwards``), and says how many were new to it and how many weren't.
"""

from __future__ import annotations

import json
import sys

from services.telemetry.storage.partitions import Partitions
from shared import bus
from shared.runtime.database import open_postgresql
from tests.wire.telemetry.levels import GAUGES, minutes, take

BATCHES = 4
MINUTES = 10
"""In a batch; so many that replicas are bound to be in the midst of the same one."""


def main(address: str, order: str) -> None:
    """Take them."""
    database = open_postgresql(address, bus.TELEMETRY)
    say("ready")
    sys.stdin.readline()
    remembered = Partitions()
    step = -1 if order == "backwards" else 1
    every = [uplink for uplinks in minutes(BATCHES * MINUTES) for uplink in uplinks]
    size = MINUTES * GAUGES
    found = [
        take(database, every[start : start + size][::step], remembered) for start in range(0, BATCHES * size, size)
    ]
    say(json.dumps([sum(item.accepted for item in found), sum(item.duplicates for item in found)]))
    database.engine.dispose()


def say(text: str) -> None:
    """To who started this."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
