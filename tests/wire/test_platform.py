"""A distributed city comes up, each service with no more rights than it needs, and can be treated badly."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from shared import bus
from shared.actor import SYSTEM
from shared.runtime.database import open_postgresql, open_sqlite
from shared.runtime.message_store import MessageStore
from shared.runtime.migrating import upgrade
from tests.component.reading import rows
from tests.wire.mqtt import gateway
from tests.wire.platform import Platform
from tests.wire.process import command, finish
from tests.wire.waiting import until

PATIENCE_S = 30
NOON_IN_PARIS = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))


def test_a_service_sees_no_other_services_tables(platform: Platform) -> None:
    with psycopg.connect(platform.schemas.url(bus.NOTIFIER)) as connection:
        connection.execute("SELECT count(*) FROM notifier.incident")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM telemetry.observation")


def test_the_same_rows_read_the_same_from_a_laptop_and_from_a_server(platform: Platform, tmp_path: Path) -> None:
    laptop = open_sqlite(tmp_path / "notifier.sqlite")
    upgrade(laptop, "services.notifier.storage", bus.NOTIFIER)
    server = open_postgresql(platform.schemas.url(bus.NOTIFIER), bus.NOTIFIER)
    for database in (laptop, server):
        with database.transaction() as transaction:
            transaction.audit(SYSTEM, "test", "été", NOON_IN_PARIS)
        MessageStore(database).park("a", "queue", b"\x00\xff", "poison")
        database.engine.dispose()
    for table, columns in (("audit", "*"), ("parked", "event_id, body, reason")):
        found = platform.rows(bus.NOTIFIER, table, columns)
        assert found == rows(tmp_path, bus.NOTIFIER, table, columns)
        assert len(found) == 1


def test_queues_and_tables_can_be_made_again_by_their_commands(platform: Platform) -> None:
    told = platform.environment(bus.NOTIFIER)
    assert "up to date" in finish(command("db", "upgrade", "--service", bus.NOTIFIER, environment=told))
    told["VIGIE_AMQP_URL"] = platform.administrator
    assert "queues are there" in finish(command("bus", "declare", environment=told))


@pytest.mark.slow
def test_a_city_starts_and_each_process_can_be_frozen_killed_and_ended(platform: Platform) -> None:
    started = platform.start_all()
    telemetry = started[bus.TELEMETRY]
    assert telemetry.readyz() == (200, "ready")
    assert "vigie_" in telemetry.metrics()
    telemetry.freeze()
    assert telemetry.readyz(seconds=0.5)[0] == 0
    telemetry.thaw()
    telemetry.await_ready()
    telemetry.kill()
    assert not telemetry.is_alive()
    assert platform.start(bus.TELEMETRY).address == telemetry.address
    platform.await_quiet()
    assert started[bus.PORTAL].terminate().code == 0


def test_what_a_gateway_publishes_reaches_telemetrys_queue(platform: Platform) -> None:
    with gateway(platform.rabbitmq, platform.gateway_of("gemapi")) as sender:
        sender.publish([("vigie/gemapi/observations", b"[]")] * 10)
    until(lambda: platform.depths() == {bus.UPLINKS.queue: (10, 0)}, PATIENCE_S, "ten wait", platform.depths)


def test_a_process_that_cannot_start_says_why(platform: Platform) -> None:
    with pytest.raises(TimeoutError, match="VIGIE_LOG_LEVEL"):
        platform.start(bus.PORTAL, VIGIE_LOG_LEVEL="LOUD")
