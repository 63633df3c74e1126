"""What tests of every tier share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.runtime.database import Database, open_sqlite
from shared.runtime.migrating import upgrade
from tests.scanning import scan_once

# Before modules are collected: some read the shipped rules already then.
scan_once()


@pytest.fixture
def database_of(tmp_path: Path) -> Callable[[str], Database]:
    """A function that gives a service's own database, migrated, in a SQLite file."""

    def make(service: str) -> Database:
        database = open_sqlite(tmp_path / f"{service}.sqlite")
        upgrade(database, f"services.{service}.storage", service)
        return database

    return make
