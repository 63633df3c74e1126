"""Reads the items of ``directorates``, ``kinds`` and ``models``."""

from __future__ import annotations

import math
import re
from typing import Final

from services.device_registry.domain.codecs import read_codec
from services.device_registry.domain.items import Item, every
from services.device_registry.domain.writing import (
    DirectorateText,
    IndicatorText,
    KindText,
    ModelText,
    PropertyText,
)
from shared.model.registry import Directorate, Indicator, Kind, Model, Property, UplinkField

_PERIODS_TO_STALE: Final = 3
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def read_directorate(item: Item) -> Directorate:
    """An item of ``directorates``."""
    written = item.read(DirectorateText)
    return Directorate(id=item.identifier(written.id), title=written.title)


def read_kind(item: Item) -> Kind:
    """An item of ``kinds``.

    Raises:
        ProblemsFound: among others, those of all its properties.
    """
    written = item.read(KindText)
    period = item.seconds(written.period, "period")
    stale = written.stale_after
    names = every(lambda name: _named(item.at("properties", name), name), written.properties)
    properties = every(lambda name: _property(item.at("properties", name)), names)
    return Kind(
        id=item.identifier(written.id),
        title=written.title,
        period_s=period,
        max_delay_s=item.seconds(written.max_delay, "max_delay"),
        stale_after_s=item.seconds(stale, "stale_after") if stale else _PERIODS_TO_STALE * period,
        properties=dict(zip(names, properties, strict=True)),
        theme=written.theme,
        indicators=_indicators(item, written, dict(zip(names, properties, strict=True))),
    )


def _indicators(item: Item, written: KindText, properties: dict[str, Property]) -> tuple[Indicator, ...]:
    places = [item.at("indicators", index) for index in range(len(written.indicators))]
    return tuple(every(lambda place: _indicator(place, properties), places))


def _indicator(item: Item, properties: dict[str, Property]) -> Indicator:
    written = item.read(IndicatorText)
    seen = properties.get(written.property)
    if seen is None:
        hint = f"it has: {', '.join(properties)}"
        raise item.at("property").fault("unknown-property", f"no property '{written.property}'", hint)
    wanted = {"days-over": "threshold", "rise": "over"}.get(written.name)
    if wanted is not None and getattr(written, wanted) is None:
        raise item.fault("shape", f"'{written.name}' needs '{wanted}'")
    return Indicator(
        name=written.name,
        property=written.property,
        threshold=None if written.threshold is None else item.amount(written.threshold, seen.unit, "threshold"),
        span_s=None if written.over is None else item.seconds(written.over, "over"),
    )


def _named(item: Item, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise item.fault("property-name", f"'{name}' can't be used in a rule", "small letters, digits and '_'")
    return name


def _property(item: Item) -> Property:
    written = item.read(PropertyText)
    unit = item.unit(written.unit, "unit")
    low, high = (item.amount(written.range[end], unit, "range", end) for end in (0, 1))
    if low >= high:
        raise item.at("range").fault("range", "the smallest value comes first, and is smaller")
    accuracy = item.amount(written.accuracy, unit, "accuracy")
    if accuracy <= 0:
        raise item.at("accuracy").fault("accuracy", "the accuracy is more than 0")
    return Property(
        title=written.title,
        unit=unit,
        minimum=low,
        maximum=high,
        accuracy=accuracy,
        aggregation=written.aggregation,
    )


def read_model(item: Item) -> Model:
    """An item of ``models``.

    Raises:
        ProblemsFound: among others, those of all its fields.
    """
    written = item.read(ModelText)
    fields = every(lambda name: _field(item.at("observes", name)), written.observes)
    return Model(
        id=item.identifier(written.id),
        title=written.title,
        kind=written.kind,
        observes=dict(zip(written.observes, fields, strict=True)),
        battery=written.battery,
        codec=None if written.codec is None else read_codec(item.at("codec")),
    )


def _field(item: Item) -> UplinkField:
    field = item.read(UplinkField)
    item.unit(field.unit, "unit")
    if field.scale == 0 or not math.isfinite(field.scale):
        hint = "the scale is what one step of the number is worth"
        raise item.at("scale").fault("scale", "a number times this tells nothing", hint)
    _check_wrap(item, field)
    return field


def _check_wrap(item: Item, field: UplinkField) -> None:
    if field.wraps_at is None:
        return
    if field.measures != "increase":
        raise item.at("wraps_at").fault("wrap", "only a number that grows begins again", "measures: increase")
    if field.wraps_at <= 0 or not math.isfinite(field.wraps_at):
        raise item.at("wraps_at").fault("wrap", "the number that follows the largest one, such as 65536")
