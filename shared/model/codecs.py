"""How the bytes of a make's frames are laid out, so that a new model is a few lines of YAML.

Two layouts are known: Milesight's (channel, type, value, and again) and Decentlab's (a flag for each sensor, then
16-bit words). A third would be a struct here and a reader in ``services.telemetry.domain.frames``.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

NumberFormat = Literal["u8", "i8", "u16", "i16", "u24", "u32", "i32", "f32", "flag", "hex"]
"""Least significant byte first. ``flag``: one byte, 0 is false; ``hex``: bytes told as hexadecimal text."""

BYTES: Final = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u24": 3, "u32": 4, "i32": 4, "f32": 4, "flag": 1}
"""How many bytes a format has; ``hex`` has as many as its field says."""


class FrameField(msgspec.Struct, frozen=True, kw_only=True):
    """A number behind a header.

    Attributes:
        name: the key under which a model's paths find it.
        divisor: the number is divided by it.
        words: what the number says, by the number as text; one that isn't here stays a number.
        length: bytes, of ``hex`` alone.
    """

    name: str
    format: NumberFormat
    divisor: float = 1.0
    words: dict[str, str] | None = None
    length: int | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """What follows a header.

    Attributes:
        header: bytes in hexadecimal with spaces between: channel, type, and more where those mean several things.
        history: what follows was measured earlier and is sent again: first the time, as seconds since 1970.
    """

    header: str
    reads: tuple[FrameField, ...]
    history: bool = False


class ChannelCodec(msgspec.Struct, frozen=True, kw_only=True, tag_field="format", tag="milesight"):
    """Milesight's layout: header, value, header, value."""

    channels: tuple[Channel, ...]


class FlaggedSensor(msgspec.Struct, frozen=True, kw_only=True):
    """A sensor of a Decentlab device: the first has the lowest flag.

    Attributes:
        words: how many 16-bit words it sends; formulas call them ``x0``, ``x1``...
        reads: formulas by the key under which a model's paths find the value.
    """

    words: int
    reads: dict[str, str]


class FlagCodec(msgspec.Struct, frozen=True, kw_only=True, tag_field="format", tag="decentlab"):
    """Decentlab's layout, protocol version 2: version, device, flags, then the words of each sensor that is flagged.

    Attributes:
        parameters: numbers that formulas may use by name, such as the resolution of a rain gauge.
    """

    sensors: tuple[FlaggedSensor, ...]
    parameters: dict[str, float] = {}


Codec = ChannelCodec | FlagCodec


def words_of(sensor: FlaggedSensor) -> tuple[str, ...]:
    """The names by which formulas call a sensor's words."""
    return tuple(f"x{index}" for index in range(sensor.words))


def names_of(codec: Codec) -> frozenset[str]:
    """The names of all values that frames of a codec may hold."""
    if isinstance(codec, ChannelCodec):
        return frozenset(field.name for channel in codec.channels for field in channel.reads)
    return frozenset(name for sensor in codec.sensors for name in sensor.reads)
