"""The prices of energy under ``prices:`` of ``lighting/models.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any, Final

from services.lighting_controller.domain.pricing import BASE, Hours, Price, Prices
from shared.documents import Document, Path
from shared.problems import Problem

_KEYS: Final = ("since", "eur_per_kwh", "hours", "co2_g_per_kwh")
_HOURS_KEYS: Final = ("id", "from", "to", "eur_per_kwh")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_EUR: Final = 10.0
_MOST_CO2_G: Final = 2_000.0


def read_prices(document: Document) -> tuple[Prices, list[Problem]]:
    """The prices, the oldest first, and what is wrong with them; a file without any has none."""
    entries = document.data.get("prices", [])
    if not isinstance(entries, list):
        return Prices(), [document.problem(("prices",), "shape", "expected a list of prices, the oldest first")]
    prices: list[Price] = []
    problems: list[Problem] = []
    for index, entry in enumerate(entries):
        path: Path = ("prices", index)
        if faults := list(_faults(document, path, entry)):
            problems += faults
            continue
        price = _price(entry)
        if prices and price.since <= prices[-1].since:
            message = f"{price.since} is not after the price above it"
            problems.append(document.problem((*path, "since"), "price-order", message, "the oldest price stands first"))
        prices.append(price)
    return Prices(tuple(prices)), problems


def _price(entry: dict[str, Any]) -> Price:
    hours = tuple(
        Hours(item["id"], _clock(item["from"]), _clock(item["to"]), float(item["eur_per_kwh"]))
        for item in entry.get("hours", [])
    )
    co2 = entry.get("co2_g_per_kwh")
    since = date.fromisoformat(entry["since"])
    return Price(since, float(entry["eur_per_kwh"]), hours, None if co2 is None else float(co2))


def _clock(text: str) -> time:
    return time(int(text[:2]), int(text[3:]))


def _faults(document: Document, path: Path, entry: Any) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield document.problem(path, "shape", "expected a price: since, eur_per_kwh")
        return
    yield from document.unknown_keys(path, _KEYS)
    if not _is_day(entry.get("since")):
        yield document.problem((*path, "since"), "price-since", "'since' must be a day", "for example 2026-02-01")
    yield from _number(document, path, entry, "eur_per_kwh", _MOST_EUR)
    if entry.get("co2_g_per_kwh") is not None:
        yield from _number(document, path, entry, "co2_g_per_kwh", _MOST_CO2_G)
    hours = entry.get("hours", [])
    if not isinstance(hours, list):
        yield document.problem(
            (*path, "hours"), "shape", "'hours' must be a list of tariffs: id, from, to, eur_per_kwh"
        )
        return
    ids: set[str] = {BASE}
    for index, item in enumerate(hours):
        yield from _hours_faults(document, (*path, "hours", index), item, ids)


def _hours_faults(document: Document, path: Path, item: Any, ids: set[str]) -> Iterator[Problem]:
    if not isinstance(item, dict):
        yield document.problem(path, "shape", "expected a tariff: id, from, to, eur_per_kwh")
        return
    yield from document.unknown_keys(path, _HOURS_KEYS)
    name = item.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name) or name in ids:
        hint = f"a word of its own in small letters, other than '{BASE}'"
        yield document.problem((*path, "id"), "tariff-id", f"'{name}' can't be the id of a tariff", hint)
    ids.add(str(name))
    edges = [item.get("from"), item.get("to")]
    for key, edge in zip(("from", "to"), edges, strict=True):
        if not isinstance(edge, str) or not _CLOCK.fullmatch(edge):
            yield document.problem((*path, key), "tariff-time", f"'{key}' must be a time of day", "for example 22:00")
    if edges[0] == edges[1]:
        yield document.problem((*path, "to"), "tariff-time", "a tariff must end at another time than it begins")
    yield from _number(document, path, item, "eur_per_kwh", _MOST_EUR)


def _number(document: Document, path: Path, entry: dict[str, Any], key: str, most: float) -> Iterator[Problem]:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        yield document.problem(
            (*path, key), "price", f"'{key}' must be a number from 0 to {most:g}", "0.18, without VAT"
        )


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
