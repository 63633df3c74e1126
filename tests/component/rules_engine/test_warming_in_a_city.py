"""A rule that is put into a city reads what telemetry kept long before the rule was there."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.component.conftest import Running
from tests.component.rules_engine.river import rule

NOON = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
WATCHED = "for_each: {kind: water-level, points: [garonne-toulouse]}"
NEAR = rule("gemapi.crue", "when: {above: [level, 9 m]}", WATCHED)
PEAK = NEAR + rule("gemapi.pointe", "when: {above: [{max_over: [level, 12 h, 0 %]}, 3 m]}", WATCHED)


def observe(at_work: Running, millimetres: dict[datetime, float]) -> None:
    key = at_work.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
    at_work.city.timeline.settle()
    items = [
        {"device": "O200004001", "time": moment.isoformat(), "values": {"hauteur": value}}
        for moment, value in millimetres.items()
    ]
    with closing(HTTPConnection(*at_work.city.address, timeout=60)) as link:
        link.request("POST", "/v1/observations", json.dumps(items), {"Authorization": f"Bearer {key}"})
        answer = link.getresponse()
        assert (answer.status, json.loads(answer.read())["accepted"]) == (200, len(items))
    at_work.city.timeline.settle()


def test_a_rule_that_is_put_into_a_city_knows_the_day_before(
    rules_with: Callable[[str], Path], running: Callable[..., Any]
) -> None:
    folder = rules_with(NEAR)
    with running(NOON, folder, recorded_points="yes") as at_work:
        # A peak six hours ago, and quiet since: no rule that is there reads so far back.
        observe(at_work, {NOON - index * QUARTER: 3_500 if index == 24 else 1_000 for index in range(48, 0, -1)})
        assert at_work.rpc.rules_engine.alerts() == []
    (folder / "gemapi" / "rules.yaml").write_text(PEAK, encoding="utf-8")
    with running(NOON + QUARTER, folder, recorded_points="yes") as at_work:
        at_work.city.timeline.advance(NOON + 2 * QUARTER)
        observe(at_work, {NOON + QUARTER: 1_000})
        (alert,) = at_work.rpc.rules_engine.alerts()
        assert (alert["rule"], alert["point"]) == ("gemapi.pointe", "garonne-toulouse")
    with running(NOON + 3 * QUARTER, folder, recorded_points="yes") as at_work:
        observe(at_work, {NOON + 3 * QUARTER: 1_000})
        assert len(at_work.rpc.rules_engine.alerts()) == 1
