"""What Twilio is asked, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.notifier.domain.channel import Medium, Parcel
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused


def test_twilio_is_asked_with_sender_recipient_and_text(
    twilio: Any, sms_channel: Any, parcel_of: Callable[..., Parcel]
) -> None:
    reference = sms_channel.send(parcel_of(Medium.SMS))
    assert reference == f"SM{1:032x}"
    assert twilio.taken == [{"To": "+33639980101", "From": "+33644640000", "Body": "Vigie V-7K3Q : 2,02 m, déjà haut"}]


@pytest.mark.parametrize(
    ("status", "code", "headers", "raised", "wait_s"),
    [
        pytest.param(429, 20429, {"Retry-After": "7"}, DeliveryDelayed, 7.0, id="too-many"),
        pytest.param(503, 20500, {"Retry-After": "soon"}, DeliveryDelayed, None, id="away-for-a-while"),
        pytest.param(500, 20500, {}, DeliveryDelayed, None, id="broken"),
        pytest.param(401, 20003, {}, DeliveryDelayed, None, id="our-token-is-wrong"),
        pytest.param(400, 21610, {}, DeliveryRefused, None, id="recipient-said-stop"),
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
