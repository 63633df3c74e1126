"""``vigie db``: the tables of the services."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from services.console.failing import said_plainly
from shared import bus
from shared.errors import SettingsError
from shared.runtime.database import Database, open_postgresql, open_sqlite
from shared.runtime.migrating import upgrade as upgrade_tables
from shared.runtime.settings import Settings

application: Final = typer.Typer(help="Les tables des services. / The services' tables.", no_args_is_help=True)


@application.callback()
def group() -> None:
    """Les tables des services. / The services' tables."""


@application.command()
def upgrade(
    service: Annotated[str | None, typer.Option(help="Only this service's tables, as a user who owns them.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of SQLite files, instead of VIGIE_DATABASE_URL.")] = None,
) -> None:
    """Bring the tables of every service to the version of this code. Safe to repeat."""
    with said_plainly():
        settings = Settings.from_environment(os.environ)
        for name in [item for item in bus.SERVICES if service in (None, item)]:
            database = _open(settings, data, name)
            upgrade_tables(database, f"services.{name}.storage", name)
            typer.echo(f"{name}: up to date")


def _open(settings: Settings, data: Path | None, service: str) -> Database:
    if data is not None:
        return open_sqlite(data / f"{service}.sqlite")
    if settings.database_url is None:
        raise SettingsError(["VIGIE_DATABASE_URL: needed, or --data FOLDER for SQLite"])
    return open_postgresql(settings.database_url.reveal(), service)
