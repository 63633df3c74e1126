"""Reads the items of ``sites``, ``points`` with what is mounted there, ``devices`` and ``groups``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from services.device_registry.domain.items import Entry, Item, every
from services.device_registry.domain.writing import (
    Amount,
    DeviceText,
    EveryDevice,
    EveryPoint,
    GroupText,
    MountText,
    PointText,
    RecordingText,
    SiteText,
)
from shared.civil_time import PARIS
from shared.model.registry import Device, Group, Kind, Mount, Point, Recording, Site

S = TypeVar("S", bound=msgspec.Struct)

DEFAULTS: Final = ("every_point", "every_device")
"""The sections that say what holds for all points, or devices, of a file."""

_YEARS: Final = range(1800, 2200)
"""Those of any date that is meant; the years 1 and 9999 exist in one zone and not in another."""

_DEV_EUI: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class PlacedPoint:
    """A point and the devices that stand or stood there."""

    point: Entry[Point]
    mounts: tuple[Entry[Mount], ...]


def read_site(item: Item) -> Site:
    """An item of ``sites``."""
    written = item.read(SiteText)
    return Site(id=item.identifier(written.id), title=written.title)


def read_point(item: Item, kinds: Mapping[str, Kind]) -> PlacedPoint:
    """An item of ``points``; the file's ``every_point`` fills in, the kinds tell the units of offsets.

    Raises:
        ProblemsFound: among others, those of all its mounts.
    """
    written = _filled(item, PointText, "every_point", EveryPoint)
    point = _point(item, written)
    places = [item.at("mounted", index) for index in range(len(written.mounted))]
    mounts = every(lambda place: Entry(read_mount(place, point, kinds.get(point.kind)), place), places)
    return PlacedPoint(Entry(point, item), tuple(mounts))


def _filled(item: Item, shape: type[S], defaults: str, shape_of_defaults: type[msgspec.Struct]) -> S:
    """The item, with what its file says of every thing of the sort where it says nothing itself."""
    written = item.read(shape)
    if defaults not in item.document.data:
        return written
    said = Item(item.document, (defaults,)).read(shape_of_defaults)
    missing = {name: getattr(said, name) for name in said.__struct_fields__ if getattr(written, name) is None}
    return msgspec.structs.replace(written, **missing)


def _said(item: Item, value: str | None, name: str) -> str:
    if value is None:
        section = str(item.path[0]).removesuffix("s")
        raise item.fault("shape", f"no '{name}'", f"say it here, or for all of the file under every_{section}")
    return value


def _point(item: Item, written: PointText) -> Point:
    return Point(
        id=item.identifier(written.id),
        title=written.title,
        kind=_said(item, written.kind, "kind"),
        directorate=_said(item, written.directorate, "directorate"),
        longitude=written.longitude,
        latitude=written.latitude,
        zone=_zone(item, written.zone or PARIS.key),
        site=written.site,
        tags=written.tags or (),
        recording=_recording(written.recording, written.title),
        simulated=bool(written.simulated),
        retired=_retired(item, written),
    )


def _retired(item: Item, written: PointText) -> datetime | None:
    if written.retired is None:
        return None
    return read_moment(item.at("retired"), written.retired, _zone(item, written.zone or PARIS.key))


def _zone(item: Item, name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise item.at("zone").fault("zone", f"no time zone '{name}'", "for example Europe/Paris") from error


def _recording(written: RecordingText | None, title: str) -> Recording | None:
    if written is None:
        return None
    place = written.place or title
    return Recording(place=place, period=written.period, source=written.source, licence=written.licence)


def read_mount(item: Item, point: Point, kind: Kind | None) -> Mount:
    """A device at that point; the kind tells the units of its offsets."""
    written = item.read(MountText)
    since = read_moment(item.at("since"), written.since, point.zone)
    until = read_moment(item.at("until"), written.until, point.zone) if written.until else None
    if until is not None and until <= since:
        raise item.at("until").fault("mount-times", "a device leaves after it came")
    return Mount(
        id=f"{written.device}@{since:%Y-%m-%dT%H:%M:%SZ}",
        device=written.device,
        point=point.id,
        since=since,
        until=until,
        offsets=_offsets(item, written, kind),
        sensor_height_m=_metres(item, written.sensor_height, "sensor_height"),
        container_height_m=_metres(item, written.container_height, "container_height"),
        dead_zone_m=_metres(item, written.dead_zone, "dead_zone"),
    )


def _metres(item: Item, written: Amount | None, name: str) -> float | None:
    return None if written is None else item.amount(written, "m", name)


def read_moment(item: Item, text: str, zone: str) -> datetime:
    """A day or a time, in UTC; without an offset it is one of the zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "for example 2026-03-01, or 2026-03-01T14:30"
        raise item.fault("time", f"'{text}' is not a day or a time", hint) from error
    if moment.year not in _YEARS:
        raise item.fault("time", f"the year {moment.year} is none of ours", f"{_YEARS[0]} to {_YEARS[-1]}")
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def _offsets(item: Item, written: MountText, kind: Kind | None) -> dict[str, float]:
    if kind is None:  # unknown: told where the point names it
        return {}
    for name in written.offsets:
        if name not in kind.properties:
            known = ", ".join(kind.properties)
            raise item.at("offsets", name).fault("unknown-property", f"{kind.id} has no '{name}'", f"it has: {known}")
    return {
        name: item.amount(value, kind.properties[name].unit, "offsets", name) for name, value in written.offsets.items()
    }


def read_device(item: Item) -> Device:
    """An item of ``devices``; the file's ``every_device`` fills in."""
    written = _filled(item, DeviceText, "every_device", EveryDevice)
    model = _said(item, written.model, "model")
    return Device(id=item.identifier(written.id), model=model, dev_eui=_dev_eui(item, written.dev_eui))


def _dev_eui(item: Item, text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.lower().replace("-", "").replace(":", "")
    if not _DEV_EUI.fullmatch(plain):
        raise item.at("dev_eui").fault("dev-eui", f"'{text}' is not a DevEUI", "16 hexadecimal digits, in quotes")
    return plain


def read_group(item: Item) -> Group:
    """An item of ``groups``."""
    written = item.read(GroupText)
    return Group(
        id=item.identifier(written.id),
        title=written.title,
        directorate=written.directorate,
        points=written.points,
    )
