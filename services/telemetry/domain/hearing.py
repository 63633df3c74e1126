"""What the registry is told of devices: that they live, once in a while, and their battery when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from services.telemetry.domain.claim import Claim, Radio
from services.telemetry.domain.decoding import ABSENT, at_path, finite
from shared.model.devices import Heard
from shared.model.registry import Model

QUIET: Final = timedelta(minutes=1)
"""For how long a device that was told of is not told of again, if its battery stays what it was."""

_FULL_PERCENT: Final = 100.0


def heard(claim: Claim, device: str, model: Model, values: Any = None) -> Heard:
    """What an uplink shows of its device.

    Args:
        values: as they were decoded, by whomever; None: nothing was.
    """
    if claim.radio is None and model.battery is None and claim.battery_percent is None:
        return Heard(device=device, at=claim.time)
    radio = claim.radio or Radio()
    percent, volts = _battery(values, model)
    return Heard(
        device=device,
        at=claim.time,
        battery_percent=_percent(claim.battery_percent) if percent is None else percent,
        battery_v=volts,
        rssi_dbm=radio.rssi_dbm,
        snr_db=radio.snr_db,
        gateways=radio.gateways,
        frame_counter=radio.frame_counter,
    )


def _battery(values: Any, model: Model) -> tuple[float | None, float | None]:
    if model.battery is None or values is None:
        return None, None
    raw = at_path(values, model.battery.path)
    number = None if raw is ABSENT else finite(raw)
    return (_percent(number), None) if model.battery.unit == "%" else (None, number)


def _percent(number: float | None) -> float | None:
    """What is no share of a charge says that the device does not know it."""
    return number if number is not None and 0 <= number <= _FULL_PERCENT else None


class Hearing:
    """Remembers what this process told of each device, and when."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[datetime, Heard]] = {}

    def news(self, found: Iterable[Heard], now: datetime) -> tuple[Heard, ...]:
        """Those worth telling, one for each device, in the order of their names. Nothing is remembered yet."""
        newest: dict[str, Heard] = {}
        for item in found:
            before = newest.get(item.device)
            if before is not None:
                newest[item.device] = _together(before, item)
            elif self._is_news(item, now):
                newest[item.device] = item
        return tuple(newest[device] for device in sorted(newest))

    def told(self, news: Iterable[Heard], now: datetime) -> None:
        """These were told, and what tells them was committed."""
        for item in news:
            self._told[item.device] = (now, item)

    def _is_news(self, item: Heard, now: datetime) -> bool:
        told = self._told.get(item.device)
        if told is None:
            return True
        since, before = told
        if item.at < before.at:
            return False
        return now - since >= QUIET or _changed(before, item)


def _changed(before: Heard, after: Heard) -> bool:
    percent, volts = after.battery_percent, after.battery_v
    if percent is not None and percent != before.battery_percent:
        return True
    # The last digit of a voltage is noise.
    return volts is not None and (before.battery_v is None or round(volts, 1) != round(before.battery_v, 1))


def _together(one: Heard, other: Heard) -> Heard:
    """The newer one, and what only the older one says."""
    older, newer = (one, other) if one.at <= other.at else (other, one)
    silent = {name: value for name, value in msgspec.structs.asdict(older).items() if getattr(newer, name) is None}
    return msgspec.structs.replace(newer, **silent)
