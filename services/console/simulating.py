"""Made-up series where no recording exists: a daily curve, a container that fills, events. The same in every run."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.console.recordings import Uplink

_DAY: Final = timedelta(days=1)
_MOST: Final = 2**32


class Curve(Protocol):
    """What a property would be without events and spread."""

    def at(self, moment: datetime) -> float:
        """The value at a local moment."""
        ...


@dataclass(frozen=True)
class ByHour:
    """The same every day: a line from each hour's value to the next. ``points``: hour of the day, value; in order."""

    points: tuple[tuple[float, float], ...]

    def at(self, moment: datetime) -> float:
        hour = moment.hour + moment.minute / 60 + moment.second / 3600
        index = bisect_right([point[0] for point in self.points], hour)
        (since, low), (until, high) = self.points[index - 1], self.points[index % len(self.points)]
        span = (until - since) % 24
        return low + (high - low) * ((hour - since) % 24) / span if span else low


@dataclass(frozen=True)
class Filling:
    """A container that fills evenly up to 100 and is emptied now and then.

    Attributes:
        start, level: how full it was when.
        by_day: how much is added in a day.
        emptied: when, in order.
    """

    start: datetime
    level: float
    by_day: float
    emptied: tuple[datetime, ...] = ()

    def at(self, moment: datetime) -> float:
        last = max((time for time in self.emptied if time <= moment), default=None)
        since, level = (self.start, self.level) if last is None else (last, 0.0)
        return min(100.0, level + self.by_day * ((moment - since) / _DAY))


@dataclass(frozen=True)
class Event:
    """The property goes to a value, stays, and comes back.

    Attributes:
        until: when it begins to come back.
        ramp: how long each way takes; none: at once.
    """

    since: datetime
    until: datetime
    value: float
    ramp: timedelta = timedelta()

    def weight(self, moment: datetime) -> float:
        """From 0, not at all, to 1: the event's value counts alone."""
        if not self.since <= moment <= self.until + self.ramp:
            return 0.0
        if not self.ramp:
            return 1.0
        return min(1.0, (moment - self.since) / self.ramp, (self.until + self.ramp - moment) / self.ramp)


@dataclass(frozen=True)
class Series:
    """One property of one device. ``spread``: values lie up to so much beside the curve; ``decimals``: that many."""

    path: str
    curve: Curve
    spread: float = 0.0
    events: tuple[Event, ...] = ()
    decimals: int = 1

    def at(self, moment: datetime, device: str) -> float:
        """The value at a local moment."""
        value = self.curve.at(moment)
        for event in self.events:
            value += (event.value - value) * event.weight(moment)
        return round(value + self.spread * _chance(f"{device} {self.path} {moment.isoformat()}"), self.decimals)


@dataclass(frozen=True)
class Simulation:
    """Devices that don't exist.

    Attributes:
        step: between two uplinks of one device.
    """

    directorate: str
    step: timedelta
    devices: Mapping[str, tuple[Series, ...]]

    def uplinks(self, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Uplink]:
        """What they say from start to end, in the order of time; the zone's clock moves the daily curves."""
        moment = start
        while moment <= end:
            local = moment.astimezone(zone)
            for device, series in self.devices.items():
                values = {one.path: one.at(local, device) for one in series}
                yield Uplink(moment.astimezone(UTC), device, values, self.directorate)
            moment += self.step


def _chance(name: str) -> float:
    """From -1 to 1, mostly near 0; the same for the same name, in any process."""
    first, second = (zlib.crc32(f"{part}{name}".encode()) / _MOST for part in "ab")
    return first - second
