"""What a gateway of the city's own is asked, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.notifier.channels.sms_http import SmsHttp
from services.notifier.domain.channel import Finding, Medium, Parcel, Sighting
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from tests.doubles.receiver import Receiver

Parcels = Callable[..., Parcel]


def test_it_is_asked_as_the_file_says(receiver: Receiver, gateway_channel: SmsHttp, parcel_of: Parcels) -> None:
    assert gateway_channel.send(parcel_of(Medium.SMS)) == "7"
    (request,) = receiver.taken
    assert (request.method, request.target) == ("POST", "/send?from=Ville")
    assert json.loads(request.body) == {
        "to": "+33639980101",
        "body": {"content": "Vigie V-7K3Q : 2,02 m, déjà haut"},
        "ref": "0d9c7a52-7f0e-5a58-9a86-6b3b8e8e4a11",
    }
    assert receiver.faults == []


@pytest.mark.parametrize(
    ("status", "headers", "raised", "wait_s"),
    [
        pytest.param(429, {"Retry-After": "7"}, DeliveryDelayed, 7.0, id="too-many"),
        pytest.param(503, {}, DeliveryDelayed, None, id="away-for-a-while"),
        pytest.param(302, {"Location": "http://127.0.0.1:1/"}, DeliveryDelayed, None, id="elsewhere"),
        pytest.param(401, {}, AccountRefused, None, id="account"),
        pytest.param(402, {}, AccountRefused, None, id="not-paid"),
        pytest.param(400, {}, DeliveryRefused, None, id="refused"),
        pytest.param(500, {}, DeliveryUncertain, None, id="broken"),
        pytest.param(200, {}, DeliveryRefused, None, id="the-answer-does-not-say-yes"),
    ],
)
def test_an_answer_is_told_apart(
    receiver: Receiver,
    gateway_channel: SmsHttp,
    parcel_of: Parcels,
    status: int,
    headers: dict[str, str],
    raised: type[DeliveryError],
    wait_s: float | None,
) -> None:
    receiver.answer = (status, headers)
    with pytest.raises(DeliveryError) as caught:
        gateway_channel.send(parcel_of(Medium.SMS))
    assert type(caught.value) is raised
    assert str(status) in str(caught.value)
    assert getattr(caught.value, "retry_after_s", None) == wait_s


def test_an_answer_that_is_no_json_or_far_too_long_leaves_a_doubt(
    receiver: Receiver, gateway_channel: SmsHttp, parcel_of: Parcels
) -> None:
    receiver.content = lambda _request: "queued"
    with pytest.raises(DeliveryUncertain):
        gateway_channel.send(parcel_of(Medium.SMS))
    receiver.content = lambda _request: {"state": "queued", "noise": "x" * 100_000}
    with pytest.raises(DeliveryUncertain):
        gateway_channel.send(parcel_of(Medium.SMS))


@pytest.mark.parametrize(
    ("answer", "content", "sighting"),
    [
        pytest.param(None, {"id": 9}, Sighting.SENT, id="there"),
        pytest.param(None, None, Sighting.UNLISTED, id="not-found"),
        pytest.param((500, {}), {}, Sighting.UNKNOWN, id="broken"),
        pytest.param((400, {}), {}, Sighting.UNKNOWN, id="not-understood"),
    ],
)
def test_it_can_be_asked_after_a_crash(
    receiver: Receiver,
    gateway_channel: SmsHttp,
    parcel_of: Parcels,
    answer: Any,
    content: Any,
    sighting: Sighting,
) -> None:
    receiver.answer, receiver.content = answer, lambda _request: content
    found = gateway_channel.find(parcel_of(Medium.SMS))
    assert found == Finding(sighting, "9" if sighting is Sighting.SENT else None)
