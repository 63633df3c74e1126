"""Answers and links over HTTP, in a running city: signatures, the page, and what a scanner can't do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY
from typer.testing import CliRunner

from services.console.application import application
from services.console.city import City
from services.notifier.domain.channel import Language
from services.notifier.domain.escalation.linking import LIFE, Links
from services.notifier.domain.people.team import Person, Teams
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings
from tests.alerts import firing_alert
from tests.doubles.twilio import signature

PUBLIC = "https://vigie.test"
REPLIES = f"{PUBLIC}/v1/replies/twilio"
KEY = "a-key-that-only-this-test-has"
START = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
DUTY = "+33639980101"
TOKEN = "token-that-must-not-show"
KEYHOLDER = {"Authorization": f"Bearer {KEY}", "X-Vigie-Actor": "lucie"}


@pytest.fixture(scope="module")
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock) -> Iterator[tuple[City, Any]]:
    settings = replace(
        Settings(), listen="127.0.0.1:0", public_url=PUBLIC, twilio_auth_token=Secret(TOKEN), link_key=Secret(KEY),
        operator_key=Secret(KEY),
    )  # fmt: skip
    running = City(settings, tmp_path_factory.mktemp("city"), clock)
    with running.running() as rpc:
        yield running, rpc


@pytest.fixture(scope="module")
def address(city: tuple[City, Any]) -> str:
    return "http://{}:{}".format(*city[0].site.address)


@pytest.fixture
def opened(city: tuple[City, Any], request: pytest.FixtureRequest) -> Callable[..., dict[str, Any]]:
    """A function that lets an alert fire in the city; its incident as it is shown, with its mail."""
    running, rpc = city

    def act(**said: Any) -> dict[str, Any]:
        name = request.node.name
        duty = (NotifyRequest(team="gemapi-astreinte", message="Toulouse <2,02 m> & monte"),)
        alert: AlertChanged = firing_alert(alert=name, point_title=name, notify=duty, **said)
        with running.databases["rules_engine"].transaction() as transaction:
            transaction.publish(bus.ALERT_CHANGED, alert)
        assert running.timeline is not None
        running.timeline.settle()
        (found,) = [item for item in rpc.notifier.incidents() if item["title"].endswith(name)]
        whole: dict[str, Any] = rpc.notifier.incident_in_full(found["incident"])
        return whole

    return act


def link_of(incident: dict[str, Any], queued_at: datetime = START) -> str:
    mail = next(item for item in incident["notifications"] if item["medium"] == "email")
    return Links(KEY.encode(), PUBLIC).to(mail["notification"], queued_at).removeprefix(PUBLIC)


def reply(address: str, text: str, sid: str, *, number: str = DUTY, token: str = TOKEN, signed: str = REPLIES) -> Any:
    form = {"MessageSid": sid, "From": number, "Body": text, "To": "+33644640000"}
    headers = {"X-Twilio-Signature": signature(token, signed, form)}
    return requests.post(f"{address}/v1/replies/twilio", data=form, headers=headers, timeout=10)


def acknowledged(way: str, outcome: str = "done") -> float:
    labels = {"way": way, "outcome": outcome}
    return REGISTRY.get_sample_value("vigie_notifier_acknowledgements_total", labels) or 0.0


def counted(meaning: str) -> float:
    return REGISTRY.get_sample_value("vigie_notifier_replies_total", {"meaning": meaning}) or 0.0


def test_an_answer_that_twilio_signed_is_taken_and_answered(address: str, opened: Any, city: Any) -> None:
    incident, before = opened(), acknowledged("sms")
    answer = reply(address, f"ok {incident['code']}", "SM" + "1" * 32)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message>Vigie ')
    assert city[1].notifier.incident_in_full(incident["code"])["acknowledged_way"] == "sms"
    assert reply(address, "OK", "SM" + "1" * 32).text == answer.text
    assert acknowledged("sms") == before + 1


@pytest.mark.parametrize(
    "said", [{"token": "guessed"}, {"signed": f"{PUBLIC}/v1/receipts/twilio"}], ids=["another-token", "another-address"]
)
def test_a_forged_signature_is_refused_and_counted(address: str, opened: Any, city: Any, said: dict[str, str]) -> None:
    incident = opened()
    before = counted("refused")
    assert reply(address, incident["code"], "SM" + "2" * 32, **said).status_code == 403
    assert counted("refused") == before + 1
    assert city[1].notifier.incident_in_full(incident["code"])["acknowledged_at"] is None


def test_an_unknown_number_gets_an_empty_answer_and_is_counted(address: str, opened: Any) -> None:
    incident = opened()
    before = counted("unknown-number")
    answer = reply(address, incident["code"], "SM" + "3" * 32, number="+33639989999")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    assert counted("unknown-number") == before + 1


def test_a_scanner_that_follows_a_link_acknowledges_nothing(address: str, opened: Any, city: Any) -> None:
    incident = opened()
    for method in ("GET", "HEAD", "GET"):
        assert requests.request(method, address + link_of(incident), timeout=10).status_code == 200
    # Nor does one that sends a form which it has not read on the page.
    assert requests.post(address + link_of(incident), timeout=10).status_code == 200
    before = acknowledged("email")
    assert requests.post(address + link_of(incident), data={"form": "guessed"}, timeout=10).status_code == 200
    assert acknowledged("email") == before
    assert city[1].notifier.incident_in_full(incident["code"])["acknowledged_at"] is None


def test_the_button_acknowledges_once_and_says_so(address: str, opened: Any, city: Any) -> None:
    incident = opened()
    page = requests.get(address + link_of(incident), timeout=10)
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert form is not None
    before, again = acknowledged("email"), acknowledged("email", "already")
    for _ in range(2):
        pressed = requests.post(address + link_of(incident), data={"form": form[1]}, timeout=10)
        assert "C'est noté : vous avez pris cet incident en compte" in unescape(pressed.text)
        assert "<button" not in pressed.text
    assert (acknowledged("email"), acknowledged("email", "already")) == (before + 1, again + 1)
    shown = city[1].notifier.incident_in_full(incident["code"])
    assert shown["acknowledged_way"] == "email"
    assert shown["acknowledged_by"] in (
        "Camille Roux, cadre d'astreinte GEMAPI",
        "Idir Benali, technicien d'astreinte GEMAPI",
    )
    assert "Déjà pris en compte par vous" in requests.get(address + link_of(incident), timeout=10).text


def test_the_page_takes_nothing_from_elsewhere_and_tells_nobody_its_address(address: str, opened: Any) -> None:
    page = requests.get(address + link_of(opened()), timeout=10)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert '<html lang="fr">' in page.text
    assert len(re.findall("<h1>", page.text)) == 1
    assert "Toulouse &lt;2,02 m&gt; &amp; monte" in page.text
    assert not re.findall(r"(src|href)=", page.text)
    assert "<script" not in page.text


def test_a_link_that_expired_says_what_to_do_instead(address: str, opened: Any, clock: VirtualClock) -> None:
    incident = opened()
    old = link_of(incident, START - LIFE - timedelta(seconds=1))
    for method in ("GET", "POST"):
        page = requests.request(method, address + old, timeout=10)
        assert (page.status_code, "Ce lien a expiré" in page.text, "This link has expired" in page.text) == (
            410,
            True,
            True,
        )
        assert incident["code"] not in page.text


@pytest.fixture
def english(city: tuple[City, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody of the teams reads English from now on."""

    def known(teams: Teams, name: str) -> Person | None:
        found = ask(teams, name)
        return None if found is None else replace(found, language=Language.ENGLISH)

    ask = Teams.person
    monkeypatch.setattr(Teams, "person", known)


