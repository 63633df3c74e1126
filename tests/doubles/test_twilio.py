"""The double of Twilio is as strict as the description, and answers as it says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.doubles.twilio import SPEC, TwilioDouble

GOOD = {"To": "+33639980101", "From": "+33644640000", "Body": "Vigie V-7K3Q", "StatusCallback": "https://v.test/r"}


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


def path_of(twilio: TwilioDouble) -> str:
    return f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"


def ask(twilio: TwilioDouble, method: str = "POST", **said: Any) -> requests.Response:
    options: dict[str, Any] = {"auth": (twilio.account_sid, twilio.auth_token)} | said
    return requests.request(method, twilio.url + path_of(twilio), timeout=10, **options)


def wait_for(fact: Any) -> None:
    limit = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < limit, "it did not come true in time"
        threading.Event().wait(0.01)


def test_an_accepted_message_is_answered_as_described(twilio: TwilioDouble) -> None:
    answer = ask(twilio, data=GOOD)
    operation, _ = SPEC.find("POST", path_of(twilio))  # type: ignore[misc]
    assert operation.faults_of_answer(answer.status_code, answer.json()) == []
    assert [(item.sid, item.form) for item in twilio.taken] == [(answer.json()["sid"], GOOD)]
    assert twilio.faults == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({"To": "0639980101"}, 21211, id="to-not-e164"),
        pytest.param({"To": None}, 21211, id="to-missing"),
        pytest.param({"From": "a name that is too long"}, 20001, id="sender"),
        pytest.param({"From": None}, 21603, id="sender-missing"),
        pytest.param({"Body": None}, 21602, id="no-text"),
        pytest.param({"StatusCallback": "/v1/receipts/twilio"}, 21609, id="callback-not-absolute"),
        pytest.param({"ValidityPeriod": "soon"}, 20001, id="wrong-type"),
        pytest.param({"ContentRetention": "burn"}, 20001, id="not-in-list"),
        pytest.param({"Colour": "red"}, 20001, id="unknown-field"),
    ],
)
def test_a_request_that_the_description_forbids_is_refused_and_noted(
    twilio: TwilioDouble, form: dict[str, Any], code: int
) -> None:
    answer = ask(twilio, data={name: value for name, value in (GOOD | form).items() if value is not None})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(twilio.faults) == 1
    assert twilio.taken == []


def test_another_account_a_wrong_path_and_a_wrong_query_are_refused_and_noted(twilio: TwilioDouble) -> None:
    assert ask(twilio, data=GOOD, auth=(twilio.account_sid, "guessed")).status_code == 401
    assert ask(twilio, "DELETE").status_code == 404
    assert ask(twilio, "GET", params={"PageSize": "5000"}).status_code == 400
    assert ask(twilio, "GET", params={"Since": "2026-01-01"}).status_code == 400
    assert len(twilio.faults) == 4


def test_a_list_gives_page_by_page_what_was_sent_to_a_number_the_newest_first(twilio: TwilioDouble) -> None:
    for number in range(5):
        ask(twilio, data=GOOD | {"Body": str(number)})
    ask(twilio, data=GOOD | {"To": "+33639980102"})
    operation, _ = SPEC.find("GET", path_of(twilio))  # type: ignore[misc]
    page = ask(twilio, "GET", params={"To": GOOD["To"], "PageSize": "2"}).json()
    bodies = []
    while page is not None:
        assert operation.faults_of_answer(200, page) == []
        bodies += [item["body"] for item in page["messages"]]
        following = page["next_page_uri"]
        auth = (twilio.account_sid, twilio.auth_token)
        page = following and requests.get(twilio.url + following, auth=auth, timeout=10).json()
    assert bodies == ["4", "3", "2", "1", "0"]
    assert twilio.faults == []


def test_a_list_is_bounded_by_time(twilio: TwilioDouble) -> None:
    now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    twilio.clock = lambda: now
    ask(twilio, data=GOOD)

    def count(name: str, moment: datetime) -> int:
        return len(ask(twilio, "GET", params={name: f"{moment:%Y-%m-%dT%H:%M:%SZ}"}).json()["messages"])

    second = timedelta(seconds=1)
    assert [count("DateSent>", now + shift) for shift in (-second, 0 * second, second)] == [1, 1, 0]
    assert [count("DateSent<", now + shift) for shift in (-second, 0 * second, second)] == [0, 1, 1]
    assert [count("DateSent", now + timedelta(days=shift)) for shift in (-1, 0, 1)] == [0, 1, 0]
    twilio.list_lag = second
    assert count("DateSent>", now - second) == 0


def test_what_arrived_whole_is_accepted_though_the_client_is_gone(twilio: TwilioDouble) -> None:
    twilio.hold()
    request = requests.Request("POST", twilio.url + path_of(twilio), data=GOOD)
    ready = request.prepare()
    ready.prepare_auth((twilio.account_sid, twilio.auth_token))
    head = "".join(f"{name}: {value}\r\n" for name, value in ready.headers.items())
    whole = f"POST {path_of(twilio)} HTTP/1.1\r\nHost: twilio\r\n{head}\r\n{ready.body}".encode()
    for sent in (whole, whole[:-1]):
        with socket.create_connection(("127.0.0.1", int(twilio.url.rpartition(":")[2]))) as client:
            client.sendall(sent)
    wait_for(lambda: twilio.taken)
    twilio.release()
    assert ask(twilio, data=GOOD).status_code == 201
    assert len(twilio.taken) == 2
    assert twilio.faults == []


def test_many_clients_at_once_are_each_taken_once(twilio: TwilioDouble) -> None:
    def send(number: int) -> None:
        ask(twilio, data=GOOD | {"Body": str(number)})

    clients = [threading.Thread(target=send, args=(number,)) for number in range(40)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert sorted(int(item.body) for item in twilio.taken) == list(range(40))
    assert len({item.sid for item in twilio.taken}) == 40


def test_who_is_held_hears_of_it_when_released(twilio: TwilioDouble) -> None:
    twilio.hold()
    answers: list[int] = []
    client = threading.Thread(target=lambda: answers.append(ask(twilio, data=GOOD).status_code))
    client.start()
    wait_for(lambda: twilio.taken)
    assert answers == []
    twilio.release()
    client.join()
    assert answers == [201]
