"""``vigie lighting faults``: the list of a running city, as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import pytest
from typer.testing import CliRunner

from services.console.application import application
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.findings import Findings
from tests.doubles.http_server import Answer, HttpServer, Request

AT = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
SINCE = datetime(2022, 1, 9, 18, 0, tzinfo=UTC)
KEY = "k" * 20


@pytest.fixture
def answered(running: Callable[..., Any]) -> Callable[[str], tuple[int, bytes]]:
    """A function that asks a city whose lamps have faults."""

    def ask(path: str) -> tuple[int, bytes]:
        with running(AT, operator_key=KEY) as at_work:
            stands = Finding(Fault.STUCK, SINCE, SINCE, tries=4, level=100)
            silent = Finding(Fault.COMMUNICATION, SINCE, SINCE, tries=3)
            over = Finding(Fault.LAMP, SINCE, SINCE, ended_at=AT.replace(hour=9))
            suspected = Finding(Fault.DAY_BURNER, SINCE)
            found = {"vieux-port-01": (stands, over, suspected), "quais-martigues-01": (silent,)}
            with at_work.city.databases["lighting_controller"].transaction() as transaction:
                lamps = {Luminaire(id=name): Luminaire(id=name, findings=items) for name, items in found.items()}
                Findings(transaction).save(list(lamps.items()))
            link = HTTPConnection(*at_work.city.address, timeout=30)
            link.request("GET", path, headers={"Authorization": f"Bearer {KEY}"})
            answer = link.getresponse()
            return answer.status, answer.read()

    return ask


def run(content: bytes, *words: str) -> tuple[Any, list[Request]]:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, content, {"Content-Type": "application/json"})

    server = HttpServer(answer, lambda _error: None)
    try:
        arguments = ["lighting", "faults", *words, "--url", server.url]
        return CliRunner().invoke(application, arguments, env={"COLUMNS": "260", "VIGIE_OPERATOR_KEY": KEY}), asked
    finally:
        server.stop()


def test_what_stands_is_listed_with_cabinet_groups_and_whether_it_is_muted(answered: Callable[..., Any]) -> None:
    status, body = answered("/v1/lighting/faults")
    assert status == 200
    found = {item["luminaire"]: item for item in json.loads(body)}
    assert {name: item["fault"] for name, item in found.items()} == {
        "quais-martigues-01": "communication",
        "vieux-port-01": "stuck",
    }
    stuck, silent = found["vieux-port-01"], found["quais-martigues-01"]
    assert (stuck["since"], stuck["until"], stuck["tries"]) == ("2022-01-09T18:00:00Z", None, 4)
    assert (stuck["cabinet"], stuck["gateway"], stuck["muted"]) == ("armoire-quai-du-port", "metropole", False)
    assert (silent["groups"], silent["gateway"], silent["muted"]) == (["quais-martigues"], "martigues", True)
    shown, _ = run(body, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [(row["luminaire"], row["fault"], row["muted"], row["until"]) for row in rows] == [
        ("quais-martigues-01", "communication", "true", ""),
        ("vieux-port-01", "stuck", "false", ""),
    ]
    table, asked = run(body, "--ended", "24")
    assert asked[0].target == "/v1/lighting/faults?ended_h=24"
    for words in ("bloqué / stuck", "muet / communication (armoire coupée / cabinet off)", "2022-01-09 19:00"):
        assert words in table.stdout


def test_what_ended_is_listed_when_it_is_asked_for(answered: Callable[..., Any]) -> None:
    _, body = answered("/v1/lighting/faults?ended_h=4")
    assert ("lamp", "2022-01-10T09:00:00Z") in [(item["fault"], item["until"]) for item in json.loads(body)]


def test_hours_that_are_no_number_are_refused(answered: Callable[..., Any]) -> None:
    assert answered("/v1/lighting/faults?ended_h=soon")[0] == 400


def test_nothing_wrong_is_said_in_words() -> None:
    assert "Aucun défaut. / No fault." in run(b"[]")[0].stdout
