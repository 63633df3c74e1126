"""Quantities with their unit: read from text, converted exactly, written for people. Codes are UCUM's."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from pint import UnitRegistry
from pint.errors import PintError

from shared.documents import did_you_mean
from shared.errors import InputError

_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)"
_QUANTITY: Final = re.compile(rf"({_NUMBER})\s*([^\s,].*)?")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|j)")
_EXACT: Final = 2**53
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400, "j": 86400}

# UCUM code -> (pint's name, how people write it). The closed list of units that a kind or a threshold may have.
_UNITS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "1": ("dimensionless", ""),
        "%": ("percent", "%"),
        "m": ("meter", "m"),
        "cm": ("centimeter", "cm"),
        "mm": ("millimeter", "mm"),
        "m3": ("meter**3", "m³"),
        "m3/s": ("meter**3/second", "m³/s"),
        "L/s": ("liter/second", "L/s"),
        "Cel": ("degC", "°C"),
        "K": ("kelvin", "K"),
        "dB": ("decibel_reading", "dB(A)"),
        "dB[mW]": ("decibel_milliwatt_reading", "dBm"),
        "lx": ("illuminance_lux", "lx"),
        "cd/m2": ("candela/meter**2", "cd/m²"),
        "W": ("watt", "W"),
        "kW": ("kilowatt", "kW"),
        "kW.h": ("kilowatt_hour", "kWh"),
        "V": ("volt", "V"),
        "mV": ("millivolt", "mV"),
        "A": ("ampere", "A"),
        "mA": ("milliampere", "mA"),
        "mg/L": ("milligram/liter", "mg/L"),
        "uS/cm": ("microsiemens/centimeter", "µS/cm"),
        "[pH]": ("ph_reading", "pH"),
        "{NTU}": ("turbidity_unit", "NTU"),
        "{count}": ("passage", ""),
        "kg": ("kilogram", "kg"),
        "L": ("liter", "L"),
        "s": ("second", "s"),
        "min": ("minute", "min"),
        "h": ("hour", "h"),
        "d": ("day", "j"),
        "deg": ("plane_angle_degree", "°"),
        # How fast something changes, which is what a threshold on a rate is told in.
        "%/h": ("percent/hour", "%/h"),
        "%/d": ("percent/day", "%/j"),
        "m/h": ("meter/hour", "m/h"),
        "cm/h": ("centimeter/hour", "cm/h"),
        "mm/h": ("millimeter/hour", "mm/h"),
        "m3/s/h": ("meter**3/second/hour", "m³/s/h"),
        "Cel/h": ("delta_degC/hour", "°C/h"),
        "dB/h": ("decibel_reading/hour", "dB/h"),
        "lx/h": ("illuminance_lux/hour", "lx/h"),
        "lx/min": ("illuminance_lux/minute", "lx/min"),
        "mg/L/h": ("milligram/liter/hour", "mg/L/h"),
        "uS/cm/h": ("microsiemens/centimeter/hour", "µS/cm/h"),
        "[pH]/h": ("ph_reading/hour", "pH/h"),
        "{NTU}/h": ("turbidity_unit/hour", "NTU/h"),
        "{count}/h": ("passage/hour", "/h"),
    }
)
_ENGLISH: Final[Mapping[str, str]] = MappingProxyType({"d": "d", "%/d": "%/d"})
_SCALES: Final = (
    "decibel_reading", "decibel_milliwatt_reading", "ph_reading", "turbidity_unit", "passage", "plane_angle_degree",
    "illuminance_lux",
)  # fmt: skip
_WITHOUT_SPACE: Final = frozenset({"deg", "{count}/h"})


class UnitError(InputError):
    """A unit that is not in the list, or a conversion between units of different sorts."""


@dataclass(frozen=True)
class Quantity:
    """A number with its UCUM unit."""

    value: float
    unit: str


@cache
def _registry() -> UnitRegistry[Fraction]:
    registry: UnitRegistry[Fraction] = UnitRegistry(non_int_type=Fraction, cache_folder=None)
    # Nothing converts to or from these. To pint angles are plain numbers, and so lux would be candela per square metre.
    for scale in _SCALES:
        registry.define(f"{scale} = [{scale}_scale]")
    return registry


def known_unit(code: str) -> str:
    """The same code.

    Raises:
        UnitError: it is not in the list; the message names the likeliest.
    """
    if code not in _UNITS:
        raise UnitError(f"no unit '{code}'; {did_you_mean(code, _UNITS) or 'known: ' + ', '.join(_UNITS)}")
    return code


def display_unit(code: str, language: Literal["fr", "en"] = "fr") -> str:
    """The unit as people write it: ``Cel`` gives ``°C``; a day is ``j`` in French and ``d`` in English."""
    shown = _UNITS[known_unit(code)][1]
    return _ENGLISH.get(code, shown) if language == "en" else shown


def stands_close(code: str) -> bool:
    """Whether people leave no space between a number and the unit: ``6°``, ``200/h``."""
    return code in _WITHOUT_SPACE


def rate_unit(code: str) -> str | None:
    """The unit of a change for each hour of values in that unit: ``m`` gives ``m/h``; None: the list has none."""
    rate = f"{known_unit(code)}/h"
    return rate if rate in _UNITS else None


@cache
def _line(source: str, target: str) -> tuple[Fraction, Fraction]:
    """Slope and offset of the conversion, exact."""
    registry = _registry()
    names = [_UNITS[known_unit(code)][0] for code in (source, target)]
    zero, one = (registry.Quantity(Fraction(value), names[0]).to(names[1]).magnitude for value in (0, 1))
    return Fraction(one) - Fraction(zero), Fraction(zero)


def convertible(source: str, target: str) -> bool:
    """Whether values in one unit can be told in the other."""
    try:
        _line(source, target)
    except (UnitError, PintError):
        return False
    return True


def convert(value: float, source: str, target: str) -> float:
    """The value in another unit, rounded once: 1795 mm is 1.795 m to the last bit.

    Raises:
        UnitError: the units are unknown or of different sorts.
    """
    if source == target:
        return value
    if (exactly := _whole(value, source, target)) is not None:
        return exactly
    slope, offset = _known_line(source, target)
    return _on_line(value, slope, offset)


def convert_difference(value: float, source: str, target: str) -> float:
    """A difference of two values in another unit: 10 Cel warmer is 10 K warmer, where 10 Cel itself is 283.15 K.

    Raises:
        UnitError: the units are unknown or of different sorts.
    """
    slope, offset = _known_line(source, target)
    return _on_line(value, slope, Fraction(0)) if offset else convert(value, source, target)


def _known_line(source: str, target: str) -> tuple[Fraction, Fraction]:
    if not convertible(source, target):
        raise UnitError(f"'{source}' can't be converted to '{target}'")
    return _line(source, target)


def _on_line(value: float, slope: Fraction, offset: Fraction) -> float:
    try:
        return float(Fraction(value) * slope + offset)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _whole(value: float, source: str, target: str) -> float | None:
    """The same for a whole number and a plain ratio of units, which is most of them, and a tenth of the work.

    A product below 2 ** 53 is exact, so the division rounds once, as the fraction does.
    """
    ratio = _ratio(source, target)
    if ratio is None or not float(value).is_integer():
        return None
    product = value * ratio[0]
    return product / ratio[1] if abs(product) < _EXACT else None


@cache
def _ratio(source: str, target: str) -> tuple[int, int] | None:
    if not convertible(source, target):
        return None
    slope, offset = _line(source, target)
    return None if offset else (slope.numerator, slope.denominator)


def parse_quantity(text: str) -> Quantity:
    """Read ``1.80 m`` or ``80 %``; a number alone has the unit ``1``.

    Raises:
        UnitError: not a number and a unit of the list.
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        comma = ", with a point for the decimals" if "," in text else ""
        raise UnitError(f"'{text}' is not a number with a unit{comma}; for example 1.80 m")
    return Quantity(float(match[1]), known_unit((match[2] or "1").strip()))


def parse_duration(text: str) -> timedelta:
    """Read ``10 min``, ``4 h``, ``30 s`` or ``2 d``.

    Raises:
        UnitError: not a duration.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise UnitError(f"'{text}' is not a duration; for example 10 min, 4 h, 30 s or 2 d")
    try:
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    except OverflowError as error:
        raise UnitError(f"'{text}' is longer than any duration that makes sense") from error


def french(value: float, unit: str, accuracy: float) -> str:
    """A value for people: decimal comma, no more decimals than the accuracy, unit: ``2,02 m``."""
    decimals = 0
    while decimals < 6 and round(accuracy * 10**decimals, 6) < 1:
        decimals += 1
    # What rounds to nothing has no sign.
    number = f"{value:z.{decimals}f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
    shown = display_unit(unit)
    return f"{number} {shown}" if shown and not stands_close(unit) else number + shown
