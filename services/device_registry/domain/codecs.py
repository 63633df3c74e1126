"""Reads the ``codec`` of a model: how the bytes of its frames are laid out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from services.device_registry.domain.items import Item, every
from services.device_registry.domain.writing import ChannelCodecText, ChannelText, FlagCodecText
from shared.formulas import FormulaError, formula
from shared.model.codecs import Channel, ChannelCodec, Codec, FlagCodec, FlaggedSensor, FrameField, words_of

_HEADER: Final = re.compile(r"[0-9a-f]{2}( [0-9a-f]{2}){1,3}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MOST_WORDS: Final = 100
_MOST_SENSORS: Final = 16


def read_codec(item: Item) -> Codec:
    """The ``codec`` of a model.

    Raises:
        ProblemsFound: with those of all its channels or sensors.
    """
    read = _FORMATS.get(str(item.value.get("format")))
    if read is None:
        raise item.fault("codec", "a codec begins with its format", f"format: {' or '.join(_FORMATS)}")
    return read(item)


def _channels(item: Item) -> ChannelCodec:
    written = item.read(ChannelCodecText)
    channels = every(_channel, [item.at("channels", index) for index in range(len(written.channels))])
    for header, count in Counter(channel.header for channel in channels).items():
        if count > 1:
            raise item.at("channels").fault("codec", f"'{header}' stands here {count} times", "keep one of them")
    return ChannelCodec(channels=tuple(channels))


def _channel(item: Item) -> Channel:
    written = item.read(ChannelText)
    header = written.header.lower()
    if not _HEADER.fullmatch(header):
        hint = "the bytes of channel and type: 01 75"
        raise item.at("header").fault("codec", f"'{written.header}' is no header", hint)
    reads = every(_field, [item.at("reads", index) for index in range(len(written.reads))])
    return Channel(header=header, reads=tuple(reads), history=written.history)


def _field(item: Item) -> FrameField:
    field = item.read(FrameField)
    _named(item.at("name"), field.name)
    if field.divisor == 0 or not math.isfinite(field.divisor):
        raise item.at("divisor").fault("codec", "a number divided by this tells nothing")
    if (field.length is not None) != (field.format == "hex") or (field.length or 1) < 1:
        raise item.fault("codec", "'hex' says its length in bytes, the others have their own")
    return field


def _named(item: Item, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise item.fault("codec", f"'{name}' can't be a name in a path", "letters, digits and '_'")
    return name


def _flags(item: Item) -> FlagCodec:
    written = item.read(FlagCodecText)
    every(lambda name: _parameter(item.at("parameters", name), name), written.parameters)
    places = [item.at("sensors", index) for index in range(len(written.sensors))]
    if len(places) > _MOST_SENSORS:
        raise item.at("sensors").fault("codec", f"there are {_MOST_SENSORS} flags, so no more sensors")
    sensors = every(lambda place: _sensor(place, written.parameters), places)
    return FlagCodec(sensors=tuple(sensors), parameters=written.parameters)


def _parameter(item: Item, name: str) -> None:
    _named(item, name)
    if not math.isfinite(item.value):
        raise item.fault("codec", f"'{item.value}' is too large a number")


def _sensor(item: Item, parameters: Mapping[str, float]) -> FlaggedSensor:
    sensor = item.read(FlaggedSensor)
    if not 1 <= sensor.words <= _MOST_WORDS:
        raise item.at("words").fault("codec", f"a sensor sends 1 to {_MOST_WORDS} words")
    names = {*words_of(sensor), *parameters}
    every(lambda name: _formula(item.at("reads", name), name, names), sensor.reads)
    return sensor


def _formula(item: Item, name: str, names: Iterable[str]) -> None:
    _named(item, name)
    try:
        formula(item.value, frozenset(names))
    except FormulaError as error:
        raise item.fault("formula", str(error), "numbers, x0, x1..., parameters, + - * / and brackets") from error


_FORMATS: Final[Mapping[str, Callable[[Item], Codec]]] = {"milesight": _channels, "decentlab": _flags}
