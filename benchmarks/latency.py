"""How long it takes from a sensor to a decision, and from a decision to the request for a text, under steady load."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from benchmarks.city import City
from benchmarks.publishing import Publisher
from benchmarks.stations import ALARM_MM, CALM_MM, STATIONS, name_of, uplink, utc_now
from shared import bus
from tests.doubles.twilio import TwilioDouble
from tests.wire.waiting import until

_EVERY_S: Final = 0.01
_ALARM_EVERY_S: Final = 0.2
_PATIENCE_S: Final = 60.0
_TOLD: Final = "SELECT created, body FROM rules_engine.outbox WHERE event = %s"
_NAME: Final = re.compile(r"mesure-\d{3}")


@dataclass(frozen=True)
class Spread:
    """Half, and 95 of a hundred, took no longer, milliseconds."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Latency:
    """What a run gave.

    Attributes:
        alarms: how many were measured.
        uplinks_per_s: published meanwhile.
        to_decision: from the observation's own time, which is when it is published, to the decision that it led to
            (when the rules engine wrote the alert into its outbox).
        to_text: from there to the acceptance of the text by Twilio's double.
    """

    alarms: int
    uplinks_per_s: float
    to_decision: Spread
    to_text: Spread


def measure(city: City, twilio: TwilioDouble, uplinks_per_s: float, seconds: float) -> Latency:
    """Publish evenly for so many seconds; every fifth of a second a station falls dry, and stays so."""
    alarms, number, took = _publish(city, uplinks_per_s, seconds)
    until(lambda: len(twilio.taken) >= len(alarms), _PATIENCE_S, "a text for each alarm", lambda: len(twilio.taken))
    decided = {json.loads(body)["point"]: at for at, body in city.ask(_TOLD, bus.ALERT_CHANGED.name)}
    texts = {_point(message.form["Body"]): message.at.timestamp() for message in twilio.taken}
    assert decided.keys() == texts.keys() == alarms.keys(), "one decision and one text for each alarm"
    to_decision = _spread(decided[point] - at for point, at in alarms.items())
    return Latency(len(alarms), number / took, to_decision, _spread(texts[point] - decided[point] for point in alarms))


def _publish(city: City, uplinks_per_s: float, seconds: float) -> tuple[dict[str, float], int, float]:
    """When each station fell dry (seconds since 1970), how many uplinks, and how long it took."""
    publisher, alarms, number = Publisher(city.link), dict[str, float](), 0
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        while number < passed * uplinks_per_s:
            name, now = name_of(number % STATIONS), utc_now()
            if len(alarms) < passed / _ALARM_EVERY_S and name not in alarms:
                alarms[name] = now.timestamp()
            publisher.publish(uplink(number % STATIONS, now, ALARM_MM if name in alarms else CALM_MM))
            number += 1
        publisher.hear()
        time.sleep(_EVERY_S)
    publisher.wait()
    return alarms, number, time.monotonic() - began


def _point(text: str) -> str:
    found = _NAME.search(text)
    assert found is not None, text
    return found.group()


def _spread(seconds: Iterable[float]) -> Spread:
    ordered = sorted(seconds)
    return Spread(*(round(1_000 * ordered[int(share * (len(ordered) - 1) + 0.5)], 1) for share in (0.5, 0.95)))
