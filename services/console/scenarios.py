"""Scenarios: recordings, and what is made up beside them, on one calendar."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import dropwhile, groupby, takewhile
from operator import itemgetter
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.console.recordings import Recording, Uplink
from services.console.simulating import Simulation

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = timedelta()
Arrival = tuple[datetime, Uplink]


@dataclass(frozen=True)
class Span:
    """A time, both ends included, UTC; None: without end."""

    start: datetime | None = None
    end: datetime | None = None

    def cut(self, uplinks: Iterator[Uplink]) -> Iterator[Uplink]:
        """Those of its time; nothing is read beyond its end."""
        return takewhile(self._lasts, dropwhile(self._is_before, uplinks))

    def _is_before(self, uplink: Uplink) -> bool:
        return self.start is not None and uplink.time < self.start

    def _lasts(self, uplink: Uplink) -> bool:
        return self.end is None or uplink.time <= self.end


class Part(Protocol):
    """What some devices say in a scenario."""

    @property
    def directorate(self) -> str:
        """Whose devices they are."""
        ...

    @property
    def every(self) -> timedelta:
        """They gather what they see and send it at the full multiples of this; none: at once."""
        ...

    def uplinks(self, span: Span) -> Iterator[Uplink]:
        """In the order of time."""
        ...


@dataclass(frozen=True)
class RecordedPart:
    """A recording.

    Attributes:
        weeks: by how many it is moved. A second number plays it again, from where the first playing ended.
        zone: whose clock it keeps then; None: its own.
        devices: those that are played, and which of the city's each one is; None: all, under their own names.
        span: only what happens then.
    """

    recording: Recording
    weeks: tuple[int, ...] = (0,)
    zone: ZoneInfo | None = None
    devices: Mapping[str, str] | None = None
    every: timedelta = _AT_ONCE
    span: Span = Span()

    @property
    def directorate(self) -> str:
        return self.recording.directorate

    def uplinks(self, span: Span) -> Iterator[Uplink]:
        return span.cut(self.span.cut(self._playings()))

    def _playings(self) -> Iterator[Uplink]:
        ended = _EPOCH
        for weeks in self.weeks:
            first, last = ended, ended
            for uplink in self._renamed(self.recording.uplinks(weeks, self.zone)):
                if uplink.time > first:
                    yield uplink
                    last = uplink.time
            ended = last

    def _renamed(self, uplinks: Iterator[Uplink]) -> Iterator[Uplink]:
        if self.devices is None:
            return uplinks
        names = self.devices
        return (replace(uplink, device=names[uplink.device]) for uplink in uplinks if uplink.device in names)


@dataclass(frozen=True)
class SimulatedPart:
    """What is made up; it needs a scenario with a start and an end. ``zone``: whose clock its days have."""

    simulation: Simulation
    zone: ZoneInfo
    every: timedelta = _AT_ONCE

    @property
    def directorate(self) -> str:
        return self.simulation.directorate

    def uplinks(self, span: Span) -> Iterator[Uplink]:
        if span.start is None or span.end is None:
            raise ValueError("what is made up has no start and no end of its own")
        return self.simulation.uplinks(span.start, span.end, self.zone)


@dataclass(frozen=True)
class Scenario:
    """Parts on one calendar; only what happens in ``span`` is played."""

    id: str
    title: str
    parts: tuple[Part, ...]
    span: Span = Span()

    def instants(self, after: datetime | None = None) -> Iterator[tuple[datetime, list[Uplink]]]:
        """What arrives at each moment, in order of time; with ``after`` from that moment on, itself included."""
        merged = heapq.merge(*(self._arrivals(part) for part in self.parts), key=itemgetter(0))
        for moment, arrived in groupby(merged, key=itemgetter(0)):
            if after is None or moment >= after:
                yield moment, [uplink for _, uplink in arrived]

    def _arrivals(self, part: Part) -> Iterator[Arrival]:
        return ((_sent_at(uplink.time, part.every), uplink) for uplink in part.uplinks(self.span))

    def count(self) -> int:
        """How many instants there are."""
        return sum(1 for _ in self.instants())


def _sent_at(moment: datetime, every: timedelta) -> datetime:
    waited = (moment - _EPOCH) % every if every else _AT_ONCE
    return moment + every - waited if waited else moment
