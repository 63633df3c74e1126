"""Telemetry on green threads, as its services run: ``python -m tests.wire.telemetry.green ADDRESS``.

One green thread has stored a level and not committed; another takes the same one and a hundred more, and has to wait.
Only if it waits the green way does the first come to its commit. What became of the second's batch is the last line.
"""

from __future__ import annotations

import os
import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet  # noqa: E402

eventlet.monkey_patch()
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

from services.telemetry.domain.comparing import key_of  # noqa: E402
from services.telemetry.storage.observations import Observations  # noqa: E402
from shared import bus  # noqa: E402
from shared.model.observations import Observation  # noqa: E402
from shared.runtime.database import Database, open_postgresql  # noqa: E402
from tests.wire.telemetry.levels import NOW, minutes, take  # noqa: E402


def main(address: str) -> None:
    """Take side by side."""
    database = open_postgresql(address, bus.TELEMETRY)
    uncommitted = Observation(point="p0", property="level", time=NOW, value=1.0, unit="m")
    with eventlet.Timeout(60), database.transaction() as transaction:
        Observations(transaction).add({key_of(uncommitted): uncommitted}, NOW)
        taker = eventlet.spawn(take, database, minutes(1)[0])
        while not someone_waits(database):
            eventlet.sleep(0)
    outcome = taker.wait()
    sys.stdout.write(f"{outcome.accepted} new, {outcome.duplicates} repeated\n")


def someone_waits(database: Database) -> bool:
    """Whether a transaction waits for another."""
    with database.engine.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())


if __name__ == "__main__":
    main(*sys.argv[1:])
