"""MQTT lets a topic pass that is no text; whoever sends one stops nobody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from kombu import Connection

from shared import bus
from tests.wire.platform import Platform
from tests.wire.waiting import until

PATIENCE_S = 60.0
TOPICS = (b"vigie.gemapi.chirpstack.\xff.up", b"vigie.gemapi.chirpstack.\xed\xa0\x80.up")


@pytest.mark.slow
def test_a_topic_that_is_no_text_stops_nobody(platform: Platform) -> None:
    platform.start(bus.DEVICE_REGISTRY)
    telemetry = platform.start(bus.TELEMETRY)
    seen = datetime.now(UTC) - timedelta(minutes=1)
    good = json.dumps({"device": "O200004001", "time": seen.isoformat(), "values": {"hauteur": 941.0}}).encode()
    with Connection(platform.administrator) as link:
        channel = link.default_channel
        for topic in (*TOPICS, b"vigie.gemapi.observations", *TOPICS):
            channel.basic_publish(channel.prepare_message(good), exchange=bus.MQTT_EXCHANGE, routing_key=topic)
    until(lambda: platform.schemas.sql("SELECT 1 FROM telemetry.observation"), PATIENCE_S, "the good one is stored")
    until(lambda: bus.UPLINKS.queue not in platform.depths(), PATIENCE_S, "none is left", platform.depths)
    assert telemetry.is_alive()
    assert "vigie_bus_illegible_total 2.0" in telemetry.metrics()
