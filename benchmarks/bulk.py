"""Observations in bulk: a few gateways, each with stations of its own, post a thousand observations at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import requests

from benchmarks.city import City
from benchmarks.stations import content
from shared import bus

GATEWAYS: Final = 4
AT_ONCE: Final = 1_000
_PATIENCE_S: Final = 60.0


def observations_per_s(city: City, number: int) -> float:
    """Observations stored and decided in a second, from the first request on.

    Args:
        number: a multiple of ``GATEWAYS * AT_ONCE``.
    """
    bodies = _bodies(city, number)
    address = f"{city.process(bus.TELEMETRY).address}/v1/observations"
    began = time.time()
    with ThreadPoolExecutor(GATEWAYS) as gateways:
        list(gateways.map(lambda own: _post(address, city.key, own), bodies))
    return number / (city.await_decided(city.instants.last) - began)


def _bodies(city: City, number: int) -> list[list[bytes]]:
    """The requests of each gateway, in order."""
    observed = [content(*each) for each in city.instants.calm(number)]
    # Stations come in turn, so every fourth observation is of one of the same stations.
    return [_written(observed[gateway::GATEWAYS]) for gateway in range(GATEWAYS)]


def _written(observed: Sequence[object]) -> list[bytes]:
    return [json.dumps(observed[n : n + AT_ONCE]).encode() for n in range(0, len(observed), AT_ONCE)]


def _post(address: str, key: str, bodies: Sequence[bytes]) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {key}"
        for body in bodies:
            answer = session.post(address, data=body, timeout=_PATIENCE_S)
            if answer.status_code != 200:
                raise RuntimeError(f"telemetry answers {answer.status_code}: {answer.text[:200]}")
