"""What a distributed city does is what an embedded one does, row by row, whatever carries the observations."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nameko.standalone.rpc import ClusterRpcProxy

from services.console.replaying import Replay
from shared.runtime.settings import shipped_rules
from tests.component.reading import result
from tests.extent import either
from tests.shorter import one_day_of_flood
from tests.wire import traffic
from tests.wire.expecting import Expected, comparable
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.trial import PUBLIC, Doubles, trial

# The fewest with which alerts begin and end at each threshold; the whole is twenty thousand uplinks.
STATIONS, INSTANTS = either((18, 100), (134, 150))


def embedded(rules: Path, scenario: str, data: Path) -> Path:
    command = [sys.executable, "-m", "services.console", "replay", scenario, "--data", str(data)]
    environment = {**os.environ, "VIGIE_RULES_DIR": str(rules), **PUBLIC}
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, env=environment, stdout=quiet, stderr=quiet, timeout=300)
    return data


@pytest.mark.slow
@pytest.mark.sized
def test_a_recording_leads_to_the_same_rows_embedded_and_distributed(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    rules = either(one_day_of_flood(tmp_path / "rules"), shipped_rules())
    # A replay has the points of the recordings; the clock looks at all points, so both cities need the same.
    settings = {**PUBLIC, "VIGIE_RECORDED_POINTS": "yes"}
    with trial((rabbitmq, postgresql), tmp_path, rules, "crue", settings=settings) as running:
        with ClusterRpcProxy({"AMQP_URI": running.platform.administrator}) as rpc:
            for _ in Replay(running.city, rpc, running.scenario).run():
                pass
        found = running.platform.result()
    wanted = result(embedded(rules, "crue", tmp_path / "embedded"))
    for table, rows in wanted.items():
        assert found[table] == rows, table


@pytest.mark.slow
@pytest.mark.sized
def test_thousands_of_uplinks_over_mqtt_and_http_are_stored_once_and_told_once(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    rules = traffic.write_rules(tmp_path / "rules", STATIONS, INSTANTS)
    expected = Expected(embedded(rules, traffic.SCENARIO, tmp_path / "embedded"), rules)
    assert expected.transitions == traffic.transitions(STATIONS, INSTANTS)
    with (
        Doubles() as doubles,
        trial((rabbitmq, postgresql), tmp_path, rules, traffic.SCENARIO, settings=doubles.settings()) as running,
    ):
        assert running.play() == STATIONS * INSTANTS
        found = comparable(running.platform.rows)
    assert doubles.twilio.faults == []
    assert doubles.texts() == expected.texts
    assert doubles.letters() == expected.letters
    for table, rows in expected.rows.items():
        assert found[table] == rows, table
