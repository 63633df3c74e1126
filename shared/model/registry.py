"""What the city has: directorates, kinds, models, areas, sites, points, devices, groups. The device registry's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from shared.model.codecs import Codec
from shared.model.message import Message


class Text(msgspec.Struct, frozen=True):
    """Words for people: French, and English beside it."""

    fr: str
    en: str


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """The root of what the registry knows: a thing with an id, unique among its sort."""

    id: str


class Directorate(Entity, frozen=True, kw_only=True):
    """A department of the metropolis that owns points and rules."""

    title: Text


Aggregation = Literal["mean", "energy-mean", "sum", "max", "last"]
"""What makes one value of many: ``energy-mean`` for levels in dB, ``sum`` for counts and amounts per period."""

Theme = Literal["noise", "waste", "water", "mobility", "lighting"]
"""What the public pages are about; a kind says on which of them its points are shown."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is worked out of a kind's observations, for people.

    Attributes:
        name: ``noise-periods``: energy means of day, evening and night, and Lden, of each civil day. ``days-over``: on
            how many of the last 30 days the property reached the threshold, and since when it is there.
            ``rise``: the change over the last ``span_s``, for each hour. ``counts``: sums by hour and by day.
        threshold: in the property's unit; for ``days-over``.
        span_s: seconds; for ``rise``.
    """

    name: Literal["noise-periods", "days-over", "rise", "counts"]
    property: str
    threshold: float | None = None
    span_s: float | None = None


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """An observed property of a kind.

    Attributes:
        unit: UCUM code in which values are stored.
        minimum, maximum: what the sensor can show, in ``unit``; outside is stored as out-of-range.
        accuracy: of the sensor, in ``unit``; also the number of decimals worth showing.
        aggregation: the mean that makes sense.
    """

    title: Text
    unit: str
    minimum: float
    maximum: float
    accuracy: float
    aggregation: Aggregation = "mean"


class Kind(Entity, frozen=True, kw_only=True):
    """A sort of point and what is observed there.

    Attributes:
        period_s: expected time between two observations, seconds.
        max_delay_s: an observation older than this when it comes is late, seconds.
        stale_after_s: a value older than this is unknown to comparisons; three periods unless said otherwise.
        theme: of the pages that show its points; None: only the pages of the points themselves do.
    """

    title: Text
    period_s: float
    max_delay_s: float
    stale_after_s: float
    properties: dict[str, Property]
    theme: Theme | None = None
    indicators: tuple[Indicator, ...] = ()


class UplinkField(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model's uplink carries a property.

    Attributes:
        path: keys in the decoded uplink, joined by dots.
        unit: UCUM code of the number that stands there, after ``scale``.
        scale: the number is multiplied by it first.
        measures: ``distance-from-above``: the property is the mount's sensor height minus the number.
            ``fill-from-above``: it is how full a container is, from the mount's container height and dead zone.
            ``increase``: the number only grows, and the property is by how much since the device's uplink before;
            a number that is smaller than the one before began again, from 0 or at ``wraps_at``.
        wraps_at: the number that follows the largest one is 0; for ``increase``.
        values: what text there means, for a field that says a state in words: ``{normal: 0, tilt: 1}``; yes and no
            are ``"true"`` and ``"false"``.
    """

    path: str
    unit: str
    scale: float = 1.0
    measures: Literal["value", "distance-from-above", "fill-from-above", "increase"] = "value"
    wraps_at: float | None = None
    values: dict[str, float] | None = None


class BatteryField(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model's uplink tells its battery: ``unit`` is ``%`` of its charge, or ``V``."""

    path: str
    unit: Literal["%", "V"]


class Model(Entity, frozen=True, kw_only=True):
    """A make of sensor: which properties of which kind it observes, and where its uplinks carry them.

    Attributes:
        battery: a frame that tells this alone is as good as any.
        codec: how its frames are read; None: the network server does it, or it sends no frames.
    """

    title: Text
    kind: str
    observes: dict[str, UplinkField]
    battery: BatteryField | None = None
    codec: Codec | None = None


class Area(Entity, frozen=True, kw_only=True):
    """A part of the city. ``geometry`` is a GeoJSON Polygon or MultiPolygon: longitude first, WGS 84."""

    title: Text
    geometry: dict[str, Any]


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Where a point's data were really recorded, when they are replayed."""

    place: str
    period: Text
    source: str
    licence: str


class Site(Entity, frozen=True, kw_only=True):
    """A place that several points share: a drop-off point with its containers, a cabinet with its luminaires."""

    title: str


class Point(Entity, frozen=True, kw_only=True):
    """A place that is measured or lit (SensorThings' Thing).

    Attributes:
        zone: IANA name of the zone in which its times are read and its calendar counts.
        areas: ids of the areas that contain it, worked out by the registry.
        site: id of the place that it shares with other points; None: it stands alone.
        recording: present when what is shown was recorded elsewhere or at another time.
        simulated: no device stands there; the values are made up.
        retired: since when it is observed no more, UTC; its history is kept, and no rule selects it.
    """

    title: str
    kind: str
    directorate: str
    longitude: float
    latitude: float
    zone: str = "Europe/Paris"
    areas: tuple[str, ...] = ()
    site: str | None = None
    tags: tuple[str, ...] = ()
    recording: Recording | None = None
    simulated: bool = False
    retired: datetime | None = None


class Device(Entity, frozen=True, kw_only=True):
    """A piece of hardware. ``dev_eui``: 16 hexadecimal digits in lower case, for LoRaWAN."""

    model: str
    dev_eui: str | None = None


class Mount(Entity, frozen=True, kw_only=True):
    """A device at a point from - to (``until`` excluded, None: still there), with its calibration there.

    Attributes:
        offsets: added to a property's value, in the property's unit.
        sensor_height_m: of a sensor that looks down, above the zero of the gauge, metres.
        container_height_m: from the sensor down to the bottom of the empty container, metres.
        dead_zone_m: from the sensor down to the top of a full container, metres.
    """

    device: str
    point: str
    since: datetime
    until: datetime | None = None
    offsets: dict[str, float] = {}
    sensor_height_m: float | None = None
    container_height_m: float | None = None
    dead_zone_m: float | None = None


class Group(Entity, frozen=True, kw_only=True):
    """Points that are commanded together, such as the luminaires of a bank."""

    title: Text
    directorate: str
    points: tuple[str, ...]


class Credential(Entity, frozen=True, kw_only=True):
    """A key that may send observations: of one device, or of every device at the points of one directorate.

    Attributes:
        key_sha256: of the key, hexadecimal. Keys are 256 random bits, so a plain digest can't be searched.
    """

    key_sha256: str
    device: str | None = None
    directorate: str | None = None


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the registry knows at one revision."""

    directorates: tuple[Directorate, ...] = ()
    kinds: tuple[Kind, ...] = ()
    models: tuple[Model, ...] = ()
    areas: tuple[Area, ...] = ()
    sites: tuple[Site, ...] = ()
    points: tuple[Point, ...] = ()
    devices: tuple[Device, ...] = ()
    mounts: tuple[Mount, ...] = ()
    groups: tuple[Group, ...] = ()
    credentials: tuple[Credential, ...] = ()


class RegistryChanged(Message, frozen=True, kw_only=True):
    """The registry has a new revision; ``inventory`` is all of it, so a reader that missed some needs no other."""

    revision: int
    at: datetime
    inventory: Inventory
