"""Milesight's frames: a header of channel and type, the value that belongs to it, the next header, to the end.

Nothing says how long the value behind an unknown header is, so nothing behind one can be read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.telemetry.domain.frames.frame import Frame, Read
from shared.model.codecs import BYTES, ChannelCodec, FrameField

_STRUCT: Final = {"u16": "<H", "i16": "<h", "i8": "<b", "u8": "<B", "u32": "<I", "i32": "<i", "f32": "<f"}
# What every device of this make tells of itself when it joins; no measure among it.
_INFORMATION: Final = {
    "ff 01": ("protocol_version", 1),
    "ff 08": ("sn", 6),
    "ff 09": ("hardware_version", 2),
    "ff 0a": ("firmware_version", 2),
    "ff 0b": ("device_status", 1),
    "ff 0f": ("lorawan_class", 1),
    "ff 16": ("sn", 8),
    "ff 1f": ("firmware_version", 4),
    "ff fe": ("reset_event", 1),
    "ff ff": ("tsl_version", 2),
}


@dataclass(frozen=True)
class _Part:
    """A field with its place behind the header."""

    name: str
    start: int
    end: int
    value: Callable[[bytes], Any]


@dataclass(frozen=True)
class _Block:
    length: int
    parts: tuple[_Part, ...]


def reader(codec: ChannelCodec) -> Read:
    """What reads the frames of the codec; see ``Read``."""
    blocks = {bytes.fromhex(header): _information(*said) for header, said in _INFORMATION.items()}
    blocks.update({bytes.fromhex(channel.header): _block(channel.reads) for channel in codec.channels})
    sizes = sorted({len(header) for header in blocks}, reverse=True)
    return lambda payload: _read(payload, blocks, sizes)


def _read(payload: bytes, blocks: Mapping[bytes, _Block], sizes: Sequence[int]) -> Frame:
    values: dict[str, Any] = {}
    place = 0
    while place < len(payload):
        size = next((size for size in sizes if payload[place : place + size] in blocks), None)
        if size is None:
            return Frame(values, f"nothing is known of '{payload[place : place + 2].hex(' ')}' at byte {place}")
        block = blocks[payload[place : place + size]]
        start, place = place + size, place + size + block.length
        if place > len(payload):
            return Frame(values, f"the frame ends within the value at byte {start}")
        for part in block.parts:
            values[part.name] = part.value(payload[start + part.start : start + part.end])
    return Frame(values)


def _information(name: str, length: int) -> _Block:
    return _Block(length, (_Part(name, 0, length, bytes.hex),))


def _block(fields: Sequence[FrameField]) -> _Block:
    parts: list[_Part] = []
    place = 0
    for field in fields:
        end = place + (field.length or BYTES.get(field.format, 1))
        parts.append(_Part(field.name, place, end, _meaning(field)))
        place = end
    return _Block(place, tuple(parts))


def _meaning(field: FrameField) -> Callable[[bytes], Any]:
    if field.format == "hex":
        return bytes.hex
    if field.format == "flag":
        return any
    number = _number(field.format)
    if field.words:
        words = field.words
        return lambda data: words.get(str(number(data)), number(data))
    if field.divisor != 1.0:
        return lambda data: number(data) / field.divisor
    return number


def _number(form: str) -> Callable[[bytes], Any]:
    if form == "u24":
        return lambda data: int.from_bytes(data, "little")
    unpack = struct.Struct(_STRUCT[form]).unpack
    return lambda data: unpack(data)[0]
