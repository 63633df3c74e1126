"""An engine that has lost its samples asks over the bus, and has them again as they were; it raises nothing by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from json import dumps
from pathlib import Path
from typing import Any

import eventlet
from sqlalchemy import text

from shared import bus
from shared.model.history import HistoryRequested, SeriesWanted
from tests.component.reading import rows
from tests.wire.waiting import until

START = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
POINT = "garonne-toulouse"
RULES = """
- id: gemapi.garonne.haute
  title: "Garonne haute"
  owner: gemapi
  for_each: {kind: water-level}
  when: {at_least: [{avg_over: [level, 4 h]}, 14 m]}
  severity: orange
  then: [{notify: {team: gemapi, message: "{point}"}}]
"""


def samples(data: Path) -> list[Any]:
    return rows(data, "rules_engine", "sample")


def observe(at_work: Any) -> None:
    """Six levels, of which one is out of the sensor's range; there is one more value for the first time."""
    key = at_work.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
    at_work.city.timeline.settle()
    times = [START - timedelta(minutes=15 * number) for number in range(6)]
    levels = [*zip(times, (1_000, 1_100, 90_000, 1_300, 1_400, 1_500), strict=True), (times[0], 2_000)]
    said = [{"device": "O200004001", "time": time.isoformat(), "values": {"hauteur": level}} for time, level in levels]
    link = HTTPConnection(*at_work.city.address, timeout=30)
    link.request("POST", "/v1/observations", dumps(said).encode(), {"Authorization": f"Bearer {key}"})
    assert link.getresponse().status == 200
    link.close()
    at_work.city.timeline.settle()


def test_what_was_observed_is_told_again_and_becomes_samples(
    running: Callable[..., Any], rules_with: Callable[[str], Path], tmp_path: Path
) -> None:
    rules, data = rules_with(RULES), tmp_path / "city"
    with running(START, rules, data, "yes") as at_work:
        observe(at_work)
    before = samples(data)
    assert len(before) == 6
    with running(START + timedelta(hours=2), rules, data, "yes") as at_work:
        engine = at_work.city.databases[bus.RULES_ENGINE]
        with engine.transaction() as transaction:
            transaction.connection.execute(text("DELETE FROM sample"))
        wanted = SeriesWanted(point=POINT, property="level", since=START - timedelta(minutes=5), samples=6)
        with engine.transaction() as transaction:
            request = HistoryRequested(partition=bus.partition_of(POINT), wanted=(wanted,))
            transaction.publish(bus.HISTORY_REQUESTED, request)
        # Beside us: it ends only once somebody listens to the last word.
        settling = eventlet.spawn(at_work.city.timeline.settle)
        until(lambda: samples(data) == before, 60, "the samples are there again")
        settling.kill()
        assert rows(data, "telemetry", "history_request") == []
        assert at_work.rpc.rules_engine.summary()["fired"] == 0
