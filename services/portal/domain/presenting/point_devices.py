"""The devices of a point: which stands there, since when, how it is; which stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.portal.domain.presenting.point_day import day_words
from services.portal.domain.presenting.point_told import DeviceState
from services.portal.domain.presenting.pointing import Pointing
from shared.model.devices import Heard
from shared.model.registry import Mount, Point


@dataclass(frozen=True)
class Detail:
    """Something about a device, with its name."""

    name: str
    text: str


@dataclass(frozen=True)
class Device:
    """A device that stands or stood at the point. ``late``: it should have been heard since."""

    model: str
    mounted: str
    details: tuple[Detail, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class Devices:
    """The section. ``known``: the registry said what was heard of them."""

    standing: tuple[Device, ...]
    earlier: tuple[Device, ...]
    known: bool


def present(pointing: Pointing, point: Point, told: tuple[DeviceState, ...] | None) -> Devices:
    """The devices, the newest first."""
    presenting = _Presenting(pointing, point, {item.device: item for item in told or ()})
    mounts = sorted(
        (item for item in pointing.snapshot.inventory.mounts if item.point == point.id),
        key=lambda item: item.since,
        reverse=True,
    )
    now = pointing.snapshot.now
    earlier = [item for item in mounts if item.until is not None and item.until <= now]
    standing = [item for item in mounts if item not in earlier]
    return Devices(
        tuple(presenting.standing(item) for item in standing),
        tuple(presenting.device(item) for item in earlier),
        told is not None,
    )


@dataclass(frozen=True)
class _Presenting:
    """What all devices of a point share."""

    pointing: Pointing
    point: Point
    states: dict[str, DeviceState]

    def device(self, mount: Mount) -> Device:
        wording, zone = self.pointing.wording, ZoneInfo(self.point.zone)
        days = [day_words(at, zone, wording) for at in (mount.since, mount.until) if at is not None]
        said = wording.say("point-since" if mount.until is None else "point-since-until", *days)
        return Device(self._model(mount.device), said)

    def standing(self, mount: Mount) -> Device:
        device, state = self.device(mount), self.states.get(mount.device)
        if state is None:
            return device
        details = self._silent() if state.heard is None else self._heard(state.heard)
        return Device(device.model, device.mounted, tuple(details), state.is_late)

    def _model(self, device: str) -> str:
        inventory = self.pointing.snapshot.inventory
        model = next((item.model for item in inventory.devices if item.id == device), None)
        title = next((item.title for item in inventory.models if item.id == model), None)
        return self.pointing.wording.pick(title or model or device)

    def _silent(self) -> list[Detail]:
        wording = self.pointing.wording
        return [Detail(wording.say("point-heard"), wording.say("point-never-heard"))]

    def _heard(self, heard: Heard) -> list[Detail]:
        wording, zone = self.pointing.wording, ZoneInfo(self.point.zone)
        when = f"{wording.moment(heard.at, zone)}, {self.pointing.age(heard.at)}"
        found = [("point-heard", when), ("point-battery", self._battery(heard)), ("point-radio", self._radio(heard))]
        return [Detail(wording.say(name), text) for name, text in found if text]

    def _battery(self, heard: Heard) -> str:
        wording = self.pointing.wording
        percent = None if heard.battery_percent is None else wording.percent(heard.battery_percent)
        volts = None if heard.battery_v is None else wording.quantity(heard.battery_v, "V", 0.01)
        return ", ".join(filter(None, (percent, volts)))

    def _radio(self, heard: Heard) -> str:
        wording, told = self.pointing.wording, []
        if heard.rssi_dbm is not None:
            told.append(f"RSSI {wording.number(heard.rssi_dbm)}\N{NO-BREAK SPACE}dBm")
        if heard.snr_db is not None:
            told.append(f"SNR {wording.number(heard.snr_db, 1)}\N{NO-BREAK SPACE}dB")
        if heard.gateways:
            told.append(wording.count("point-gateways", heard.gateways))
        return ", ".join(told)
