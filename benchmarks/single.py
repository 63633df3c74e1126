"""Single uplinks: as many as are wanted wait in the broker, then telemetry begins; until the last one is decided."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benchmarks.city import City
from benchmarks.machine import processor_seconds
from shared import bus
from tests.wire.waiting import until

_PATIENCE_S: Final = 60.0
_BEGUN: Final = "SELECT extract(epoch FROM min(received_at))::float8 FROM telemetry.observation WHERE time > %s"
_STORED: Final = "SELECT count(*) FROM telemetry.observation WHERE time > %s"


@dataclass(frozen=True)
class Drained:
    """What a run gave.

    Attributes:
        uplinks_per_s: uplinks stored and decided in a second.
        processor_us: processor time for each uplink by program, microseconds.
    """

    uplinks_per_s: float
    processor_us: dict[str, float]


def drain(city: City, number: int) -> Drained:
    """Measure once. Telemetry is replaced by a new process, which finds the uplinks waiting.

    Time runs from the moment at which telemetry takes its first batch to that at which the decisions about the last
    observations are found committed.
    """
    city.process(bus.TELEMETRY).terminate()
    last = city.instants.last
    city.publish(city.uplinks(number))
    city.begin(bus.TELEMETRY)
    until(lambda: city.ask(_STORED, last)[0][0], _PATIENCE_S, "telemetry takes uplinks")
    with city.sampling.during(city.processes()):
        before = _used(city)
        ended = city.await_decided(city.instants.last)
        after = _used(city)
    return Drained(number / (ended - _begun(city, last, number)), _spent(before, after, number))


def _begun(city: City, last: datetime, number: int) -> float:
    stored = city.ask(_STORED, last)[0][0]
    assert stored == number, f"{stored} of {number} observations are stored"
    return float(city.ask(_BEGUN, last)[0][0])


def _used(city: City) -> Counter[str]:
    return processor_seconds({process.pid: process.service for process in city.processes()})


def _spent(before: Counter[str], after: Counter[str], number: int) -> dict[str, float]:
    return {name: round((after[name] - before[name]) / number * 1e6, 1) for name in sorted(after)}


def sustain(city: City, number: int) -> float:
    """Uplinks a second that are stored and decided while they are published as fast as the broker takes them.

    Less than ``drain`` gives: broker and publisher work at the same time, on the same processors.
    """
    bodies = city.uplinks(number)
    began = time.time()
    city.publish(bodies)
    return number / (city.await_decided(city.instants.last) - began)
