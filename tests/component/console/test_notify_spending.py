"""``vigie notify``: what a text costs, and what was spent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.console.application import application
from tests.doubles.http_server import Answer, HttpServer, Request

ROW: dict[str, Any] = {
    "directorate": "gemapi", "month": "2026-11", "budget": 150.0, "spent": 121.5, "share": 81, "sms": 900,
    "segments": 1676, "emails": 12, "folded": 3, "folded_by": {"interruptions": 3},
}  # fmt: skip


PRICE = "prix / price : +33 0.0725 € (sms_twilio) ; ailleurs / elsewhere 0.1200 € (sms_twilio)"


def run(*words: str, **environment: str) -> Any:
    return CliRunner().invoke(application, ["notify", *words], env={"COLUMNS": "160", **environment})


def test_a_text_is_explained_as_written_and_as_sent() -> None:
    found = run("sms", "Crue en forêt : " + "a" * 60)
    assert found.stdout.splitlines() == [
        "2 segments, UCS-2, 76 places, à cause de / because of 'ê' (12)",
        "Crue en foret : " + "a" * 60,
        "1 segment, GSM-7, 76 places",
        PRICE,
    ]


def test_a_text_in_the_cheap_alphabet_is_one_line() -> None:
    assert run("sms", "Niveau élevé").stdout.splitlines() == ["1 segment, GSM-7, 12 places", PRICE]


def test_the_price_is_that_of_the_segments_by_the_folder_that_is_named(tmp_path: Path) -> None:
    assert run("sms", "a" * 200).stdout.splitlines()[-1].startswith("prix / price : +33 0.1450 €")
    assert len(run("sms", "court", "--rules", str(tmp_path)).stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        pytest.param("csv", ["gemapi,2026-11,150.0,121.5,81,900,1676,12,3"], id="csv"),
        pytest.param("table", ["81 %", "3 (interruptions 3)"], id="table"),
        pytest.param("json", ['"spent": 121.5'], id="json"),
    ],
)
def test_the_budget_is_shown(form: str, wanted: list[str]) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, json.dumps([ROW]).encode(), {"Content-Type": "application/json"})

    server = HttpServer(answer, lambda _error: None)
    try:
        found = run("budget", "--month", "2026-11", "--format", form, "--url", server.url, VIGIE_OPERATOR_KEY="k" * 20)
    finally:
        server.stop()
    assert found.exit_code == 0, found.output
    assert asked[0].target == "/v1/spending?month=2026-11"
    assert asked[0].headers["Authorization"] == "Bearer " + "k" * 20
    for words in wanted:
        assert words in found.stdout
