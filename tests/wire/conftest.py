"""Wire tests run on real servers, which they bring themselves; nothing is replaced."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.platform import Platform
from tests.wire.servers.keeping import keep_folder
from tests.wire.servers.postgresql import PostgreSQL, postgresql_server
from tests.wire.servers.rabbitmq import RabbitMQ, rabbitmq_server

# The packaged server looks for it when it is imported, and warns where it is nobody's own.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="vigie-wire-")
    keep_folder(os.environ["XDG_RUNTIME_DIR"])


@pytest.fixture(scope="session")
def _starting_rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMQ]:
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    # Should it have to be installed, people must see why nothing happens for a while.
    with capture.global_and_fixture_disabled():
        server = rabbitmq_server()
        rabbitmq = server.__enter__()
    yield rabbitmq
    server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def rabbitmq(_starting_rabbitmq: RabbitMQ) -> RabbitMQ:
    """The session's broker, started when the first test asks."""
    _starting_rabbitmq.await_start()
    return _starting_rabbitmq


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The session's database server, started when the first test asks."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def vhost(rabbitmq: RabbitMQ) -> Iterator[str]:
    """A vhost of the test's own, dropped after it with its users."""
    name = _fresh_name()
    rabbitmq.make_vhost(name)
    yield name
    rabbitmq.drop_vhost(name)


@pytest.fixture
def database(postgresql: PostgreSQL) -> Iterator[str]:
    """A database of the test's own, dropped after it."""
    name = _fresh_name()
    postgresql.make_database(name)
    yield name
    postgresql.drop_database(name)


@pytest.fixture
def platform(_starting_rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Platform]:
    """A distributed city of the test's own, on the shipped rules; no process is started yet."""
    with Platform(_starting_rabbitmq, postgresql, tmp_path) as made:
        yield made


def _fresh_name() -> str:
    return f"vigie_{secrets.token_hex(4)}"
