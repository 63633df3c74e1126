"""The migrations of each service make exactly the tables that its code expects, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared import bus
from shared.runtime.database import Database
from shared.runtime.migrating import check, require_current


@pytest.mark.parametrize("service", bus.SERVICES)
def test_migrations_and_tables_agree(database_of: Callable[[str], Database], service: str) -> None:
    database = database_of(service)
    require_current(database, f"services.{service}.storage")
    check(database, f"services.{service}.storage")
