"""While a service can't keep up, messages wait in the broker, and its connection lives on."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared import bus
from shared.runtime.link import HEARTBEAT_S
from tests.wire.mqtt import gateway
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.waiting import until

NUMBER, PREFETCH = 4_000, 2_000
PATIENCE_S = 60.0


def metric(process: Process, name: str, **labels: str) -> float:
    wanted = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    found = re.search(rf"^{name}\{{{re.escape(wanted)}\}} (\S+)$", process.metrics(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def uplinks() -> list[tuple[str, bytes]]:
    end = datetime.now(UTC) - timedelta(minutes=1)
    said = (
        {"device": "O200004001", "time": (end - timedelta(seconds=second)).isoformat(), "values": {"hauteur": 941.0}}
        for second in range(NUMBER)
    )
    return [("vigie/gemapi/observations", json.dumps(each).encode()) for each in said]


@pytest.mark.slow
def test_what_cannot_be_handled_waits_in_the_broker_and_the_heartbeat_goes_on(platform: Platform) -> None:
    platform.start(bus.DEVICE_REGISTRY)
    telemetry = platform.start(bus.TELEMETRY)
    uplinks_of = {"service": bus.TELEMETRY, "event": bus.UPLINKS.name}
    until(lambda: platform.schemas.sql("SELECT 1 FROM telemetry.registry_copy"), PATIENCE_S, "telemetry has a copy")

    def depth() -> tuple[int, int]:
        return platform.depths()[bus.UPLINKS.queue]

    with psycopg.connect(platform.schemas.everything) as blocker:
        blocker.execute("LOCK TABLE telemetry.latest IN ACCESS EXCLUSIVE MODE")
        with gateway(platform.rabbitmq, platform.gateway_of("gemapi")) as sender:
            sender.publish(uplinks())
        waits = (NUMBER - PREFETCH, PREFETCH)
        until(lambda: depth() == waits, PATIENCE_S, "the rest waits in the broker", depth)
        # Longer than the broker waits for a sign of life.
        later = datetime.now(UTC) + timedelta(seconds=2.5 * HEARTBEAT_S)
        until(lambda: datetime.now(UTC) > later, PATIENCE_S, "the broker would have noticed")
        assert depth() == waits
        assert 0 < metric(telemetry, "vigie_batch_in_hand", **uplinks_of) <= PREFETCH
    until(lambda: platform.schemas.sql("SELECT count(*) FROM telemetry.observation") == [(NUMBER,)], PATIENCE_S, "all")
    assert "the bus is away" not in telemetry.log.read_text()
    assert metric(telemetry, "vigie_telemetry_observations_total", outcome="duplicate") == 0


@pytest.mark.slow
def test_what_prometheus_watches_is_there(platform: Platform) -> None:
    platform.start(bus.DEVICE_REGISTRY)
    engine = platform.start(bus.RULES_ENGINE)
    held = [{"service": bus.RULES_ENGINE, "part": str(part)} for part in range(bus.PARTITIONS)]
    until(lambda: all(metric(engine, "vigie_lease_held", **each) for each in held), PATIENCE_S, "all leases are held")
    of_registry = {"service": bus.RULES_ENGINE, "event": bus.REGISTRY_CHANGED.name}
    until(lambda: metric(engine, "vigie_batch_lag_seconds_count", **of_registry) > 0, PATIENCE_S, "a lag was measured")
    said = engine.metrics()
    for name in ("vigie_outbox_oldest_seconds", "vigie_batch_messages_count", "vigie_batch_duration_seconds_count"):
        assert name in said