@pytest.mark.usefixtures("english")
def test_a_reader_of_english_gets_the_page_in_english_with_some_french_beside(address: str, opened: Any) -> None:
    incident = opened()
    where = address + link_of(incident)
    page = requests.get(where, timeout=10).text
    assert '<html lang="en">' in page
    assert re.search(r'Acknowledge <span lang="fr">Prendre en compte</span>', page)
    assert "<dt>Level</dt><dd>orange</dd>" in page
    assert "Monday 10 January 2022 at 02:45" in page
    # The rule's own words are French.
    assert re.search(r'<p lang="fr">Toulouse', page)
    form = re.search(r'name="form" value="([^"]+)"', page)
    assert form is not None
    pressed = unescape(requests.post(where, data={"form": form[1]}, timeout=10).text)
    assert "Done: you have acknowledged this incident. The others who were told hear of it." in pressed
    assert "C'est noté : vous avez pris cet incident en compte." in pressed
    assert "Already acknowledged by you on 10/01 02:45." in requests.get(where, timeout=10).text
    old = address + link_of(incident, START - LIFE - timedelta(seconds=1))
    assert "<h1>This link has expired</h1>" in requests.get(old, timeout=10).text


def test_a_forged_link_shows_nothing(address: str, opened: Any) -> None:
    link = link_of(opened())
    page = requests.get(address + link[:-3] + "AAA", timeout=10)
    assert (page.status_code, "Rien n'a été enregistré" in unescape(page.text)) == (404, True)
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_when_it_is_over_the_page_has_no_button(address: str, opened: Any) -> None:
    opened()
    incident = opened(status=AlertStatus.RESOLVED, since=START)
    page = requests.get(address + link_of(incident), timeout=10)
    assert "L'alerte est terminée" in unescape(page.text)
    assert "<button" not in page.text


