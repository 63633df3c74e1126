"""What is known of a device from its uplinks, and whether it has been silent for too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared.model.devices import Heard
from shared.model.registry import Inventory, Mount


def newest(known: Mapping[str, Heard], heard: Iterable[Heard]) -> dict[str, Heard]:
    """What is known of each device that was heard, in whatever order the messages came."""
    told: dict[str, Heard] = {}
    for item in heard:
        before = told.get(item.device, known.get(item.device))
        told[item.device] = item if before is None else _both(before, item)
    return told


def _both(first: Heard, second: Heard) -> Heard:
    """The newer one, with what only the older one says."""
    older, newer = (first, second) if first.at <= second.at else (second, first)
    said = {name: value for name, value in msgspec.structs.asdict(newer).items() if value is not None}
    return msgspec.structs.replace(older, **said)


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """A device, where it stands and when it was heard.

    Attributes:
        point: where it stands now; None: nowhere.
        period_s: how often it is to speak there, seconds.
        heard: its newest uplink; None: it never spoke.
        silent_for_s: since its newest uplink, or since it was installed if it never spoke; None: neither is known.
        is_late: it stands at a point and has been silent for longer than its kind's ``stale_after``.
    """

    device: str
    model: str
    point: str | None
    period_s: float | None
    heard: Heard | None
    silent_for_s: float | None
    is_late: bool


@dataclass(frozen=True)
class Wanted:
    """The devices that are asked for; None: all. Of points: those that stand there now."""

    points: frozenset[str] | None = None
    devices: frozenset[str] | None = None

    @classmethod
    def of(cls, points: Iterable[str] | None, devices: Iterable[str] | None) -> Wanted:
        """What a question names."""
        sets = (None if names is None else frozenset(names) for names in (points, devices))
        return cls(*sets)

    def takes(self, state: DeviceState) -> bool:
        """Whether the device is asked for."""
        in_points = self.points is None or state.point in self.points
        return in_points and (self.devices is None or state.device in self.devices)


def states(inventory: Inventory, heard: Mapping[str, Heard], wanted: Wanted, now: datetime) -> tuple[DeviceState, ...]:
    """The devices that are wanted, in the order of ids; those that never spoke too."""
    standing = {mount.device: mount for mount in inventory.mounts if stands(mount, now)}
    periods = _periods(inventory)
    found = (
        _state(device.id, device.model, standing.get(device.id), heard.get(device.id), periods, now)
        for device in inventory.devices
    )
    return tuple(state for state in found if wanted.takes(state))


def stands(mount: Mount, now: datetime) -> bool:
    """Whether the device stands there at that moment."""
    return mount.since <= now and (mount.until is None or now < mount.until)


def _periods(inventory: Inventory) -> dict[str, tuple[float, float]]:
    """The period and the longest silence of each point, seconds."""
    kinds = {kind.id: (kind.period_s, kind.stale_after_s) for kind in inventory.kinds}
    return {point.id: kinds[point.kind] for point in inventory.points}


def _state(
    device: str,
    model: str,
    mount: Mount | None,
    heard: Heard | None,
    periods: Mapping[str, tuple[float, float]],
    now: datetime,
) -> DeviceState:
    period, longest = (None, None) if mount is None else periods[mount.point]
    silent = _silence(mount, heard, now)
    return DeviceState(
        device=device,
        model=model,
        point=None if mount is None else mount.point,
        period_s=period,
        heard=heard,
        silent_for_s=silent,
        is_late=longest is not None and silent is not None and silent > longest,
    )


def _silence(mount: Mount | None, heard: Heard | None, now: datetime) -> float | None:
    since = heard.at if heard else mount.since if mount else None
    return None if since is None else max(0.0, (now - since).total_seconds())
