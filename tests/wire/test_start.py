"""Uplinks that arrive before the registry has ever spoken are kept until it has."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from shared import bus
from tests.wire.live import LOW_MM, TOPIC, Live, content, live
from tests.wire.mqtt import gateway
from tests.wire.outcome import MEASURED
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

STATIONS, EACH = 10, 20
PATIENCE_S = 60


def _reports(city: Live, begin: datetime) -> list[dict[str, object]]:
    moments = [begin + timedelta(milliseconds=number) for number in range(EACH)]
    return [content(station, moment, LOW_MM) for moment in moments for station in city.stations]


@pytest.mark.slow
def test_what_arrives_before_the_registry_has_spoken_is_kept_and_nothing_of_it_is_called_unknown(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    over_mqtt, over_http = datetime.now(UTC) - timedelta(minutes=2), datetime.now(UTC) - timedelta(minutes=1)
    with live((rabbitmq, postgresql), tmp_path, STATIONS, ["telemetry-0", "rules_engine-0"]) as city:
        with gateway(rabbitmq, city.platform.gateway_of("gemapi")) as sender:
            early = [(TOPIC, json.dumps(each).encode()) for each in _reports(city, over_mqtt)]
            sender.publish(early)
        telemetry = city.processes["telemetry-0"]
        # A key of later can't be had yet: the registry issues it. Whoever asks is told to come again.
        answer = requests.post(f"{telemetry.address}/v1/observations", json=_reports(city, over_http), timeout=10)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        until(lambda: 'retries_total{event="uplinks"' in telemetry.metrics(), PATIENCE_S, "the uplinks are held back")
        assert city.platform.schemas.sql(f"SELECT count(*) {MEASURED}") == [(0,)]
        city.start(["device_registry-0"])
        city.insist(_reports(city, over_http))
        city.await_quiet()
        stored = {(point, time) for point, time in city.platform.schemas.sql(f"SELECT point, time {MEASURED}")}
        rejected = city.platform.rows(bus.TELEMETRY, "rejection", "reason, device, detail")
    sent = _reports(city, over_mqtt) + _reports(city, over_http)
    assert stored == {(each["device"], datetime.fromisoformat(str(each["time"]))) for each in sent}
    assert rejected == []
