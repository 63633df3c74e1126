"""``vigie notify carriers`` and ``opt-outs`` ask a running city over HTTP, with the operator's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import pytest
from typer.testing import CliRunner, Result

from services.console.application import application
from services.console.city import City
from services.notifier.domain.delivering.opting_out import OptOut
from services.notifier.domain.delivering.switching import Trouble
from services.notifier.storage.opt_outs import OptOuts
from services.notifier.storage.troubles import CarrierTroubles
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings

KEY = "open-sesame-open"
NOW = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
NUMBER = "+33639980101"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    settings = replace(Settings(), listen="127.0.0.1:0", operator_key=Secret(KEY))
    running = City(settings, tmp_path_factory.mktemp("city"), VirtualClock(NOW))
    with running.running():
        yield running


@pytest.fixture
def notify(city: City, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs ``vigie notify`` against the city."""
    monkeypatch.setenv("VIGIE_OPERATOR_KEY", KEY)
    url = "http://{}:{}".format(*city.address)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(application, ["notify", *words, "--url", url])
        assert result.exit_code == 0, result.output
        return result

    return run


def test_the_order_of_the_carriers_and_their_troubles_are_told(city: City, notify: Callable[..., Result]) -> None:
    assert "Aucune panne. / No trouble." in notify("carriers").output
    later = NOW + timedelta(minutes=10)
    with city.databases["notifier"].transaction() as transaction:
        trouble = Trouble(channel="outbox", failures=3, since=NOW, failed_at=NOW, rests_until=later)
        CarrierTroubles(transaction).keep(trouble)
    lines = notify("carriers").output.splitlines()
    assert "sms : outbox" in lines
    assert "outbox : 3 échec(s) depuis le 10/01 02:45 / 3 failure(s) since 10/01 02:45" in lines
    assert "  essayé en dernier jusqu'au 10/01 02:55 / tried last until 10/01 02:55" in lines
    found = json.loads(notify("carriers", "--format", "json").output)
    assert found["media"]["sms"] == ["outbox"]
    assert [item["failures"] for item in found["troubles"]] == [3]


def test_who_is_texted_no_more_is_told_without_the_number(city: City, notify: Callable[..., Result]) -> None:
    assert notify("opt-outs").output == "Tout le monde reçoit les SMS. / Everybody gets text messages.\n"
    with city.databases["notifier"].transaction() as transaction:
        OptOuts(transaction).put(OptOut(address=NUMBER, person="camille-roux", at=NOW))
        OptOuts(transaction).put(OptOut(address="+33639980102", person="gone", at=NOW, withdrawn_at=NOW))
    shown = "Camille Roux, cadre d'astreinte GEMAPI (camille-roux), …01, depuis le / since 10/01 02:45\n"
    assert notify("opt-outs").output == shown
    written = notify("opt-outs", "--format", "json").output
    assert [(item["person"], item["number"]) for item in json.loads(written)] == [("camille-roux", "…01")]
    assert NUMBER[3:-2] not in written


@pytest.mark.parametrize("path", ["carriers", "opt-outs"])
def test_who_does_not_show_the_key_is_kept_out(city: City, path: str) -> None:
    link = HTTPConnection(*city.address, timeout=30)
    link.request("GET", f"/v1/notifier/{path}")
    assert link.getresponse().status == 401
    link.close()
