"""A PostgreSQL for tests: databases and roles at will, statements as a superuser, outages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

from tests.wire.servers.own_postgresql import own_postgresql

ADDRESS: Final = "VIGIE_TEST_POSTGRESQL"
"""The environment's name for a server to use: a superuser's ``postgresql://user:password@host:port/postgres``."""


class PostgreSQL:
    """A running server.

    Attributes:
        host, port: where it listens.
        stop, start: an outage: every connection is closed and none is taken; all data is kept. A server that the
            environment names can't be stopped, and says so.
    """

    def __init__(self, superuser_url: str, stop: Callable[[], None], start: Callable[[], None]) -> None:
        parts = urlsplit(superuser_url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 5432
        self._user, self._password = unquote(parts.username or "postgres"), unquote(parts.password or "")
        self.stop, self.start = stop, start

    def url(self, database: str, role: str | None = None, password: str = "") -> str:
        """Where a role enters a database; without one, the superuser."""
        user, secret = (self._user, self._password) if role is None else (role, password)
        return f"postgresql://{quote(user, safe='')}:{quote(secret, safe='')}@{self.host}:{self.port}/{database}"

    def sql(self, database: str, text: str | sql.Composed, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, committed at once; its rows, if it gives any."""
        with psycopg.connect(self.url(database), autocommit=True, options="-ctimezone=UTC") as connection:
            cursor = connection.execute(text, values or None)
            return cursor.fetchall() if cursor.description else []

    def make_database(self, name: str) -> None:
        """Make an empty database that only those may enter who are let in."""
        self.sql("postgres", sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self.sql("postgres", sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop a database; who is in it is thrown out."""
        self.sql("postgres", sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def make_role(self, name: str, password: str) -> None:
        """Make a role that may log in, and nothing else."""
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        self.sql("postgres", statement.format(sql.Identifier(name), sql.Literal(password)))

    def drop_role(self, name: str) -> None:
        """Drop a role that owns nothing more."""
        self.sql("postgres", sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """The server that the environment names, or else one of our own, started.

    Raises:
        ServerMissing: there is none.
    """
    if address := os.environ.get(ADDRESS):
        yield PostgreSQL(address, _not_ours, _not_ours)
        return
    with own_postgresql() as own:
        yield PostgreSQL(own.url, own.stop, own.start)


def _not_ours() -> None:
    raise RuntimeError(f"the server of {ADDRESS} is not ours to stop: run this test without it")
