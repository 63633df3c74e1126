"""Each service is replaced under load, as a rolling deployment does it: nothing is lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from shared import bus
from tests.wire.accounting import doubts_of
from tests.wire.live import HIGH_MM, LOW_MM, Live, live
from tests.wire.outcome import (
    dead_letters,
    expected_transitions,
    longest_gap,
    not_decided,
    not_stored_once,
    parked,
    transitions,
)
from tests.wire.process import Ended
from tests.wire.reporting import reporting
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.told import await_told, told_otherwise
from tests.wire.trial import Doubles

STATIONS, PER_SECOND = 60, 1_000
# So that alerts fire and are resolved while those who decide and tell are replaced.
LEVELS: Final = {bus.TELEMETRY: HIGH_MM, bus.NOTIFIER: LOW_MM}


def replace(city: Live, service: str) -> Ended:
    """Start a new process of a service, then end the old one; how it ended."""
    city.start([f"{service}-1"])
    return city.processes.pop(f"{service}-0").terminate()


@pytest.mark.slow
def test_each_service_is_replaced_under_a_thousand_observations_a_second_and_nobody_notices(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    first = [f"{service}-0" for service in bus.SERVICES]
    ended: dict[str, Ended] = {}
    with (
        Doubles() as doubles,
        live((rabbitmq, postgresql), tmp_path, STATIONS, first, doubles.settings()) as city,
    ):
        with reporting(city, PER_SECOND) as stations:
            for service in bus.SERVICES:
                if service in LEVELS:
                    stations.turn(LEVELS[service])
                ended[service] = replace(city, service)
        city.await_quiet()
        await_told(city.platform)
        print(f"{len(stations.readings())} observations")  # noqa: T201 - figures, with -s or -rP
        print(f"longest gap in decisions: {longest_gap(city):.2f} s")  # noqa: T201
        print({service: f"{end.seconds:.1f} s" for service, end in ended.items()})  # noqa: T201
        assert {service: end.code for service, end in ended.items()} == dict.fromkeys(bus.SERVICES, 0)
        assert not_stored_once(city, stations) == (set(), set())
        assert (not_decided(city), parked(city), dead_letters(city)) == (0, [], 0)
        assert transitions(city) == expected_transitions(city, rises=1, falls=1)
        assert told_otherwise(city.platform, doubles) == (Counter(), Counter())
        assert doubts_of(city.platform) == []
