"""``vigie serve``: one service in a process of its own, on RabbitMQ and PostgreSQL."""

from __future__ import annotations

import os
import signal
from functools import cache
from typing import Annotated, Any

import eventlet
import typer
from nameko.runners import ServiceRunner

from services.console.failing import said_plainly
from services.console.hosted import hosted
from shared import bus
from shared.errors import SettingsError
from shared.runtime import logs
from shared.runtime.activity import Activity
from shared.runtime.clock import SystemClock
from shared.runtime.database import WORKERS, Database, open_postgresql
from shared.runtime.driven import DrivenTime
from shared.runtime.settings import Settings
from shared.runtime.web import Site


def serve(service: Annotated[str, typer.Argument(help=", ".join(bus.SERVICES))]) -> None:
    """Run one service until SIGTERM. Settings come from the environment: VIGIE_AMQP_URL, VIGIE_DATABASE_URL, ..."""
    with said_plainly():
        wanted_service = hosted(service)
        settings = Settings.from_environment(os.environ)
        logs.configure(settings.log_level)
        runner = ServiceRunner(config_of(settings))
        runner.add_service(wanted_service)
        for wanted in (signal.SIGTERM, signal.SIGINT):
            # A handler runs in the hub, which must not wait: stopping is a green thread of its own.
            signal.signal(wanted, lambda *_: eventlet.spawn_n(runner.stop))
        runner.start()
        runner.wait()


def config_of(settings: Settings) -> dict[str, Any]:
    """The configuration of a service on its own.

    Raises:
        SettingsError: the bus or the database is not named.
    """
    needed = {"VIGIE_AMQP_URL": settings.amqp_url, "VIGIE_DATABASE_URL": settings.database_url}
    missing = [f"{name}: needed by vigie serve" for name, value in needed.items() if value is None]
    if missing or settings.amqp_url is None or settings.database_url is None:
        raise SettingsError(missing)
    database_url = settings.database_url.reveal()
    site = Site(settings.listen)
    driven = DrivenTime(settings.replay_from) if settings.clock == "replay" else None
    if driven is not None:
        driven.mount(site)

    @cache
    def open_database(service: str) -> Database:
        return open_postgresql(database_url, service)

    return {
        "AMQP_URI": settings.amqp_url.reveal(),
        "settings": settings,
        "alone": False,
        "max_workers": WORKERS,
        "clock": SystemClock() if driven is None else driven.clock,
        "timeline": driven,
        "activity": Activity(),
        "site": site,
        "open_database": open_database,
    }
