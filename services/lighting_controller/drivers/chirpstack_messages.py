"""What the controller and ChirpStack 4 say to each other about luminaires.

| where | who | what |
|---|---|---|
| MQTT ``application/<id>/device/<dev_eui>/command/down`` | the controller, QoS 1, never retained | ``Downlink`` |
| HTTP ``POST /api/multicast-groups/<id>/queue`` | the controller | ``MulticastDownlink`` |
| MQTT ``application/<id>/device/<dev_eui>/event/up`` | ChirpStack | an uplink; ``object`` is what its codec read |
| MQTT ``application/<id>/device/<dev_eui>/event/log`` | ChirpStack | what went wrong with a device |

ChirpStack has to write JSON (``json=true`` in its MQTT integration), and the device profile needs the maker's codec. A
log of level ERROR is a hint for people and changes nothing; whether a luminaire obeyed shows in its uplinks alone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.drivers.chirpstack_addresses import Address, Addresses
from services.lighting_controller.drivers.mqtt_messages import Moment, NotAReport

_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class Downlink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frame for one device. Confirmed: the node answers that it got it, and ChirpStack tells if it doesn't."""

    dev_eui: str
    confirmed: bool
    f_port: int
    data: str


class MulticastItem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frame for a multicast group."""

    multicast_group_id: str
    f_port: int
    data: str


class MulticastDownlink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is posted to a multicast group's queue."""

    queue_item: MulticastItem


class _Event(msgspec.Struct, kw_only=True, rename="camel"):
    time: Moment | None = None
    object: dict[str, Any] | None = None
    level: str = ""
    code: str = ""
    description: str = ""


def downlink_topic(application: str, address: Address) -> str:
    """Where a device's frames are put."""
    return f"application/{application}/device/{address.dev_eui}/command/down"


def downlink(address: Address, level: int) -> bytes:
    """The payload that tells one luminaire a level."""
    data = b64encode(address.codec.frame(level)).decode()
    return msgspec.json.encode(Downlink(dev_eui=address.dev_eui, confirmed=True, f_port=address.codec.port, data=data))


def multicast_downlink(multicast_group: str, address: Address, level: int) -> bytes:
    """The payload that tells all luminaires of a multicast group a level; ``address`` is of any of them."""
    data = b64encode(address.codec.frame(level)).decode()
    item = MulticastItem(multicast_group_id=multicast_group, f_port=address.codec.port, data=data)
    return msgspec.json.encode(MulticastDownlink(queue_item=item))


def reader(application: str, addresses: Callable[[], Addresses]) -> Callable[[str, bytes, datetime], Report | None]:
    """A reader of the events of an application; of another's, and of devices that are no luminaires, it says None."""

    def read(routing_key: str, payload: bytes, now: datetime) -> Report | None:
        match routing_key.split("."):
            case ["application", told, "device", eui, "event", event] if told == application:
                address = addresses().by_eui.get(eui.lower())
                return None if address is None else _read(event, address, payload, now)
        return None

    return read


def _read(event: str, address: Address, payload: bytes, now: datetime) -> Report | None:
    if event not in ("up", "log"):
        return None
    try:
        said = msgspec.json.decode(payload, type=_Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAReport("unreadable", f"{error}; ChirpStack must send JSON: json=true in its integration") from error
    if event == "log":
        _hint(said)
        return None
    return _report(address, said, now)


def _report(address: Address, said: _Event, now: datetime) -> Report:
    if said.object is None:
        raise NotAReport("undecoded", "the device profile has no codec: nothing says what the frame means")
    levels = address.codec.levels(said.object)
    if levels is None:
        raise NotAReport("no-level", "the uplink tells no level")
    at = now if said.time is None else said.time
    if at > now + _CLOCKS_DIFFER:
        raise NotAReport("from-the-future", f"it is of {at}")
    return Report(address.luminaire, levels[0], levels[1], min(at, now))


def _hint(said: _Event) -> None:
    if said.level == "ERROR":
        raise NotAReport("network-error", f"{said.code}: {said.description}")
