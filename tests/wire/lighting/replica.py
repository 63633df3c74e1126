"""A replica of the lighting controller without its bus: its real tick, on a lease, a database and simulated lamps.

As a program it ticks once, and stops where it is told to, so that it can be killed or frozen there:
``python -m tests.wire.lighting.replica <url> <now> <stage>``. It says ``there`` when it has got so far.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import event, text

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.network.cabinet import Cabinets
from services.lighting_controller.drivers.simulated import SimulatedDriver
from services.lighting_controller.energy_book import EnergyBook
from services.lighting_controller.followed_lights import InForce
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.service import LightingControllerService
from services.lighting_controller.sources.folder import Written
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from shared import bus
from shared.runtime.database import PROCESS, Database, open_postgresql
from shared.runtime.leases import SharedLeases
from shared.runtime.settings import shipped_rules

_CALENDARS: Final = "lighting/calendars.yaml"
_FOR_LONG: Final = text("UPDATE lease SET expires_at = clock_timestamp() + interval '1 h' WHERE holder IS NOT NULL")
_LIMITS: Final = """
classes:
  P6: {floor: 0 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
default: P6
"""


class Stage(StrEnum):
    """Where a replica can be stopped: in the midst of its transaction, before its commands leave, after they have."""

    WRITING = "writing"
    NOTED = "noted"
    SENT = "sent"


class Told(SimulatedDriver):
    """The simulated driver, which remembers what it was given to send."""

    def __init__(self, database: Database) -> None:
        super().__init__(StoredLamps(database))
        self.commands: list[Command] = []
        self.stops: Stage | None = None

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        if self.stops is Stage.NOTED:
            wait_here()
        super().send(commands, now)
        self.commands += commands
        if self.stops is Stage.SENT:
            wait_here()


class Clock:
    """The time that the test says."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class Replica:
    """One that has a name of its own; ``process`` is what its sessions on the server bear."""

    def __init__(self, url: str, name: str, now: datetime, process: str = PROCESS) -> None:
        self.database = open_postgresql(url, bus.LIGHTING_CONTROLLER)
        parts = bus.LEASES[bus.LIGHTING_CONTROLLER]
        # It believes what it was told last, and a lease lasts until a test ends it, however slow the machine is.
        self.leases = SharedLeases(self.database, f"{name}:{process}", parts, monotonic=lambda: 0.0)
        self.driver, self.clock = Told(self.database), Clock(now)
        calendars = load_calendars((shipped_rules() / _CALENDARS).read_text(encoding="utf-8"), _CALENDARS)
        self.service = LightingControllerService()
        vars(self.service).update(
            database=self.database,
            clock=self.clock,
            leases=self.leases,
            lights=InForce(Written(calendars, load_limits(_LIMITS, "limits.yaml"), Cabinets(), None)),
            energy_book=EnergyBook(),
            lamps=Lamps(self.driver),
        )

    def look(self) -> None:
        """Renew the lease, or take it if it is free, as the runtime does each second."""
        self.leases.make_rows()
        self.leases.renew()
        with self.database.engine.begin() as connection:
            connection.execute(_FOR_LONG)

    def tick(self, now: datetime) -> datetime | None:
        """What the runtime does when a row is due; when the next is."""
        self.clock.moment = now
        due: datetime | None = self.service.tick()
        return due

    def close(self) -> None:
        self.database.engine.dispose()


def wait_here() -> None:
    """Say so, and wait to be killed."""
    sys.stdout.write("there\n")
    sys.stdout.flush()
    time.sleep(600)


def main(url: str, now: str, stage: str) -> None:
    replica = Replica(url, "stopped", datetime.fromisoformat(now))
    replica.look()
    replica.driver.stops = Stage(stage)

    def stop(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if stage == Stage.WRITING and statement.startswith("UPDATE luminaire SET") and "sent_level" in statement:
            wait_here()

    event.listen(replica.database.engine, "after_cursor_execute", stop)
    replica.tick(replica.clock.moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
