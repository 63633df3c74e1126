"""Milesight's frames: a header of channel and type, the value that belongs to it, the next header, to the end.

Nothing says how long the value behind an unknown header is, so nothing behind one can be read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from services.telemetry.domain.frames.frame import Frame, Read
from shared.model.codecs import BYTES, Channel, ChannelCodec, FrameField

_STRUCT: Final = {"u16": "<H", "i16": "<h", "i8": "<b", "u8": "<B", "u32": "<I", "i32": "<i", "f32": "<f"}
_TIME: Final = 4
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


class _Unknown(Exception):
    """From here on the frame can't be read; the text says why."""


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
    history: bool = False


def reader(codec: ChannelCodec) -> Read:
    """What reads the frames of the codec; see ``Read``."""
    blocks = {bytes.fromhex(header): _information(*said) for header, said in _INFORMATION.items()}
    blocks.update({bytes.fromhex(channel.header): _block(channel) for channel in codec.channels})
    sizes = sorted({len(header) for header in blocks}, reverse=True)
    return lambda payload: _read(payload, blocks, sizes)


def _read(payload: bytes, blocks: Mapping[bytes, _Block], sizes: Sequence[int]) -> Frame:
    values: dict[str, Any] = {}
    earlier: list[tuple[datetime, dict[str, Any]]] = []
    unread = None
    try:
        for block, start in _walk(payload, blocks, sizes):
            found = {part.name: part.value(payload[start + part.start : start + part.end]) for part in block.parts}
            if block.history:
                earlier.append((_time(payload, start), found))
            else:
                values.update(found)
    except _Unknown as error:
        unread = str(error)
    return Frame(values, unread, tuple(earlier))


def _walk(payload: bytes, blocks: Mapping[bytes, _Block], sizes: Sequence[int]) -> Iterator[tuple[_Block, int]]:
    """Each block, and where what it reads begins."""
    place = 0
    while place < len(payload):
        size = next((size for size in sizes if payload[place : place + size] in blocks), None)
        if size is None:
            raise _Unknown(f"nothing is known of '{payload[place : place + 2].hex(' ')}' at byte {place}")
        block, start = blocks[payload[place : place + size]], place + size
        place = start + block.length
        if place > len(payload):
            raise _Unknown(f"the frame ends within the value at byte {start}")
        yield block, start


def _time(payload: bytes, place: int) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(payload[place : place + _TIME], "little"), UTC)


def _information(name: str, length: int) -> _Block:
    return _Block(length, (_Part(name, 0, length, bytes.hex),))


def _block(channel: Channel) -> _Block:
    parts: list[_Part] = []
    place = _TIME if channel.history else 0
    for field in channel.reads:
        end = place + (field.length or BYTES.get(field.format, 1))
        parts.append(_Part(field.name, place, end, _meaning(field)))
        place = end
    return _Block(place, tuple(parts), channel.history)


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
