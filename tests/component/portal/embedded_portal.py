"""Runs registry, telemetry and portal on the embedded bus, without the others, and prints what the page came to.

A program of its own, for green threads must be in place before anything else is imported.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from http.client import HTTPConnection  # noqa: E402
from pathlib import Path  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from services.device_registry.service import DeviceRegistryService  # noqa: E402
from services.portal.service import PortalService  # noqa: E402
from services.telemetry.service import TelemetryService  # noqa: E402
from shared.runtime import embedded_bus  # noqa: E402
from shared.runtime.activity import Activity  # noqa: E402
from shared.runtime.clock import SystemClock  # noqa: E402
from shared.runtime.database import open_sqlite  # noqa: E402
from shared.runtime.migrating import upgrade  # noqa: E402
from shared.runtime.settings import Settings  # noqa: E402
from shared.runtime.web import Site  # noqa: E402

SERVICES = (DeviceRegistryService, TelemetryService, PortalService)


def config(folder):
    databases = {}
    for service in SERVICES:
        databases[service.name] = open_sqlite(folder / f"{service.name}.sqlite")
        upgrade(databases[service.name], f"services.{service.name}.storage", service.name)
    return {
        "AMQP_URI": embedded_bus.URL,
        "settings": Settings(),
        "clock": SystemClock(),
        "timeline": None,
        "alone": True,
        "activity": Activity(),
        "site": Site("127.0.0.1:0"),
        "open_database": databases.__getitem__,
    }


def timed(act):
    began = time.monotonic()
    return act(), time.monotonic() - began


def get(site, path):
    """The answer, whose body is still to be read."""
    link = HTTPConnection(*site, timeout=30)
    link.request("GET", path)
    return link.getresponse()


def look(site):
    """The page at first and once the registry has spoken, and the beginning of a stream."""
    page, slow_s = timed(lambda: get(site, "/").read().decode())
    events = get(site, "/events?page=home")
    lines = [events.readline().decode() for _ in range(4)]
    while "Berges de la Garonne" not in page:
        page = get(site, "/").read().decode()
    return page, slow_s, lines, events


def main(folder):
    settings = config(folder)
    runner = ServiceRunner(settings)
    for service in SERVICES:
        runner.add_service(service)
    runner.start()
    with eventlet.Timeout(60):
        page, slow_s, lines, events = look(settings["site"].address)
        _, stop_s = timed(runner.stop)
        _, end_s = timed(events.read)
    print(json.dumps({"page": page, "slow_s": slow_s, "lines": lines, "stop_s": stop_s, "end_s": end_s}))  # noqa: T201


main(Path(sys.argv[1]))
