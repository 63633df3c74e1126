"""What telemetry heard of devices beside their observations: that they live, their battery, their radio."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.model.message import Message


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A device as its newest uplink shows it. None: this uplink doesn't say.

    Attributes:
        at: when the uplink happened, UTC.
        battery_percent: of its charge, 0 to 100.
        battery_v: volts; many makes tell no percentage.
        rssi_dbm, snr_db: of the gateway that heard it best.
        gateways: how many heard this frame.
        frame_counter: LoRaWAN's FCnt; begins again at 0 when the device joins again.
    """

    device: str
    at: datetime
    battery_percent: float | None = None
    battery_v: float | None = None
    rssi_dbm: float | None = None
    snr_db: float | None = None
    gateways: int | None = None
    frame_counter: int | None = None


class DevicesHeard(Message, frozen=True, kw_only=True):
    """Devices that were heard, each once, at most one message for each batch of uplinks."""

    devices: tuple[Heard, ...]