def test_an_operator_sees_takes_and_gives_back(address: str, opened: Any) -> None:
    incident = opened()
    where = f"{address}/v1/incidents/{incident['code']}"
    assert requests.get(where, timeout=10).status_code == 401
    listed = requests.get(f"{address}/v1/incidents?limit=5", headers=KEYHOLDER, timeout=10).json()
    assert incident["code"] in [item["code"] for item in listed]
    take, before = {"person": "helene-marty", "comment": "vu"}, acknowledged("command")
    done = requests.post(f"{where}/acknowledge", json=take, headers=KEYHOLDER, timeout=10).json()
    assert (done["outcome"], done["acknowledged_by"], done["acknowledged_way"]) == (
        "done", "Hélène Marty, responsable prévention des inondations", "command",
    )  # fmt: skip
    assert acknowledged("command") == before + 1
    wrong = requests.post(f"{where}/acknowledge", json={"person": "helene-mary"}, headers=KEYHOLDER, timeout=10)
    assert (wrong.status_code, "'helene-mary'" in wrong.json()["detail"]) == (404, True)
    assert requests.post(f"{where}/unacknowledge", json={}, headers=KEYHOLDER, timeout=10).json()["outcome"] == "done"
    verdicts = [item["verdict"] for item in requests.get(where, headers=KEYHOLDER, timeout=10).json()["ledger"]]
    assert [word for word in verdicts if "ack" in word] == ["acknowledged", "unacknowledged"]
    assert requests.get(f"{address}/v1/incidents/V-0000", headers=KEYHOLDER, timeout=10).status_code == 404


def test_the_commands_list_show_take_and_give_back(
    address: str, opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIE_OPERATOR_KEY", raising=False)
    key = tmp_path / "operator.key"
    key.write_text(KEY)
    code = opened()["code"]

    def vigie(*words: str) -> tuple[int, str]:
        wide = CliRunner(env={"COLUMNS": "200"})
        found = wide.invoke(application, ["incidents", *words, "--url", address, "--key-file", str(key)])
        return found.exit_code, found.output

    assert code in vigie("list")[1]
    assert "en cours / open" in vigie("show", code.removeprefix("V-").lower())[1]
    by = "Camille Roux, cadre d'astreinte GEMAPI"
    assert vigie("ack", code, "--by", "camille-roux") == (0, f"{code}: c'est fait / done ({by})\n")
    assert vigie("ack", code, "--as", "lucie") == (0, f"{code}: déjà fait / done already ({by})\n")
    shown = json.loads(vigie("show", code, "--json")[1])
    assert shown["acknowledged_by"] == by
    assert "acknowledged" in vigie("show", code)[1]
    assert vigie("unack", code) == (0, f"{code}: c'est fait / done\n")
    assert vigie("ack", "V-0000")[0] == 1
