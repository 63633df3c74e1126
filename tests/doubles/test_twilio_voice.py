"""The double of Twilio's calls is as strict as the description, and answers as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.doubles.twilio_voice import SPEC, TwilioVoiceDouble

SAID = '<Response><Say language="fr-FR">Crue</Say></Response>'
GOOD = {"To": "+33639980101", "From": "+33644640000", "Twiml": SAID, "StatusCallback": "https://v.test/r"}


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioVoiceDouble]:
    with TwilioVoiceDouble() as double:
        yield double


def path_of(twilio: TwilioVoiceDouble) -> str:
    return f"/2010-04-01/Accounts/{twilio.account_sid}/Calls.json"


def ask(twilio: TwilioVoiceDouble, method: str = "POST", **said: Any) -> requests.Response:
    options: dict[str, Any] = {"auth": (twilio.account_sid, twilio.auth_token)} | said
    return requests.request(method, twilio.url + path_of(twilio), timeout=10, **options)


def test_a_call_and_the_list_are_answered_as_described(twilio: TwilioVoiceDouble) -> None:
    made, listed = ask(twilio, data=GOOD), ask(twilio, "GET", params={"To": GOOD["To"], "StartTime>": "2022-01-10"})
    for method, answer in (("POST", made), ("GET", listed)):
        operation, _ = SPEC.find(method, path_of(twilio))  # type: ignore[misc]
        assert operation.faults_of_answer(answer.status_code, answer.json()) == []
    assert made.json()["sid"] == twilio.calls[-1].sid
    assert listed.json()["calls"] == []
    twilio.turn(twilio.calls[-1], "completed")
    again = ask(twilio, "GET", params={"To": GOOD["To"], "StartTime>": "2022-01-10"})
    assert [call["sid"] for call in again.json()["calls"]] == [made.json()["sid"]]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({"To": "0639980101"}, 21211, id="to-not-e164"),
        pytest.param({"To": None}, 20001, id="to-missing"),
        pytest.param({"From": "Vigie"}, 21210, id="a-name-cannot-call"),
        pytest.param({"Twiml": None}, 21205, id="nothing-to-say"),
        pytest.param({"Url": "https://v.test/twiml"}, 21205, id="two-things-to-say"),
        pytest.param({"Twiml": "<Response>"}, 12100, id="no-xml"),
        pytest.param({"Twiml": "<Response><Sing/></Response>"}, 12200, id="no-verb"),
        pytest.param({"Twiml": "<Response><Say>Crue</Say></Response>"}, 13512, id="no-language"),
        pytest.param({"Twiml": '<Response><Gather action="/keys"/></Response>'}, 13333, id="keys-go-nowhere"),
        pytest.param({"Twiml": f"<Response>{' ' * 4000}</Response>"}, 20001, id="too-long"),
        pytest.param({"StatusCallback": "/r"}, 21609, id="callback-not-absolute"),
        pytest.param({"StatusCallbackEvent": "ended"}, 20001, id="no-such-event"),
        pytest.param({"Timeout": "soon"}, 20001, id="wrong-type"),
        pytest.param({"Body": "Crue"}, 20001, id="no-such-field"),
    ],
)
def test_a_call_that_twilio_would_refuse_is_refused(twilio: TwilioVoiceDouble, form: dict[str, Any], code: int) -> None:
    before = len(twilio.calls)
    answer = ask(twilio, data={name: value for name, value in (GOOD | form).items() if value is not None})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(twilio.calls) == before


def test_only_the_account_is_served(twilio: TwilioVoiceDouble) -> None:
    assert ask(twilio, data=GOOD, auth=("AC1", "wrong")).status_code == 401
