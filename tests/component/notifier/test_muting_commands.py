"""``vigie silence``, ``why-told`` and ``why-not-told`` ask a running city over HTTP, with the operator's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.console.application import application
from services.console.city import City
from services.notifier.providers import ComposerProvider
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import Criticality, NotifyRequest
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings
from tests.alerts import firing_alert

KEY = "open-sesame-open"
NOW = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
Vigie = Callable[..., Result]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    settings = replace(Settings(), listen="127.0.0.1:0", operator_key=Secret(KEY))
    running = City(settings, tmp_path_factory.mktemp("city"), VirtualClock(NOW))
    with running.running():
        yield running


@pytest.fixture
def vigie(city: City, tmp_path_factory: pytest.TempPathFactory) -> Vigie:
    """Runs a command of ``vigie`` against the city."""
    file = tmp_path_factory.mktemp("key") / "operator.key"
    file.write_text(KEY, encoding="utf-8")
    url = "http://{}:{}".format(*city.address)

    def run(*words: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(application, [*words, "--url", url, "--key-file", str(file)])
        assert result.exit_code == exit_code, result.output
        return result

    return run


def fire(city: City, received: Any, name: str) -> None:
    """An alert as it comes from the rules engine, of the shipped team."""
    asked = (NotifyRequest(team="gemapi-astreinte", message=f"{name} : 2,02 m"),)
    alert = firing_alert(alert=name, point=name, point_title=name, notify=asked, criticality=Criticality.NORMAL)
    database, composer = city.databases["notifier"], _composer(city)
    take_alerts(database, composer, received(alert), city.clock.now())
    assert city.timeline is not None
    city.timeline.settle()


def _composer(city: City) -> Any:
    provider = ComposerProvider()
    config = {"settings": city.config["settings"], "open_database": city.config["open_database"]}
    provider.container = SimpleNamespace(config=config, service_name="notifier")
    provider.setup()
    return provider.get_dependency(None)


def test_a_silence_is_looked_at_beforehand_added_listed_and_ended(city: City, vigie: Vigie, received: Any) -> None:
    fire(city, received, "pont")
    words = ["point=pont*", "--owner", "camille-roux", "-m", "travaux"]
    found = json.loads(vigie("silence", "preview", *words, "--for", "2 h", "--format", "json").output)
    assert [item["point"] for item in found["firing"]] == ["pont"]
    assert "pont (orange, normal)" in vigie("silence", "preview", *words, "--for", "2 h").output
    name = vigie("silence", "add", *words, "--for", "2 h", "--as", "lucie").output.split()[0]
    assert name.startswith("S-")
    fire(city, received, "pont-2")
    shown = vigie("silence", "show", name).output
    assert "en vigueur / in force" in shown
    assert "Retient / holds back : 1" in shown
    assert "operator:lucie" in shown
    assert name in vigie("silence", "list").output
    assert "terminé / over" in vigie("silence", "end", name, "-m", "fini").output
    assert city.timeline is not None
    city.timeline.settle()
    told = vigie("why-told", code_of_alert(city, "pont-2")).output
    assert f"retenue par le silence {name}: travaux" in told
    assert "Camille Roux, cadre d'astreinte GEMAPI" in told
    assert told.index("retenue") < told.index("est à prévenir") < told.index("envoyée à")


def test_a_silence_that_is_posted_again_with_its_key_is_made_once(vigie: Vigie) -> None:
    words = ["point=twice", "--owner", "camille-roux", "-m", "travaux"]
    names = {vigie("silence", "add", *words, "--for", "2 h", "--key", "mine-1").output.split()[0] for _ in range(2)}
    listed = json.loads(vigie("silence", "list", "--format", "json").output)
    assert {item["id"] for item in listed if item["matchers"] == ["point=twice"]} == names
    assert len(names) == 1
    other = vigie("silence", "add", *words, "--for", "3 h", "--key", "mine-1", exit_code=1)
    assert "Idempotency-Key" in other.stderr
    assert "Idempotency-Key" in vigie("silence", "add", *words, "--for", "2 h", "--key", "", exit_code=1).stderr


def test_a_recurring_silence_is_said_in_clock_time(vigie: Vigie) -> None:
    words = ["point=x", "--owner", "camille-roux", "-m", "chantier", "--weekdays", "mon,tue", "--until", "2022-02-01"]
    output = vigie("silence", "add", *words, "--clock", "22:00-06:00").output
    assert "lun, mar, 22:00-06:00, jusqu'au / until 2022-02-01" in output
    assert "mon,tue" in vigie("silence", "add", *words, exit_code=1).stderr


def test_what_is_wrong_with_a_silence_is_said(vigie: Vigie) -> None:
    result = vigie("silence", "add", "poin=x", "--owner", "nobody", "-m", "essai", "--for", "2 h", exit_code=1)
    assert "did you mean 'point'" in result.stderr
    assert "no person or team 'nobody'" in result.stderr


def test_why_somebody_was_not_told_is_said_in_the_language_that_is_wanted(
    city: City, vigie: Vigie, received: Any
) -> None:
    fire(city, received, "quai")
    asked = ["--rule", "gemapi.garonne", "--point", "quai"]
    french = vigie("why-not-told", "samuel-costa", *asked, "--lang", "fr").output
    assert "samuel-costa, lundi 10 janvier 2022 à 02 h 45 : pas prévenu(e)" in french
    assert "la règle prévient gemapi-astreinte ; la personne n'en est pas" in french
    assert "the rule tells gemapi-astreinte" in vigie("why-not-told", "samuel-costa", *asked, "--lang", "en").output
    answer = json.loads(vigie("why-not-told", "camille-roux", *asked, "--format", "json").output)
    assert (answer["told"], answer["reasons"]) == (True, [])
    assert "no person 'x'" in vigie("why-not-told", "x", *asked, exit_code=1).stderr


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "silences"),
        ("POST", "silences"),
        ("POST", "silence-preview"),
        ("POST", "silences/S-2222/end"),
        ("GET", "why-told?what=x"),
        ("GET", "why-not-told?person=x"),
    ],
)
def test_who_does_not_show_the_key_is_kept_out(city: City, method: str, path: str) -> None:
    link = HTTPConnection(*city.address, timeout=30)
    link.request(method, f"/v1/notifier/{path}", b"{}")
    assert link.getresponse().status == 401
    link.close()


def test_a_silence_ends_by_itself_and_what_fires_still_is_told(city: City, vigie: Vigie, received: Any) -> None:
    name = vigie("silence", "add", "point=rive", "--owner", "camille-roux", "-m", "travaux", "--for", "1 h").output
    fire(city, received, "rive")
    assert city.timeline is not None
    city.timeline.advance(city.clock.now() + timedelta(hours=2))
    answer = json.loads(vigie("why-told", code_of_alert(city, "rive"), "--format", "json").output)
    assert [line["verdict"] for line in answer["lines"]][:2] == ["silenced", "routed"]
    assert name.split()[0] in answer["lines"][0]["by"]


def code_of_alert(city: City, alert: str) -> str:
    with city.databases["notifier"].transaction() as transaction:
        query = "SELECT code FROM incident JOIN alert ON alert.incident = incident.id WHERE alert.alert = ?"
        return str(transaction.connection.exec_driver_sql(query, (alert,)).scalar())
