"""History comes as CSV, over HTTP and by the command: it is stored once, worked out by day, and alerts nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.console.application import application
from shared.runtime.settings import shipped_rules

NOW = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
FLOOD = shipped_rules() / "recordings" / "garonne-toulouse-2022-01.csv.gz"
POINT = "garonne-toulouse"


@dataclass(frozen=True)
class Archive:
    """Sends history to a running city."""

    at_work: Any
    key: str
    folder: Path

    def post(self, table: str, query: str = "", content_type: str = "text/csv; charset=utf-8") -> tuple[int, Any]:
        link = HTTPConnection(*self.at_work.city.site.address, timeout=30)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": content_type}
        link.request("POST", f"/v1/observations{query}", table.encode(), headers)
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        self.at_work.city.timeline.settle()
        return answer.status, found

    def import_file(self, file: Path, *options: str, key: str | None = None) -> tuple[int, dict[str, Any], str]:
        """Exit code, figures, and what was told of errors."""
        key_file = self.folder / "key"
        key_file.write_text(key or self.key, encoding="utf-8")
        host, port = self.at_work.city.site.address
        given = ["--url", f"http://{host}:{port}", "--key-file", str(key_file), *options]
        result = CliRunner().invoke(application, ["history", "import", str(file), *given])
        self.at_work.city.timeline.settle()
        last = result.stdout.splitlines()[-1] if result.stdout else "{}"
        return result.exit_code, json.loads(last), result.stderr

    @property
    def rpc(self) -> Any:
        return self.at_work.rpc


@pytest.fixture
def archive(running: Callable[..., Any], tmp_path: Path) -> Iterator[Archive]:
    with running(NOW) as at_work:
        key = at_work.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        at_work.city.timeline.settle()
        yield Archive(at_work, key, tmp_path)


def test_a_table_over_http_is_taken_and_its_bad_lines_are_named(archive: Archive) -> None:
    table = (
        "time;device;hauteur\n2022-01-10 02:45;O200004001;2018,5\n2022-01-10 03:00;O200004001;\n"
        "2022-01-10 03:15;O200004001;haut\nhier;O200004001;1\n2022-01-10 03:30;nobody;1\n"
    )
    status, found = archive.post(table, "?zone=Europe/Paris")
    assert status == 207
    assert (found["accepted"], found["duplicates"]) == (1, 0)
    refused = sorted((item["reason"], item["detail"]) for item in found["rejected"])
    assert [reason for reason, _ in refused] == ["not-a-number", "unknown-device", "unreadable"]
    lines = [detail for _, detail in refused]
    assert [line.split(":")[0] for line in lines] == ["line 4", "line 6", "line 5"]
    (seen,) = archive.rpc.telemetry.history(POINT, "level", "2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z")
    assert (seen["time"], seen["value"]) == ("2022-01-10T01:45:00Z", 2.0185)
    for query in ("?zone=Europe/Nowhere", "?columns=x"):
        status, found = archive.post("time,device,hauteur\n", query)
        assert (status, found["error"]) == (400, "InputError")


def test_a_table_of_thousands_of_rows_is_taken_at_once_and_a_key_that_nobody_knows_takes_none(archive: Archive) -> None:
    code, _figures, told = archive.import_file(FLOOD, key="wrong")
    assert code == 1
    assert "the city refuses all of it" in told
    assert archive.rpc.telemetry.summary()["observations"] == 0
    rows = "".join(f"2022-01-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z,{n}\n" for n in range(12_000))
    status, found = archive.post(f"time,hauteur\n{rows}2022-01-20T00:00:00Z,hoch\n", "?device=O200004001")
    assert (status, found["accepted"]) == (207, 12_000)
    assert found["rejected"][0]["detail"].startswith("line 12002: ")


def test_a_flood_of_the_past_is_imported_once_and_alerts_nobody(archive: Archive) -> None:
    code, figures, _ = archive.import_file(FLOOD)
    assert (code, figures) == (0, {"taken": 2976, "duplicates": 0, "quarantined": 0, "rejected": {}})
    assert archive.rpc.rules_engine.summary()["fired"] == 0
    assert archive.rpc.notifier.summary()["sms"] == 0
    again = archive.import_file(FLOOD)[1]
    assert (again["taken"], again["duplicates"]) == (0, 2976)
    # The days were worked out at once.
    days = archive.rpc.telemetry.daily(POINT, "level", "2022-01-01", "2022-02-01")
    highest = max(days, key=lambda day: day["maximum"])
    assert highest["day"] == "2022-01-11"
    bounds = ("2022-01-10T23:00:00Z", "2022-01-11T23:00:00Z")
    ((whole,), hours) = (archive.rpc.telemetry.series(POINT, "level", *bounds, by) for by in ("day", "hour"))
    assert (whole["value"], whole["count"]) == (pytest.approx(highest["mean"]), highest["count"])
    assert max(hour["maximum"] for hour in hours) == whole["maximum"] == highest["maximum"]


def test_rows_that_are_refused_are_told_with_their_lines_and_the_others_are_taken(archive: Archive) -> None:
    rows = [f"2022-01-10T{n // 60:02}:{n % 60:02}:00Z,O200004001,{n}\n" for n in range(1_200)]
    rows[1_100] = "2022-01-10T20:00:00Z,O200004001,hoch\n"
    rows[3] = "never,O200004001,1\n"
    file = archive.folder / "history.csv"
    file.write_text("time,device,hauteur\n" + "".join(rows), encoding="utf-8")
    code, figures, told = archive.import_file(file)
    assert (code, figures["taken"]) == (1, 1_198)
    assert figures["rejected"] == {"not-a-number": 1, "unreadable": 1}
    assert "line 5: column 'time': 'never' is not a time" in told
    assert "line 1102: hauteur is 'hoch', not a number" in told


@pytest.mark.parametrize("url", ["ftp://city", "127.0.0.1:8080"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").write_text("k")
    given = ["--url", url, "--key-file", str(tmp_path / "key")]
    result = CliRunner().invoke(application, ["history", "import", str(FLOOD), *given])
    assert result.exit_code == 1
    assert "--url" in result.stderr
