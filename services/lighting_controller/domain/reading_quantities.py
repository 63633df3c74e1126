"""Numbers with their unit, as officers write them in the files of lighting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.lighting_controller.domain.reading import Faulty
from shared.units import UnitError, parse_duration, parse_quantity


def quantity(value: Any, unit: str, slug: str, hint: str) -> float:
    """The number of a text in exactly that unit.

    Raises:
        Faulty: it is none.
    """
    try:
        found = parse_quantity(value) if isinstance(value, str) else None
    except UnitError as error:
        raise Faulty(slug, str(error), hint) from error
    if found is None or found.unit != unit:
        raise Faulty(slug, f"'{value}' is not in {unit}", hint)
    return found.value


def percent(value: Any, slug: str, least: int = 0) -> int:
    """The whole number of a text such as ``40 %``.

    Raises:
        Faulty: it is none, or not from the least to 100 %.
    """
    found = quantity(value, "%", slug, "it has its unit: 40 %")
    if found not in range(least, 101):
        raise Faulty(slug, f"'{value}' is not a whole number from {least} % to 100 %")
    return int(found)


def duration(
    value: Any, slug: str, hint: str, *, least: timedelta = timedelta(), most: timedelta = timedelta.max
) -> timedelta:
    """The duration in a text such as ``10 min``.

    Raises:
        Faulty: it is none, or out of bounds.
    """
    try:
        found = parse_duration(value) if isinstance(value, str) else None
    except (UnitError, OverflowError) as error:
        raise Faulty(slug, str(error), hint) from error
    if found is None:
        raise Faulty(slug, f"'{value}' is not a duration", hint)
    if found < least:
        raise Faulty(slug, f"'{value}' is too short", f"at least {least}")
    if found > most:
        raise Faulty(slug, f"'{value}' is too long", f"at most {most}")
    return found
