"""One database for a platform: a role and a schema for each service, which sees no other's."""

from __future__ import annotations

import secrets
from typing import Any, Final

from psycopg import sql

from shared import bus
from shared.runtime.database import open_postgresql
from shared.runtime.migrating import upgrade
from tests.component.reading import plain
from tests.wire.servers.postgresql import PostgreSQL

_OUTBOXES: Final = " UNION ALL ".join(
    f"SELECT '{service}', count(*) FILTER (WHERE sent IS NULL), max(id) FROM {service}.outbox"  # noqa: S608
    for service in bus.SERVICES
)


class Schemas:
    """The database of a platform, by the services' names."""

    def __init__(self, postgresql: PostgreSQL, name: str) -> None:
        self.name = name
        self._postgresql = postgresql
        self._passwords = {service: secrets.token_urlsafe(12) for service in bus.SERVICES}

    def make(self) -> None:
        """Make the database, and each service's tables in the service's own name."""
        self._postgresql.make_database(self.name)
        for service, password in self._passwords.items():
            role = self._role(service)
            self._postgresql.make_role(role, password)
            names = {"database": sql.Identifier(self.name), "role": sql.Identifier(role)}
            names["schema"] = sql.Identifier(service)
            self.sql(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}").format(**names))
            self.sql(sql.SQL("CREATE SCHEMA {schema} AUTHORIZATION {role}").format(**names))
            self._migrate(service)

    def drop(self) -> None:
        """Drop the database and the roles; who is in it is thrown out."""
        self._postgresql.drop_database(self.name)
        for service in self._passwords:
            self._postgresql.drop_role(self._role(service))

    def url(self, service: str) -> str:
        """Where a service enters, as its own role."""
        return self._postgresql.url(self.name, self._role(service), self._passwords[service])

    @property
    def everything(self) -> str:
        """Where a superuser enters, who sees every schema."""
        return self._postgresql.url(self.name)

    def sql(self, text: str | sql.Composed, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as a superuser who sees every schema (``telemetry.observation``); its rows, if any."""
        return self._postgresql.sql(self.name, text, values)

    def rows(self, service: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """All rows of a table, in order, in the same Python values as those of an embedded city."""
        found = self.sql(f"SELECT {columns} FROM {service}.{table}")  # noqa: S608 - names from the tests
        return sorted((tuple(map(plain, row)) for row in found), key=repr)

    def outboxes(self) -> dict[str, tuple[int, int | None]]:
        """Messages not sent yet, and the number of the last one, by service."""
        return {service: (unsent, last) for service, unsent, last in self.sql(_OUTBOXES)}

    def _role(self, service: str) -> str:
        return f"{self.name}_{service}"

    def _migrate(self, service: str) -> None:
        # What ``vigie db upgrade --service`` does, without starting Python six times.
        database = open_postgresql(self.url(service), service)
        upgrade(database, f"services.{service}.storage", service)
        database.engine.dispose()
