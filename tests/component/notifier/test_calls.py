"""A call from the alert to the key: over HTTP, as Twilio tells it, in a city of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY

from services.console.city import City
from services.notifier.channels.voice_twilio import VoiceTwilio
from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged, AlertStatus
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database
from shared.runtime.settings import Secret, Settings
from tests.doubles.channel import ScriptedChannel
from tests.doubles.twilio import signature
from tests.doubles.twilio_voice import Call, TwilioVoiceDouble

PUBLIC = "https://vigie.test"
START = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
TOMORROW = START + timedelta(days=1)
TEAMS = """\
fallback: ops
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101", email: camille@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [voice], members: [camille]}
  - {id: ops, title: Ops, channels: [email], members: [camille]}
"""


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioVoiceDouble]:
    with TwilioVoiceDouble() as double:
        yield double


@pytest.fixture(scope="module")
def settings(twilio: TwilioVoiceDouble) -> Settings:
    return replace(
        Settings(),
        listen="127.0.0.1:0",
        public_url=PUBLIC,
        voice_channel="voice_twilio",
        twilio_url=twilio.url,
        twilio_account_sid=twilio.account_sid,
        twilio_auth_token=Secret(twilio.auth_token),
        twilio_sender="+33644640000",
    )


@pytest.fixture(scope="module")
def city(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """One for all tests of this file: it takes seconds to start and to stop, and each test has a call of its own."""
    running = City(settings, tmp_path_factory.mktemp("city"), VirtualClock(START))
    with running.running():
        yield running


@pytest.fixture
def database(city: City) -> Database:
    return city.databases["notifier"]


@pytest.fixture
def address(city: City) -> str:
    return "http://{}:{}".format(*city.site.address)


@pytest.fixture
def call_of(
    settings: Settings,
    database: Database,
    twilio: TwilioVoiceDouble,
    composer: Composer,
    alert_of: Callable[..., AlertChanged],
    received: Any,
) -> Callable[..., Call]:
    """A function that makes a call about an alert, and gives it: tomorrow, so that the city, whose clock stands still,
    does not make it as well."""
    voice = VoiceTwilio.from_settings(settings, object())  # type: ignore[arg-type]
    carriers = Carriers(dict.fromkeys(Medium, ScriptedChannel()) | {Medium.VOICE: voice})
    calling = replace(composer, teams=load_teams(TEAMS, "teams.yaml"), carriers=carriers)

    def make(name: str, *, over: bool = False) -> Call:
        alerts = [alert_of(alert=name, point=name)]
        if over:
            end = {"status": AlertStatus.RESOLVED, "at": START + timedelta(hours=1), "since": START, "notify": ()}
            alerts.append(alert_of(alert=name, point=name, **end))
        for alert in alerts[:1]:
            take_alerts(database, calling, received(alert), TOMORROW)
        deliver_due(database, carriers, lambda: TOMORROW)
        for alert in alerts[1:]:
            take_alerts(database, calling, received(alert), TOMORROW)
        return twilio.calls[-1]

    return make


@pytest.fixture
def ledger(rows: Any) -> Callable[[str], list[tuple[str, str]]]:
    """A function that reads person and reason of a verdict."""
    return lambda verdict: [(row["person"], row["by"]) for row in rows("ledger") if row["verdict"] == verdict]


def taken(outcome: str) -> float:
    """How many acknowledgements by call were counted."""
    labels = {"way": "call", "outcome": outcome}
    return REGISTRY.get_sample_value("vigie_notifier_acknowledgements_total", labels) or 0.0


def test_key_one_acknowledges_and_says_so_however_often_it_is_told(
    twilio: TwilioVoiceDouble, call_of: Any, address: str, ledger: Any
) -> None:
    call, before = call_of("key-1"), taken("done")
    said = [twilio.press(call, "1", address=address) for _ in range(2)]
    assert [answer.status_code for answer in said] == [200, 200]
    assert said[0].headers["Content-Type"].startswith("text/xml")
    assert "Prise en charge notée" in said[0].text
    assert ledger("replied").count(("camille", "touche 1 pendant l'appel")) == 1
    assert taken("done") == before + 1


def test_another_key_is_asked_for_again(twilio: TwilioVoiceDouble, call_of: Any, address: str) -> None:
    answer = twilio.press(call_of("key-7"), "7", address=address)
    assert "Touche inconnue" in answer.text
    assert "<Gather" in answer.text


def test_what_is_over_can_not_be_acknowledged(twilio: TwilioVoiceDouble, call_of: Any, address: str) -> None:
    before = taken("resolved")
    assert "n'est plus ouvert" in twilio.press(call_of("over", over=True), "1", address=address).text
    assert taken("resolved") == before + 1


def test_only_twilio_and_only_for_the_number_that_was_called(
    twilio: TwilioVoiceDouble, call_of: Any, address: str, ledger: Any
) -> None:
    call, before = call_of("forged"), len(ledger("replied"))
    form = {"CallSid": call.sid, "Digits": "1", "To": call.to}
    target = address + (call.keys_address or "").removeprefix(PUBLIC)
    forged = requests.post(target, data=form, headers={"X-Twilio-Signature": "x"}, timeout=10)
    other = f"{PUBLIC}/v1/receipts/twilio/calls/keys?notification=other"
    moved = {"X-Twilio-Signature": signature(twilio.auth_token, other, form)}
    assert forged.status_code == 403
    assert requests.post(target, data=form, headers=moved, timeout=10).status_code == 403
    assert twilio.press(call, "1", address=address, To="+33639980102").status_code == 404
    assert len(ledger("replied")) == before


def test_the_end_of_a_call_is_a_receipt(
    twilio: TwilioVoiceDouble, call_of: Any, address: str, rows: Any, ledger: Any
) -> None:
    call = call_of("busy")
    assert twilio.end(call, "busy", address=address, sip=486) == 204
    assert ("busy", 486) in [(row["status"], row["error_code"]) for row in rows("receipt")]
    assert ("camille", "voice_twilio : la ligne est occupée (486)") in ledger("undelivered")
    assert twilio.faults == []
