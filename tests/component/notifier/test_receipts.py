"""What Twilio says became of a text: taken over HTTP if it is Twilio who says so, kept, and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY

from services.console.city import City
from services.notifier.channels.sms_twilio import SmsTwilio
from services.notifier.domain.channel import Medium, Parcel
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.receipt import PROGRESS, receipt_of
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_receipt import take_receipt
from shared.model.alerts import AlertChanged
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database
from shared.runtime.settings import Secret, Settings
from tests.doubles.twilio import Message, TwilioDouble, signature

PUBLIC = "https://vigie.test"


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture(scope="module")
def settings(twilio: TwilioDouble) -> Settings:
    return replace(
        Settings(),
        listen="127.0.0.1:0",
        public_url=PUBLIC,
        twilio_url=twilio.url,
        twilio_account_sid=twilio.account_sid,
        twilio_auth_token=Secret(twilio.auth_token),
        twilio_sender="Vigie",
    )


@pytest.fixture(scope="module")
def city(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """One for all tests of this file: it takes seconds to start and to stop, and each test has a message of its own."""
    running = City(settings, tmp_path_factory.mktemp("city"), VirtualClock(datetime(2022, 1, 10, tzinfo=UTC)))
    with running.running():
        yield running


@pytest.fixture(scope="module")
def address(city: City) -> str:
    return "http://{}:{}".format(*city.site.address)


@pytest.fixture
def message(twilio: TwilioDouble, settings: Settings, start: datetime) -> Message:
    parcel = Parcel(
        notification="n-1",
        thread="i-1",
        medium=Medium.SMS,
        recipient="Camille, cadre",
        address="+33639980101",
        subject="",
        body="Vigie V-7K3Q",
        at=start,
    )
    SmsTwilio.from_settings(settings, object()).send(parcel)  # type: ignore[arg-type]
    return twilio.taken[-1]


@pytest.fixture
def kept(city: City, message: Message) -> Callable[[], list[tuple[Any, ...]]]:
    """A function that reads the receipts of the message that are kept."""

    def read() -> list[tuple[Any, ...]]:
        with city.databases["notifier"].transaction() as transaction:
            query = "SELECT status, error_code FROM receipt WHERE reference = ?"
            rows = transaction.connection.exec_driver_sql(query, (message.sid,))
            return [tuple(row) for row in rows]

    return read


def counted(status: str) -> float:
    return REGISTRY.get_sample_value("vigie_notifier_receipts_total", {"status": status}) or 0.0


def test_what_twilio_reports_is_kept_and_never_goes_back(
    twilio: TwilioDouble, message: Message, address: str, kept: Any
) -> None:
    for status in ("sent", "queued", "undelivered", "undelivered", "sent", "delivered"):
        assert twilio.report(message, status, address=address, error_code=30003) == 204
    assert kept() == [("undelivered", 30003)]


@pytest.mark.parametrize(
    ("token", "signed"),
    [
        pytest.param("guessed", f"{PUBLIC}/v1/receipts/twilio", id="another-token"),
        pytest.param(None, f"{PUBLIC}/v1/receipts/other", id="another-address"),
    ],
)
def test_who_is_not_twilio_is_refused_and_counted(
    twilio: TwilioDouble, message: Message, address: str, kept: Any, token: str | None, signed: str
) -> None:
    before = counted("refused")
    form = {"MessageSid": message.sid, "MessageStatus": "delivered"}
    headers = {"X-Twilio-Signature": signature(token or twilio.auth_token, signed, form)}
    answer = requests.post(f"{address}/v1/receipts/twilio", data=form, headers=headers, timeout=10)
    unsigned = requests.post(f"{address}/v1/receipts/twilio", data=form, timeout=10)
    assert (answer.status_code, unsigned.status_code) == (403, 403)
    assert counted("refused") == before + 2
    assert kept() == []


@pytest.mark.parametrize(
    "said",
    [{"MessageSid": "SM1"}, {"MessageStatus": "vanished"}, {"MessageStatus": ""}],
    ids=["no-message", "unknown-status", "no-status"],
)
def test_what_can_not_be_a_receipt_gets_a_clear_answer(
    twilio: TwilioDouble, message: Message, address: str, kept: Any, said: dict[str, str]
) -> None:
    form = {"MessageSid": message.sid, "MessageStatus": "delivered"} | said
    headers = {"X-Twilio-Signature": signature(twilio.auth_token, message.form["StatusCallback"], form)}
    answer = requests.post(f"{address}/v1/receipts/twilio", data=form, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "InputError")
    assert kept() == []


def test_a_receipt_names_no_number(
    twilio: TwilioDouble, message: Message, address: str, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    twilio.report(message, "delivered", address=address)
    with city.databases["notifier"].transaction() as transaction:
        rows = list(transaction.connection.exec_driver_sql("SELECT * FROM receipt"))
    assert message.sid in str(rows)
    assert "39980101" not in caplog.text + str(rows)


def test_a_receipt_is_shown_with_its_notification_even_if_it_comes_first(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, start: datetime
) -> None:
    take_receipt(database, receipt_of("ref-1", "delivered", None, start))
    take_receipt(database, receipt_of("ref-of-another", "failed", 30008, start))
    take_alerts(database, composer, received(alert_of()), start)
    deliver_due(database, composer.carriers, lambda: start)
    shown = show.notifications(database, 10)
    assert sorted((item["receipt"] or "", item["receipt_error"]) for item in shown) == [("", None), ("delivered", None)]


def test_a_status_is_further_than_those_that_lead_to_it() -> None:
    way = [PROGRESS[status] for status in ("accepted", "queued", "sending", "sent", "delivered", "read")]
    assert way == sorted(set(way))
    assert PROGRESS["undelivered"] == PROGRESS["failed"] == PROGRESS["delivered"]
