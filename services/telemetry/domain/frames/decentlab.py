"""Decentlab's frames: version, device, a flag for each sensor, then the words of those that are flagged.

Words have 16 bits, most significant byte first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.telemetry.domain.frames.frame import Frame, Read
from shared.formulas import Formula, formula
from shared.model.codecs import FlagCodec, FlaggedSensor, words_of

_VERSION: Final = 2
_HEAD: Final = struct.Struct(">BHH")


@dataclass(frozen=True)
class _Sensor:
    words: tuple[str, ...]
    formulas: Mapping[str, Formula]


def reader(codec: FlagCodec) -> Read:
    """What reads the frames of the codec; see ``Read``."""
    sensors = [_sensor(sensor, codec.parameters) for sensor in codec.sensors]
    return lambda payload: _read(payload, sensors, codec.parameters)


def _sensor(sensor: FlaggedSensor, parameters: Mapping[str, float]) -> _Sensor:
    words = words_of(sensor)
    names = {*words, *parameters}
    return _Sensor(words, {name: formula(text, names) for name, text in sensor.reads.items()})


def _read(payload: bytes, sensors: Sequence[_Sensor], parameters: Mapping[str, float]) -> Frame:
    if len(payload) < _HEAD.size:
        return Frame({}, f"a frame of {len(payload)} bytes has no head")
    version, device, flags = _HEAD.unpack_from(payload)
    if version != _VERSION:
        return Frame({}, f"protocol version {version}: only version {_VERSION} is known")
    values: dict[str, Any] = {"protocol_version": version, "device_id": device}
    place = _HEAD.size
    for sensor in (sensor for bit, sensor in enumerate(sensors) if flags >> bit & 1):
        end = place + 2 * len(sensor.words)
        if end > len(payload):
            return Frame(values, f"the frame ends within the words at byte {place}")
        words = struct.unpack(f">{len(sensor.words)}H", payload[place:end])
        values.update(_values(sensor, {**parameters, **dict(zip(sensor.words, words, strict=True))}))
        place = end
    return Frame(values, _rest(flags, len(sensors), len(payload) - place))


def _values(sensor: _Sensor, names: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _value(read, names) for name, read in sensor.formulas.items()}


def _value(read: Formula, names: Mapping[str, float]) -> float | None:
    """None, "no measure", where the words leave the formula without a value."""
    try:
        return read(names)
    except ZeroDivisionError:
        return None


def _rest(flags: int, sensors: int, left: int) -> str | None:
    if flags >> sensors:
        return f"a sensor more than the {sensors} that are known is flagged"
    return f"{left} bytes are left behind the last sensor" if left else None
