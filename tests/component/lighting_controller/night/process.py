"""One life of the lighting controller: what its service does, without its shell, until it is killed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, event, func, select

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme
from services.lighting_controller.domain.commanding.pacing import Paces
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.faults.observing import PERIOD
from services.lighting_controller.domain.network.network import Network
from services.lighting_controller.drivers import WAYS
from services.lighting_controller.storage.agenda import next_due
from services.lighting_controller.storage.findings import Findings
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.storage.tables import LUMINAIRE
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.hear_reports import hear_reports
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.take_up_control import take_up_control
from services.lighting_controller.use_cases.upload_programmes import upload_programmes
from shared.model.registry import RegistryChanged
from shared.runtime.database import Database, Received, Transaction, open_sqlite
from shared.runtime.message_tables import OUTBOX
from shared.runtime.migrating import upgrade
from tests.component.lighting_controller.night.city import City
from tests.component.lighting_controller.night.world import World

# Lamps that speak by themselves, as on MQTT, but each quarter of an hour if nothing changes.
PATIENCE: Final = replace(WAYS["mqtt"].patience, silent_after=3 * PERIOD)
_STATEMENTS, _IN_SENDING = 120, 0.4


class Killed(BaseException):
    """The process is gone, in the middle of what it did."""


class Doom:
    """Kills the controller when it is armed: at one of its next statements, or while it sends."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._statements: list[int] = []
        self._in_sending = 0
        self.sleeps = False

    def arm(self) -> None:
        """Let it die soon; who is dead already dies again after."""
        if self._chance.random() < _IN_SENDING:
            self._in_sending += 1
        else:
            self._statements.append(self._chance.randrange(_STATEMENTS))

    def note_statement(self, _c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        if self.sleeps or not self._statements:
            return
        self._statements[0] -= 1
        if self._statements[0] < 0:
            self._statements.pop(0)
            raise Killed(f"at {' '.join(statement.split()[:3])}")

    def spares(self, commands: Sequence[Command]) -> int | None:
        """How many of these leave before it dies; None: it lives."""
        if not self._in_sending:
            return None
        self._in_sending -= 1
        return self._chance.randrange(len(commands) + 1)


class Process:
    """A controller on the database in a file, from its start on."""

    def __init__(self, file: Path, city: City, world: World, doom: Doom, limits: str) -> None:
        self.database: Database = open_sqlite(file)
        # Its deaths are made up; the machine's power stays.
        with self.database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")  # type: ignore[union-attr]
        upgrade(self.database, "services.lighting_controller.storage", "lighting_controller")
        self._city, self._world, self._doom = city, world, doom
        self._calendars = load_calendars(city.calendars(), "calendars.yaml")
        self._safety = Safety(load_limits(limits, "limits.yaml"))
        cabinets = city.cabinets()
        self._watch = Watch(PATIENCE, Network(city.inventory(), cabinets))
        self._paces = Paces.of(cabinets.gateways.values(), None)
        self._upload_at: datetime | None = None
        event.listen(self.database.engine, "before_cursor_execute", doom.note_statement)

    def begin(self, now: datetime) -> None:
        """The first of all: it learns what the city has, and takes up control."""
        changed = RegistryChanged(revision=1, at=now, inventory=self._city.inventory())
        keep_registry(self.database, [Received("registry-1", changed)], now)
        self.take_up(now)

    def take_up(self, now: datetime) -> None:
        take_up_control(self.database, self, now, self._watch)
        self._upload_at = now

    def act(self, now: datetime) -> datetime | None:
        """What the service does in a tick; when it has to do something next."""
        acted = act_on_due(self.database, self, self._calendars, self._safety, now, self._watch, self._paces)
        self._paces = acted.paces
        if self._upload_at is not None and self._upload_at <= now:
            self._upload_at = upload_programmes(self.database, self, self._calendars, self._safety, now).next_due
        return min((at for at in (acted.next_due, self._upload_at) if at is not None), default=None)

    def hear(self, reports: Sequence[Report], now: datetime) -> None:
        """What lamps said by themselves."""
        if reports:
            with self.database.transaction() as transaction:
                hear_reports(transaction, reports, now, self._watch)

    # Its driver is the world, but for a death while it sends.

    def send(self, commands: Sequence[Command], now: datetime) -> None:
        spared = self._doom.spares(commands)
        self._world.send(commands[:spared], now)
        if spared is not None:
            raise Killed(f"after {spared} of {len(commands)} commands")

    def reports(self, luminaires: Sequence[str], now: datetime) -> Sequence[Report]:
        return self._world.reports(luminaires, now)

    def upload(self, programmes: Sequence[KeptProgramme], now: datetime) -> None:
        self._world.upload(programmes, now)

    def beat(self, now: datetime) -> None:
        self._world.beat(now)

    def rest(self) -> None:
        self._world.rest()

    # What the trial looks at, without waking the doom.

    @contextmanager
    def _peeking(self) -> Iterator[Transaction]:
        self._doom.sleeps = True
        with self.database.transaction() as transaction:
            yield transaction
        self._doom.sleeps = False

    def next_due(self) -> datetime | None:
        with self._peeking() as transaction:
            return next_due(transaction)

    def targets(self, changed_at: datetime | None = None) -> list[tuple[str, int, float]]:
        """Of the luminaires that changed then, or of all: id, level, seconds of ramp."""
        columns = (LUMINAIRE.c.id, LUMINAIRE.c.target_level, LUMINAIRE.c.target_ramp_s)
        query = select(*columns).where(LUMINAIRE.c.target_level.is_not(None))
        query = query if changed_at is None else query.where(LUMINAIRE.c.changed_at >= changed_at)
        with self._peeking() as transaction:
            return [(row[0], row[1], row[2]) for row in transaction.connection.execute(query)]

    def drain(self) -> Counter[str]:
        """How many messages of which sort it has published; they are gone, as a broker takes them."""
        with self._peeking() as transaction:
            query = select(OUTBOX.c.event, func.count()).group_by(OUTBOX.c.event)
            found = Counter({f"published {name}": number for name, number in transaction.connection.execute(query)})
            transaction.connection.execute(delete(OUTBOX))
            return found

    def faults(self) -> dict[str, int]:
        with self._peeking() as transaction:
            return {fault.value: number for fault, number in Findings(transaction).counts().items()}

    def abandon(self) -> None:
        """What it had not committed is gone."""
        self.database.engine.dispose()
