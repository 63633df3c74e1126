"""Cabinets and gateways, read from ``lighting/cabinets.yaml``; every fault with its line and column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.lighting_controller.domain.network.cabinet import GRACE, Cabinet, Cabinets, Gateway
from services.lighting_controller.domain.reading import Faulty, Reading, among, begin
from services.lighting_controller.domain.reading_quantities import duration
from shared.documents import Path
from shared.errors import ProblemsFound

_GATEWAY: Final = ("id", "commands_per_second")
_CABINET: Final = ("site", "off_by_day", "gateway", "grace")
_LONGEST_GRACE: Final = timedelta(hours=2)
_MOST_A_SECOND: Final = 10_000


def load_cabinets(text: str, file: str) -> Cabinets:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    reading = begin(text, file, ["gateways", "cabinets"], ["default_gateway"])
    gateways = _gateways(reading)
    name = reading.at(("default_gateway",))
    read = among(gateways, "unknown-gateway", "gateway", "name the gateway of all cabinets that name none")
    default = reading.attempt(("default_gateway",), read, name)
    by_site = _cabinets(reading, gateways, str(name))
    if default is None or reading.problems:
        raise ProblemsFound(reading.problems)
    return Cabinets(gateways[default], gateways, by_site)


def _gateways(reading: Reading) -> dict[str, Gateway]:
    gateways: dict[str, Gateway] = {}
    for path in reading.entries("gateways", f"a gateway: {', '.join(_GATEWAY)}", _GATEWAY, ("id",)):
        name = reading.at((*path, "id"))
        if name in gateways:
            reading.note((*path, "id"), "double-id", f"a second gateway '{name}'")
        rate = reading.at((*path, "commands_per_second"))
        gateways[name] = Gateway(name, reading.attempt((*path, "commands_per_second"), _rate, rate))
    return gateways


def _rate(value: Any) -> int | None:
    if value is None or (type(value) is int and 0 < value <= _MOST_A_SECOND):
        return value
    hint = "how many commands may leave in a second; left out: as many as the driver bears"
    raise Faulty("gateway-rate", f"'{value}' is no whole number from 1 to {_MOST_A_SECOND}", hint)


def _cabinets(reading: Reading, gateways: Iterable[str], default: str) -> dict[str, Cabinet]:
    by_site: dict[str, Cabinet] = {}
    for path in reading.entries("cabinets", f"a cabinet: {', '.join(_CABINET)}", _CABINET, ("site",)):
        site = reading.at((*path, "site"))
        if site in by_site:
            reading.note((*path, "site"), "double-id", f"a second entry of the cabinet '{site}'")
        by_site[site] = _cabinet(reading, path, gateways, default)
    return by_site


def _cabinet(reading: Reading, path: Path, gateways: Iterable[str], default: str) -> Cabinet:
    entry = reading.at(path)
    off, gateway, grace = entry.get("off_by_day", False), default, GRACE
    if not isinstance(off, bool):
        reading.note((*path, "off_by_day"), "shape", "'off_by_day' must be true or false")
    if "gateway" in entry:
        known = among(gateways, "unknown-gateway", "gateway")
        gateway = reading.attempt((*path, "gateway"), known, entry["gateway"]) or default
    if "grace" in entry:
        read = partial(duration, slug="grace", hint="for example 10 min", most=_LONGEST_GRACE)
        found = reading.attempt((*path, "grace"), read, entry["grace"])
        grace = GRACE if found is None else found
    return Cabinet(entry["site"], gateway, bool(off), grace)
