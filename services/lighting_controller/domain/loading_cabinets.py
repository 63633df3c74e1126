"""Cabinets and gateways, read from ``lighting/cabinets.yaml``; every fault with its line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from services.lighting_controller.domain.cabinet import GRACE, Cabinet, Cabinets, Gateway
from shared import documents
from shared.documents import Document, Path, did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration

_GATEWAY_KEYS: Final = ("id", "commands_per_second")
_CABINET_KEYS: Final = ("site", "off_by_day", "gateway", "grace")
_LONGEST_GRACE: Final = timedelta(hours=2)
_MOST_A_SECOND: Final = 10_000


def load_cabinets(text: str, file: str) -> Cabinets:
    """Read the file.

    Raises:
        ProblemsFound: with all faults.
    """
    document = documents.read(text, file)
    if not isinstance(document.data, dict) or not _is_list(document, "gateways") or not _is_list(document, "cabinets"):
        raise ProblemsFound([document.problem((), "shape", "expected lists under gateways: and cabinets:")])
    problems = list(document.unknown_keys((), ["default_gateway", "gateways", "cabinets"]))
    gateways: dict[str, Gateway] = {}
    by_site: dict[str, Cabinet] = {}
    for index in range(len(document.data["gateways"])):
        problems += _take_gateway(document, ("gateways", index), gateways)
    default = document.data.get("default_gateway")
    if not isinstance(default, str) or default not in gateways:
        hint = _meant(default, gateways) or "name the gateway of all cabinets that name none"
        problems.append(document.problem(("default_gateway",), "unknown-gateway", f"no gateway '{default}'", hint))
    for index in range(len(document.data["cabinets"])):
        problems += _take_cabinet(document, ("cabinets", index), gateways, str(default), by_site)
    if problems:
        raise ProblemsFound(problems)
    return Cabinets(gateways[str(default)], gateways, by_site)


def _is_list(document: Document, key: str) -> bool:
    return isinstance(document.data.get(key), list)


def _meant(name: Any, known: Mapping[str, Gateway]) -> str | None:
    return did_you_mean(str(name), known)


def _take_gateway(document: Document, path: Path, gateways: dict[str, Gateway]) -> Iterator[Problem]:
    entry = document.data["gateways"][path[-1]]
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        yield document.problem(path, "shape", "expected a gateway: id, commands_per_second")
        return
    yield from document.unknown_keys(path, _GATEWAY_KEYS)
    rate = entry.get("commands_per_second")
    if rate is not None and (type(rate) is not int or not 0 < rate <= _MOST_A_SECOND):
        message = f"'{rate}' is no whole number from 1 to {_MOST_A_SECOND}"
        hint = "how many commands may leave in a second; left out: as many as the driver bears"
        yield document.problem((*path, "commands_per_second"), "gateway-rate", message, hint)
        rate = None
    if entry["id"] in gateways:
        yield document.problem((*path, "id"), "double-id", f"a second gateway '{entry['id']}'")
    gateways[entry["id"]] = Gateway(entry["id"], rate)


def _take_cabinet(
    document: Document, path: Path, gateways: Mapping[str, Gateway], default: str, by_site: dict[str, Cabinet]
) -> Iterator[Problem]:
    entry = document.data["cabinets"][path[-1]]
    if not isinstance(entry, dict) or not isinstance(entry.get("site"), str):
        yield document.problem(path, "shape", "expected a cabinet: site, off_by_day, gateway, grace")
        return
    yield from document.unknown_keys(path, _CABINET_KEYS)
    site, off, gateway = entry["site"], entry.get("off_by_day", False), entry.get("gateway", default)
    if not isinstance(off, bool):
        yield document.problem((*path, "off_by_day"), "shape", "'off_by_day' must be true or false")
    if "gateway" in entry and gateway not in gateways:
        hint = _meant(gateway, gateways)
        yield document.problem((*path, "gateway"), "unknown-gateway", f"no gateway '{gateway}'", hint)
    if site in by_site:
        yield document.problem((*path, "site"), "double-id", f"a second entry of the cabinet '{site}'")
    grace = _grace(entry)
    if grace is None:
        message = f"'{entry['grace']}' is no time up to 2 h"
        yield document.problem((*path, "grace"), "grace", message, "for example 10 min")
    by_site[site] = Cabinet(site, str(gateway), bool(off), grace or GRACE)


def _grace(entry: Mapping[str, Any]) -> timedelta | None:
    """For how long nobody is called silent after power returns; None: what stands there is no such time."""
    written = entry.get("grace")
    if "grace" not in entry:
        return GRACE
    try:
        grace = parse_duration(written) if isinstance(written, str) else None
    except UnitError:
        return None
    return grace if grace is not None and timedelta() <= grace <= _LONGEST_GRACE else None
