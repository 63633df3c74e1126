"""The inventory as officers write it: the shape of each section of a file, before units and references are read."""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.model.registry import Aggregation, BatteryField, Text, Theme

Amount = float | str
"""A number in the property's unit, or text with a unit of its own: ``2 cm``."""


class DirectorateText(msgspec.Struct, kw_only=True):
    """An item of ``directorates``."""

    id: str
    title: Text


class KindText(msgspec.Struct, kw_only=True):
    """An item of ``kinds``. Times are durations: ``15 min``."""

    id: str
    title: Text
    period: str
    max_delay: str
    stale_after: str | None = None
    theme: Theme | None = None
    indicators: tuple[dict[str, object], ...] = ()
    properties: dict[str, dict[str, object]]


class IndicatorText(msgspec.Struct, kw_only=True):
    """An item of a kind's ``indicators``. ``threshold`` in the property's unit or its own; ``over``: a duration."""

    name: Literal["noise-periods", "days-over", "rise", "counts"]
    property: str
    threshold: Amount | None = None
    over: str | None = None


class PropertyText(msgspec.Struct, kw_only=True):
    """What a kind observes. ``range``: the smallest and the largest value that the sensor can show."""

    title: Text
    unit: str
    range: tuple[Amount, Amount]
    accuracy: Amount
    aggregation: Aggregation = "mean"


class ModelText(msgspec.Struct, kw_only=True):
    """An item of ``models``; each property is an ``UplinkField``, the codec one of the two below."""

    id: str
    title: Text
    kind: str
    observes: dict[str, dict[str, object]]
    battery: BatteryField | None = None
    codec: dict[str, object] | None = None


class ChannelCodecText(msgspec.Struct, kw_only=True):
    """A ``codec`` in Milesight's layout."""

    format: str
    channels: tuple[dict[str, object], ...]


class ChannelText(msgspec.Struct, kw_only=True):
    """An item of ``channels``. ``header``: bytes in hexadecimal, ``01 75``; ``reads``: each a ``FrameField``."""

    header: str
    reads: tuple[dict[str, object], ...]
    history: bool = False


class FlagCodecText(msgspec.Struct, kw_only=True):
    """A ``codec`` in Decentlab's layout; each sensor is a ``FlaggedSensor``."""

    format: str
    sensors: tuple[dict[str, object], ...]
    parameters: dict[str, float] = {}


class RecordingText(msgspec.Struct, kw_only=True):
    """Where replayed data come from. ``place``: the point's title unless said otherwise."""

    place: str | None = None
    period: Text
    source: str
    licence: str


class SiteText(msgspec.Struct, kw_only=True):
    """An item of ``sites``."""

    id: str
    title: str


class EveryPoint(msgspec.Struct, kw_only=True):
    """``every_point``: what holds for each point of the file that does not say otherwise."""

    kind: str | None = None
    directorate: str | None = None
    zone: str | None = None
    tags: tuple[str, ...] | None = None
    recording: RecordingText | None = None
    simulated: bool | None = None


class PointText(EveryPoint, kw_only=True):
    """An item of ``points``.

    Attributes:
        site: id of an item of ``sites``.
        mounted: the devices that stand or stood there, each a ``MountText``.
        retired: since when it is observed no more; a time as in ``MountText``.
    """

    id: str
    title: str
    longitude: float
    latitude: float
    site: str | None = None
    retired: str | None = None
    mounted: tuple[dict[str, object], ...] = ()


class MountText(msgspec.Struct, kw_only=True):
    """A device at a point. Times without an offset are those of the point's zone; a date alone begins at midnight.

    Attributes:
        offsets: by property, added to the value.
        sensor_height: above the gauge's zero, of a sensor that looks down.
        container_height, dead_zone: from the sensor down to the bottom, and to the top of what a full one holds.
    """

    device: str
    since: str
    until: str | None = None
    offsets: dict[str, Amount] = {}
    sensor_height: Amount | None = None
    container_height: Amount | None = None
    dead_zone: Amount | None = None


class EveryDevice(msgspec.Struct, kw_only=True):
    """``every_device``: what holds for each device of the file that does not say otherwise."""

    model: str | None = None


class DeviceText(EveryDevice, kw_only=True):
    """An item of ``devices``."""

    id: str
    dev_eui: str | None = None


class GroupText(msgspec.Struct, kw_only=True):
    """An item of ``groups``. ``points``: ids."""

    id: str
    title: Text
    directorate: str
    points: tuple[str, ...]


class FeatureText(msgspec.Struct, kw_only=True):
    """A GeoJSON feature; what programs for maps add to it is passed over."""

    type: Literal["Feature"]
    properties: FeatureProperties
    geometry: dict[str, object]


class FeatureProperties(msgspec.Struct, kw_only=True):
    """Flat, as programs for maps write them."""

    id: str
    title_fr: str
    title_en: str
