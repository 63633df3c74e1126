"""Imports whole recordings into a city over its HTTP interface, and asks the city for everything that it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from http.client import HTTPConnection
from typing import Any, cast
from zoneinfo import ZoneInfo

from tests.component.conftest import Running
from tests.recorded import MANIFESTS, Row, rows_of

EVER = (datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
"""From before the first row of any recording until after the last."""

_AT_ONCE = 2000
_MOST = 10_000
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=90)


def send(at_work: Running, recording: str) -> dict[str, int]:
    """Post all rows of a recording; what became of them, as the city answered."""
    key = at_work.rpc.device_registry.issue_key(actor={"id": "import"}, directorate=MANIFESTS[recording]["directorate"])
    at_work.city.timeline.settle()
    became = {"accepted": 0, "duplicates": 0, "quarantined": 0, "rejected": 0}
    items = [_said(row) for row in rows_of(recording)]
    with closing(HTTPConnection(*at_work.city.address, timeout=60)) as link:
        for start in range(0, len(items), _AT_ONCE):
            body = json.dumps(items[start : start + _AT_ONCE])
            link.request("POST", "/v1/observations", body, {"Authorization": f"Bearer {key}"})
            response = link.getresponse()
            answer = json.loads(response.read())
            assert response.status == 200, answer
            for name in became:
                became[name] += len(answer[name]) if name == "rejected" else answer[name]
            at_work.city.timeline.settle()
    return became


def _said(row: Row) -> dict[str, Any]:
    values = {name: float(text) for name, text in row.cells.items() if text}
    return {"device": row.device, "time": row.at.isoformat(), "values": values or dict.fromkeys(row.cells)}


def history(at_work: Running, point: str, name: str) -> list[tuple[datetime, float]]:
    """All observations of a series, oldest first; the city shows ten thousand at a time."""
    pages: list[list[tuple[datetime, float]]] = [[]]
    since, until = EVER
    while True:
        told = at_work.rpc.telemetry.history(point, name, since.isoformat(), until.isoformat(), _MOST)
        pages.append([(datetime.fromisoformat(item["time"]), item["value"]) for item in told])
        if len(told) < _MOST:
            return [item for page in reversed(pages) for item in page]
        until = pages[-1][0][0] - timedelta(microseconds=1)


def series(at_work: Running, point: str, name: str, by: str, first: datetime, last: datetime) -> list[dict[str, Any]]:
    """The city's own aggregates of the civil days from one time to another; their times are in the zone of these."""
    zone = cast("ZoneInfo", first.tzinfo)
    return [
        {**item, "since": datetime.fromisoformat(item["since"]).astimezone(zone)}
        for since, until in _stretches(first.date(), last.date() + _DAY)
        for item in at_work.rpc.telemetry.series(point, name, *(_midnight(day, zone) for day in (since, until)), by)
    ]


def _stretches(first: date, after: date) -> Iterator[tuple[date, date]]:
    """The same days in portions for which the city may be asked at once."""
    while first < after:
        until = min(first + _LONGEST, after)
        yield first, until
        first = until


def _midnight(day: date, zone: ZoneInfo) -> str:
    return datetime.combine(day, time.min, zone).isoformat()


def points_of(at_work: Running) -> dict[str, str]:
    """Where each device stands or last stood, as the registry tells."""
    mounts = at_work.rpc.device_registry.inventory()["inventory"]["mounts"]
    return {mount["device"]: mount["point"] for mount in mounts}


def zones_of(at_work: Running) -> dict[str, ZoneInfo]:
    """By whose calendar the days of each point count."""
    points = at_work.rpc.device_registry.inventory()["inventory"]["points"]
    return {point["id"]: ZoneInfo(point["zone"]) for point in points}
