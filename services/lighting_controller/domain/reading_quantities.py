"""Numbers with their unit, as officers write them in the files of lighting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.units import UnitError, parse_duration, parse_quantity


class Misread(Exception):
    """It can't be read; the text says why."""


def quantity(value: Any, unit: str) -> float:
    """The number of a text in exactly that unit.

    Raises:
        Misread: it is none.
    """
    try:
        found = parse_quantity(value) if isinstance(value, str) else None
    except UnitError as error:
        raise Misread(str(error)) from error
    if found is None or found.unit != unit:
        raise Misread(f"'{value}' is not in {unit}")
    return found.value


def duration(value: Any) -> timedelta:
    """The duration in a text; longer than none.

    Raises:
        Misread: it is none.
    """
    try:
        found = parse_duration(value) if isinstance(value, str) else timedelta()
    except (UnitError, OverflowError) as error:
        raise Misread(str(error)) from error
    if found <= timedelta():
        raise Misread(f"'{value}' is no duration")
    return found
