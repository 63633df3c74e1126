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

_ABSENT: Final = object()


class Value(msgspec.Struct, frozen=True):
    """A property's value in the unit of its kind."""

    property: str
    value: float
    unit: str


@dataclass(frozen=True)
class Fault:
    """Why a payload gave no value."""

    reason: RejectionReason
    detail: str


def decode(values: Mapping[str, Any], model: Model, kind: Kind, mount: Mount) -> Iterator[Value | Fault]:
    """Each property that the payload carries, or what is wrong with it.

    A property whose path is absent is passed over (a battery-only frame is normal); a payload that carries none is
    one fault. A null is "no measure", never zero.
    """
    found = False
    for name, field in model.observes.items():
        raw = _at(values, field.path)
        if raw is _ABSENT:
            continue
        found = True
        if raw is not None:
            yield _value(name, raw, field, kind.properties[name], mount)
    if not found:
        paths = ", ".join(field.path for field in model.observes.values())
        yield Fault(RejectionReason.NO_SUCH_PROPERTY, f"the payload has none of: {paths}")


def _value(name: str, raw: Any, field: UplinkField, seen: Property, mount: Mount) -> Value | Fault:
    number = _number(raw)
    if number is None:
        return Fault(RejectionReason.NOT_A_NUMBER, f"{field.path} is {_shown(raw)}, not a number")
    if field.measures == "distance-from-above":
        if mount.sensor_height_m is None:
            detail = f"the mount of {mount.device} has no sensor height, so a distance says nothing"
            return Fault(RejectionReason.NOT_DECODED, detail)
        metres = mount.sensor_height_m - convert(number * field.scale, field.unit, "m")
        value = convert(metres, "m", seen.unit)
    else:
        value = convert(number * field.scale, field.unit, seen.unit)
    calibrated = value + mount.offsets.get(name, 0.0)
    if not math.isfinite(calibrated):
        return Fault(RejectionReason.NOT_A_NUMBER, f"{field.path} is {_shown(raw)}: no {seen.unit} holds that")
    return Value(name, calibrated, seen.unit)


def _at(values: Mapping[str, Any], path: str) -> Any:
    node: Any = values
    for step in path.split("."):
        if not isinstance(node, Mapping) or step not in node:
            return _ABSENT
        node = node[step]
    return node


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 40 else f"{text[:37]}..."
