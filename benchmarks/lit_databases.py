"""Databases of a lighting controller, migrated, for as long as something is measured."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared import bus
from shared.runtime.database import Database, open_postgresql, open_sqlite
from shared.runtime.migrating import upgrade
from tests.wire.servers.postgresql import PostgreSQL

_STORAGE: Final = "services.lighting_controller.storage"


@contextmanager
def sqlite() -> Iterator[Callable[[], Database]]:
    """Makes databases in files that are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="vigie-benchmark-") as folder:
        yield lambda: _migrated(open_sqlite(Path(folder) / f"{secrets.token_hex(4)}.sqlite"))


@contextmanager
def postgresql(server: PostgreSQL) -> Iterator[Callable[[], Database]]:
    """Makes databases on a server, which are gone at the end."""
    made: dict[str, Database] = {}

    def make() -> Database:
        name = f"vigie_{secrets.token_hex(4)}"
        server.make_database(name)
        made[name] = open_postgresql(server.url(name), bus.LIGHTING_CONTROLLER)
        return _migrated(made[name])

    try:
        yield make
    finally:
        for name, database in made.items():
            database.engine.dispose()
            server.drop_database(name)


def _migrated(database: Database) -> Database:
    upgrade(database, _STORAGE, bus.LIGHTING_CONTROLLER)
    return database
