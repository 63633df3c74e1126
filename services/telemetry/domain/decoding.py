"""From a decoded payload to values in the kind's units: path, scale, unit, what the sensor looks at, calibration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.model.registry import Kind, Model, Mount, Property, UplinkField
from shared.model.rejections import RejectionReason
from shared.units import convert

ABSENT: Final = object()
"""Nothing stands at a path; null, "no measure", is something."""


class Value(msgspec.Struct, frozen=True):
    """A property's value in the unit of its kind.

    Attributes:
        cumulative: it is what a counter shows; the property is by how much it grew.
        wraps_at: of a counter, in the same unit.
    """

    property: str
    value: float
    unit: str
    cumulative: bool = False
    wraps_at: float | None = None


@dataclass(frozen=True)
class Fault:
    """Why a payload gave no value."""

    reason: RejectionReason
    detail: str


class _Undecodable(Exception):
    """The mount lacks what a distance is measured from; the text says what."""


def decode(
    values: Mapping[str, Any], model: Model, kind: Kind, mount: Mount, *, whole: bool = False
) -> Iterator[Value | Fault]:
    """Each property that the payload carries, or what is wrong with it.

    A property whose path is absent is passed over. A payload that carries none is one fault, unless it tells the
    battery: such frames are normal. A null is "no measure", never zero; what is absent is never zero either.

    Args:
        whole: the model's own codec read these values, so one that has no property is normal too.
    """
    found = False
    for name, field in model.observes.items():
        raw = at_path(values, field.path)
        if raw is ABSENT:
            continue
        found = True
        if raw is not None:
            yield _value(name, raw, field, kind.properties[name], mount)
    if not (found or whole or _tells_battery(values, model)):
        paths = ", ".join(field.path for field in model.observes.values())
        yield Fault(RejectionReason.NO_SUCH_PROPERTY, f"the payload has none of: {paths}")


def at_path(values: Mapping[str, Any], path: str) -> Any:
    """What stands at the keys of a path, joined by dots; ``ABSENT`` if nothing does."""
    node: Any = values
    for step in path.split("."):
        if not isinstance(node, Mapping) or step not in node:
            return ABSENT
        node = node[step]
    return node


def finite(raw: Any) -> float | None:
    """The number that a sender wrote, if a float holds it; a boolean is none."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _tells_battery(values: Mapping[str, Any], model: Model) -> bool:
    return model.battery is not None and at_path(values, model.battery.path) is not ABSENT


def _value(name: str, raw: Any, field: UplinkField, seen: Property, mount: Mount) -> Value | Fault:
    number = _number(raw, field)
    if number is None:
        return Fault(RejectionReason.NOT_A_NUMBER, f"{field.path} is {_shown(raw)}, not a number")
    try:
        value = _measured(name, number * field.scale, field, seen.unit, mount)
    except _Undecodable as error:
        return Fault(RejectionReason.NOT_DECODED, str(error))
    if not math.isfinite(value):
        return Fault(RejectionReason.NOT_A_NUMBER, f"{field.path} is {_shown(raw)}: no {seen.unit} holds that")
    if field.measures != "increase":
        return Value(name, value, seen.unit)
    return Value(name, value, seen.unit, True, wraps_at(field, seen.unit))


def wraps_at(field: UplinkField, unit: str) -> float | None:
    """The number that would follow the largest one of a counter, in a unit; None: it has none."""
    return None if field.wraps_at is None else convert(field.wraps_at * field.scale, field.unit, unit)


def _measured(name: str, number: float, field: UplinkField, unit: str, mount: Mount) -> float:
    if field.measures == "increase":
        # A constant would not change a difference.
        return convert(number, field.unit, unit)
    if field.measures == "value":
        value = convert(number, field.unit, unit)
    elif field.measures == "distance-from-above":
        value = convert(_height(mount) - convert(number, field.unit, "m"), "m", unit)
    else:
        value = convert(_fill(convert(number, field.unit, "m"), mount), "1", unit)
    return value + mount.offsets.get(name, 0.0)


def _height(mount: Mount) -> float:
    if mount.sensor_height_m is None:
        raise _Undecodable(f"the mount of {mount.device} has no sensor height, so a distance says nothing")
    return mount.sensor_height_m


def _fill(distance: float, mount: Mount) -> float:
    """How full a container is, 0 to 1, also where something sticks out of it or the sensor sees past the bottom."""
    height, dead_zone = mount.container_height_m, mount.dead_zone_m
    if height is None or dead_zone is None or height <= dead_zone:
        raise _Undecodable(f"the mount of {mount.device} has no container height and dead zone above it")
    return min(1.0, max(0.0, (height - distance) / (height - dead_zone)))


def _number(raw: Any, field: UplinkField) -> float | None:
    if field.values is not None and isinstance(raw, str | bool):
        return field.values.get(str(raw).lower() if isinstance(raw, bool) else raw)
    return finite(raw)


def _shown(raw: Any) -> str:
    # The header of a table may nest things deeper than Python can write them.
    text = "several values" if isinstance(raw, dict | list) else repr(raw)
    return text if len(text) <= 40 else f"{text[:37]}..."
