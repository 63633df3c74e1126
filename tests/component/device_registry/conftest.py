"""Every test here has the registry's own database in a SQLite file; what is published is read back from its outbox."""

from datetime import UTC, datetime

import pytest

from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from shared.model.message import decode
from shared.model.registry import RegistryChanged
from shared.runtime.message_store import MessageStore
from shared.runtime.settings import shipped_rules


@pytest.fixture
def database(database_of):
    return database_of("device_registry")


@pytest.fixture(scope="session")
def inventory():
    """The shipped one."""
    return load(read_folder(shipped_rules()))


@pytest.fixture
def now():
    return datetime(2022, 1, 10, 10, 15, tzinfo=UTC)


@pytest.fixture
def told(database):
    """What was published so far, oldest first."""
    return lambda: [decode(row.body, RegistryChanged) for row in MessageStore(database).unsent(100)]
