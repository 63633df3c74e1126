"""The prices of energy under ``prices:`` of ``lighting/models.yaml``."""

from __future__ import annotations

import re
from datetime import date, time
from functools import partial
from typing import Any, Final

from services.lighting_controller.domain.energy.pricing import BASE, Hours, Price, Prices
from services.lighting_controller.domain.reading import Faulty, Reading
from shared.documents import Path

_KEYS: Final = ("since", "eur_per_kwh", "hours", "co2_g_per_kwh")
_HOURS_KEYS: Final = ("id", "from", "to", "eur_per_kwh")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_EUR: Final = 10.0
_MOST_CO2_G: Final = 2_000.0


def read_prices(reading: Reading) -> Prices:
    """The prices, the oldest first; faulty ones are left out. A file without any has none."""
    prices: list[Price] = []
    for path in reading.entries("prices", "a price: since, eur_per_kwh", _KEYS, ()):
        price = _price(reading, path)
        if price is None:
            continue
        if prices and price.since <= prices[-1].since:
            message = f"{price.since} is not after the price above it"
            reading.note((*path, "since"), "price-order", message, "the oldest price stands first")
        prices.append(price)
    return Prices(tuple(prices))


def _price(reading: Reading, path: Path) -> Price | None:
    entry = reading.at(path)
    since = reading.attempt((*path, "since"), _day, entry.get("since"))
    euros = _number(reading, (*path, "eur_per_kwh"), _MOST_EUR)
    grams = _number(reading, (*path, "co2_g_per_kwh"), _MOST_CO2_G) if entry.get("co2_g_per_kwh") is not None else None
    hours = _hours(reading, (*path, "hours"))
    return None if since is None or euros is None else Price(since, euros, hours, grams)


def _hours(reading: Reading, path: Path) -> tuple[Hours, ...]:
    listed = reading.at(path)
    shape = "a tariff: id, from, to, eur_per_kwh"
    if listed is not None and not isinstance(listed, list):
        reading.note(path, "shape", f"'hours' must be a list, each {shape}")
    found: list[Hours] = []
    for index in range(len(listed) if isinstance(listed, list) else 0):
        item: Path = (*path, index)
        if reading.is_mapping(item, shape) and reading.has_words(item, _HOURS_KEYS, ()):
            tariff = _tariff(reading, item, [BASE, *(each.id for each in found)])
            found += [] if tariff is None else [tariff]
    return tuple(found)


def _tariff(reading: Reading, path: Path, taken: list[str]) -> Hours | None:
    name = reading.attempt((*path, "id"), partial(_name, taken), reading.at((*path, "id")))
    begin, end = (reading.attempt((*path, key), _clock, reading.at((*path, key))) for key in ("from", "to"))
    if begin is not None and begin == end:
        reading.note((*path, "to"), "tariff-time", "a tariff must end at another time than it begins")
    euros = _number(reading, (*path, "eur_per_kwh"), _MOST_EUR)
    if name is None or begin is None or end is None or euros is None:
        return None
    return Hours(name, begin, end, euros)


def _name(taken: list[str], word: Any) -> str:
    if isinstance(word, str) and _ID.fullmatch(word) and word not in taken:
        return word
    hint = f"a word of its own in small letters, other than '{BASE}'"
    raise Faulty("tariff-id", f"'{word}' can't be the id of a tariff", hint)


def _clock(text: Any) -> time:
    if isinstance(text, str) and _CLOCK.fullmatch(text):
        return time.fromisoformat(text)
    raise Faulty("tariff-time", f"'{text}' is no time of day", "for example 22:00")


def _day(text: Any) -> date:
    try:
        if isinstance(text, str) and _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Faulty("price-since", f"'{text}' is no day", "for example 2026-02-01")


def _number(reading: Reading, path: Path, most: float) -> float | None:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise Faulty("price", f"'{path[-1]}' must be a number from 0 to {most:g}", "0.18, without VAT")
        return float(value)

    return reading.attempt(path, read, reading.at(path))
