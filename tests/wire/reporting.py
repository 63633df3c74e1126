"""Stations that report to a city on the machine's clock at a steady rate, come what may."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, Final

from tests.wire.live import LOW_MM, TOPIC, Live, content
from tests.wire.mqtt import Gateway, gateway
from tests.wire.waiting import until

_PATIENCE_S: Final = 120.0
_TICK_S: Final = 0.05
_AGAIN_AFTER_S: Final = 1.0
_MOST_AT_ONCE: Final = 1_000

Reading = tuple[str, datetime]
"""Station and time: which observation it is."""


class Stations:
    """All stations report in turn: half of them over MQTT, the others over HTTP.

    What can't be sent waits and is sent later, with the time at which it was measured.

    Args:
        per_second: observations, of all stations together.

    Attributes:
        sent: what was measured so far.
    """

    def __init__(self, city: Live, per_second: int) -> None:
        self._city = city
        self._per_second = per_second
        self._stop = Event()
        self._errors: list[Exception] = []
        self._levels = [(datetime.now(UTC), LOW_MM)]
        self.sent: list[set[Reading]] = [set(), set()]

    def run(self, way: int, send: Callable[[list[dict[str, Any]]], None]) -> None:
        """Report over one of the ways, 0 or 1, until ``stop``."""
        begun, began = datetime.now(UTC), time.monotonic()
        number = 0
        half = len(self._city.stations) // 2
        names = self._city.stations[way * half : (way + 1) * half]
        try:
            while not self._stop.wait(_TICK_S):
                due = int((time.monotonic() - began) * self._per_second / 2)
                some = []
                for each in range(number, min(due, number + _MOST_AT_ONCE)):
                    moment = begun + timedelta(microseconds=each * 2_000_000 // self._per_second)
                    some.append(content(names[each % len(names)], moment, self._level_at(moment)))
                    self.sent[way].add((names[each % len(names)], moment))
                number += len(some)
                if some:
                    send(some)
        except Exception as error:  # noqa: BLE001 - shown by who stops it
            self._errors.append(error)

    def turn(self, level: float) -> None:
        """From now on the water stands there, millimetres; also in what is measured now and sent much later."""
        self._levels.append((datetime.now(UTC), level))

    def await_turned(self) -> None:
        """Return when every station has measured since the last turn.

        Raises:
            TimeoutError: one hasn't.
        """
        since = self._levels[-1][0]
        names = set(self._city.stations)
        until(
            lambda: {name for name, moment in self.readings().copy() if moment >= since} >= names,
            _PATIENCE_S,
            "every station has measured since the last turn",
        )

    def _level_at(self, moment: datetime) -> float:
        return next((level for since, level in reversed(self._levels) if since <= moment), LOW_MM)

    def stop(self) -> None:
        """Measure no more."""
        self._stop.set()

    def check(self) -> None:
        """Say whether a way in stayed closed.

        Raises:
            ExceptionGroup: of what kept it from sending.
        """
        if self._errors:
            raise ExceptionGroup("not sent", self._errors)

    def readings(self) -> set[Reading]:
        """All that was measured."""
        return self.sent[0] | self.sent[1]


@contextmanager
def reporting(city: Live, per_second: int) -> Iterator[Stations]:
    """Stations that report; at the end all of it was taken."""
    city.key()
    stations = Stations(city, per_second)
    with gateway(city.platform.rabbitmq, city.platform.gateway_of("gemapi")) as sender:
        threads = [
            Thread(target=stations.run, args=(0, lambda some: _publish(sender, some))),
            Thread(target=stations.run, args=(1, city.insist)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield stations
        finally:
            stations.stop()
            for thread in threads:
                thread.join()
    stations.check()


def _publish(sender: Gateway, some: list[dict[str, Any]]) -> None:
    """Send until all is acknowledged; whoever is not sure sends again.

    Raises:
        TimeoutError: it isn't.
    """
    messages = [(TOPIC, json.dumps(each).encode()) for each in some]
    last = time.monotonic() + _PATIENCE_S
    while time.monotonic() < last:
        # The client says so of what it was given while it had no connection.
        with suppress(RuntimeError):
            sender.publish(messages, last - time.monotonic())
            return
        time.sleep(_AGAIN_AFTER_S)
    raise TimeoutError("the broker takes nothing")
