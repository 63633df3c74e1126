"""What people do in the street: install a device at a point, put another in its place, take it or the point away.

Each act gives the things that it changes, with their places; whether they go together with all others is checked as
for any import. Observations that were stored already keep their point: nothing is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from services.device_registry.domain.assembling import Placed
from services.device_registry.domain.exchange.wording import moment
from services.device_registry.domain.hearing import stands
from services.device_registry.domain.items import Entry, Item
from services.device_registry.domain.places import read_device, read_moment, read_mount
from shared.documents import Document
from shared.errors import InputError, NotFound
from shared.model.registry import Inventory, Mount, Point

REQUEST: Final = "request"
"""What problems call the place of what was asked for."""


class NotStanding(InputError):
    """A device doesn't stand where it is to be taken away."""

    def __init__(self, device: str, point: str | None, at: datetime) -> None:
        where = "anywhere" if point is None else f"at {point}"
        super().__init__(f"{device} does not stand {where} at {moment(at)}, or leaves later already")


class RetiredPoint(InputError):
    """A point is observed no more."""

    def __init__(self, point: str) -> None:
        super().__init__(f"{point} is retired; import it with an empty 'retired' to use it again")


class InTheFuture(InputError):
    """A point can't be retired ahead of time: rules would go on with it."""

    def __init__(self, point: str, at: datetime) -> None:
        super().__init__(f"{point} can't be retired ahead of time: {moment(at)} is still to come")


class NewDevice(msgspec.Struct, frozen=True, kw_only=True):
    """The device that comes to stand at a point, and its calibration there, as in ``MountText``.

    Attributes:
        model, dev_eui: for a device that the registry does not know yet; it is entered.
    """

    id: str
    model: str | None = None
    dev_eui: str | None = None
    offsets: dict[str, float | str] = {}
    sensor_height: float | str | None = None
    container_height: float | str | None = None
    dead_zone: float | str | None = None


@dataclass(frozen=True)
class Acting:
    """What is known when something is done, and the present moment, which stands where no other is given."""

    known: Inventory
    now: datetime

    def point(self, identifier: str) -> Point:
        """The point.

        Raises:
            NotFound: there is none.
        """
        found = next((point for point in self.known.points if point.id == identifier), None)
        if found is None:
            raise NotFound("point", identifier)
        return found

    def time(self, written: str | None, zone: str) -> datetime:
        """The moment that was written, a time without offset in that zone; to the second."""
        if written is None:
            return self.now.replace(microsecond=0)
        return read_moment(_item({"at": written}).at("at"), written, zone)

    def install(self, point: str, device: NewDevice, since: str | None) -> Iterator[Placed]:
        """A device comes to stand at a point."""
        there = self.point(point)
        if there.retired is not None:
            raise RetiredPoint(point)
        yield from self._entered(device)
        yield self._mounted(there, device, self.time(since, there.zone))

    def swap(self, point: str, old: str, device: NewDevice, at: str | None) -> Iterator[Placed]:
        """A device leaves a point and another comes in its place at once, with a calibration of its own."""
        there = self.point(point)
        time = self.time(at, there.zone)
        yield _closed(self._standing(old, point, time), time)
        yield from self.install(point, device, moment(time))

    def retire_device(self, device: str, at: str | None) -> Iterator[Placed]:
        """A device is taken away from wherever it stands; it stays known."""
        if all(known.id != device for known in self.known.devices):
            raise NotFound("device", device)
        last = max(self._mounts(device), key=lambda mount: mount.since, default=None)
        zone = "UTC" if last is None else self.point(last.point).zone
        time = self.time(at, zone)
        yield _closed(self._standing(device, None, time), time)

    def retire_point(self, point: str, at: str | None) -> Iterator[Placed]:
        """A point is observed no more: its devices leave it, its history stays."""
        there = self.point(point)
        if there.retired is not None:
            raise RetiredPoint(point)
        time = self.time(at, there.zone)
        if time > self.now:
            raise InTheFuture(point, time)
        yield "points", Entry(msgspec.structs.replace(there, retired=time), _item({"point": point}))
        for mount in self.known.mounts:
            if mount.point == point and (mount.until is None or mount.until > time):
                yield _closed(mount, time)

    def _mounts(self, device: str) -> Iterator[Mount]:
        return (mount for mount in self.known.mounts if mount.device == device)

    def _standing(self, device: str, point: str | None, at: datetime) -> Mount:
        """The mount that is to be closed."""
        for mount in self._mounts(device):
            if point in (None, mount.point) and mount.until is None and stands(mount, at) and mount.since < at:
                return mount
        raise NotStanding(device, point, at)

    def _entered(self, device: NewDevice) -> Iterator[Placed]:
        """The device itself, if it is to be entered."""
        if device.model is not None:
            item = _item({"id": device.id, "model": device.model, "dev_eui": device.dev_eui})
            if any(known.id == device.id for known in self.known.devices):
                raise item.fault("repeated-id", f"{device.id} is known already", "leave out its model")
            yield "devices", Entry(read_device(item), item)

    def _mounted(self, point: Point, device: NewDevice, since: datetime) -> Placed:
        kind = next(kind for kind in self.known.kinds if kind.id == point.kind)
        written = {"device": device.id, "since": moment(since), **_calibration(device)}
        item = _item(written)
        return "mounts", Entry(read_mount(item, point, kind), item)


def _calibration(device: NewDevice) -> dict[str, Any]:
    words = msgspec.structs.asdict(device)
    return {name: words[name] for name in ("offsets", "sensor_height", "container_height", "dead_zone")}


def _closed(mount: Mount, at: datetime) -> Placed:
    if at <= mount.since:
        raise NotStanding(mount.device, mount.point, at)
    item = _item({"device": mount.device, "until": moment(at)})
    return "mounts", Entry(msgspec.structs.replace(mount, until=at), item)


def _item(data: Mapping[str, Any]) -> Item:
    return Item(Document(REQUEST, dict(data), {}, {}), ())
