"""What Twilio is asked, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.channels.sms_twilio import SmsTwilio
from services.notifier.domain.channel import Finding, Medium, Parcel, Sighting
from shared.errors import (
    AccountRefused,
    DeliveryDelayed,
    DeliveryError,
    DeliveryRefused,
    DeliveryUncertain,
    OptedOut,
)
from shared.runtime.settings import Secret, Settings


def test_twilio_is_asked_with_sender_recipient_and_text(
    twilio: Any, sms_channel: Any, parcel_of: Callable[..., Parcel]
) -> None:
    reference = sms_channel.send(parcel_of(Medium.SMS))
    assert reference == f"SM{1:032x}"
    assert twilio.faults == []
    assert [item.form for item in twilio.taken] == [
        {
            "To": "+33639980101",
            "From": "+33644640000",
            "Body": "Vigie V-7K3Q : 2,02 m, déjà haut",
            "StatusCallback": "https://vigie.test/v1/receipts/twilio",
        }
    ]


@pytest.mark.parametrize(
    ("status", "code", "headers", "raised", "wait_s"),
    [
        pytest.param(429, 20429, {"Retry-After": "7"}, DeliveryDelayed, 7.0, id="too-many"),
        pytest.param(503, 20500, {"Retry-After": "soon"}, DeliveryDelayed, None, id="away-for-a-while"),
        pytest.param(500, 20500, {}, DeliveryUncertain, None, id="broken"),
        pytest.param(504, 20500, {}, DeliveryUncertain, None, id="a-gateway-gave-up"),
        pytest.param(401, 20003, {}, AccountRefused, None, id="our-token-is-wrong"),
        pytest.param(400, 21610, {}, OptedOut, None, id="recipient-said-stop"),
        pytest.param(400, 21211, {}, DeliveryRefused, None, id="no-such-number"),
        pytest.param(403, 21408, {}, DeliveryRefused, None, id="country-not-allowed"),
    ],
)
def test_an_answer_is_told_apart(
    twilio: Any,
    sms_channel: Any,
    parcel_of: Callable[..., Parcel],
    status: int,
    code: int,
    headers: dict[str, str],
    raised: type[DeliveryError],
    wait_s: float | None,
) -> None:
    twilio.answer, twilio.error_code = (status, headers), code
    with pytest.raises(DeliveryError) as caught:
        sms_channel.send(parcel_of(Medium.SMS))
    assert type(caught.value) is raised
    assert str(status) in str(caught.value)
    assert getattr(caught.value, "retry_after_s", None) == wait_s
    assert twilio.asked == 1


def test_a_number_that_is_not_e164_is_refused_by_twilio(sms_channel: Any, parcel_of: Callable[..., Parcel]) -> None:
    with pytest.raises(DeliveryRefused, match="21211"):
        sms_channel.send(parcel_of(Medium.SMS, address="0639980101"))


@pytest.fixture
def sent(twilio: Any, sms_channel: Any, parcel_of: Callable[..., Parcel]) -> Parcel:
    """A text that Twilio has among others, more than a page of them to the same person."""
    parcel = parcel_of(Medium.SMS)
    twilio.clock = lambda: parcel.at + timedelta(seconds=1)
    sms_channel.send(parcel)
    ours = twilio.taken[0]
    for number in range(180):
        other = {"Body": "Vigie V-9XYZ : autre chose"} if number % 3 else {"To": "+33639980102"}
        twilio.taken.append(replace(ours, sid=f"SM{number + 2:032x}", form={**ours.form, **other}))
    return parcel


def test_a_text_is_found_among_those_to_its_recipient_on_whatever_page(
    twilio: Any, sms_channel: Any, sent: Parcel
) -> None:
    twilio.prefix = "Sent from your Twilio trial account - "
    assert sms_channel.find(sent) == Finding(Sighting.SENT, twilio.taken[0].sid)
    assert twilio.faults == []


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"address": "+33639980109"}, id="to-somebody-else"),
        pytest.param({"body": "Vigie V-7K3Q : fin d'alerte"}, id="another-text-of-the-incident"),
        pytest.param({"at": datetime.fromisoformat("2022-01-11T01:45:00Z")}, id="long-before-the-attempt"),
        pytest.param({"body": " : - "}, id="no-letter-to-know-it-by"),
    ],
)
def test_a_text_is_not_taken_for_another(
    twilio: Any, sms_channel: Any, sent: Parcel, parcel_of: Callable[..., Parcel], said: dict[str, Any]
) -> None:
    assert sms_channel.find(parcel_of(Medium.SMS, **said)) == Finding(Sighting.UNLISTED)
    assert twilio.faults == []


@pytest.mark.parametrize("shown", ["VIGIE V-7K3Q:  2,02 m,\ndeja haut", "Vigie V-7K3Q : 2,02 m, de\u0301ja\u0300 haut"])
def test_a_text_is_known_whatever_encoding_made_of_it(
    twilio: Any, sms_channel: Any, parcel_of: Callable[..., Parcel], shown: str
) -> None:
    twilio.clock = lambda: parcel_of(Medium.SMS).at
    sms_channel.send(parcel_of(Medium.SMS, body=shown))
    assert sms_channel.find(parcel_of(Medium.SMS)).sighting is Sighting.SENT


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_text_that_reached_nobody_counts_as_never_sent(
    twilio: Any, sms_channel: Any, sent: Parcel, status: str
) -> None:
    twilio.become(twilio.taken[0], status)
    assert sms_channel.find(sent) == Finding(Sighting.UNLISTED)


def test_a_text_that_twilio_has_not_begun_to_send_is_found(twilio: Any, sms_channel: Any, sent: Parcel) -> None:
    twilio.become(twilio.taken[0], "accepted")
    twilio.taken.append(twilio.taken.pop(0))
    twilio.dates_accepted = False
    assert sms_channel.find(sent).sighting is Sighting.SENT


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_an_answer_that_says_nothing_leaves_it_open(twilio: Any, sms_channel: Any, sent: Parcel, status: int) -> None:
    twilio.answer = (status, {})
    assert sms_channel.find(sent) == Finding(Sighting.UNKNOWN)


@pytest.mark.parametrize(
    ("public_url", "callback"),
    [
        ("https://vigie.test", "https://vigie.test/v1/receipts/twilio"),
        ("https://ville.test/vigie/", "https://ville.test/vigie/v1/receipts/twilio"),
        ("http://127.0.0.1:8080", None),
    ],
)
def test_receipts_are_asked_for_where_they_can_come_encrypted(
    twilio: Any, parcel_of: Callable[..., Parcel], public_url: str, callback: str | None
) -> None:
    settings = Settings(
        public_url=public_url,
        twilio_url=twilio.url,
        twilio_account_sid=twilio.account_sid,
        twilio_auth_token=Secret(twilio.auth_token),
        twilio_sender="Vigie",
    )
    SmsTwilio.from_settings(settings, object()).send(parcel_of(Medium.SMS))  # type: ignore[arg-type]
    assert twilio.taken[0].form.get("StatusCallback") == callback
    assert twilio.faults == []
