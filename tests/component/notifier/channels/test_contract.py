"""What every channel must do, whatever carries it: the one contract test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.notifier.channels import CHANNELS, carriers
from services.notifier.domain.channel import Finding, Medium, Parcel, Sighting
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain, SettingsError
from shared.runtime.settings import Secret, Settings

EXPECTED: dict[str, type[DeliveryError]] = {
    "busy": DeliveryDelayed,
    "away": DeliveryDelayed,
    "refusing": DeliveryRefused,
    "silent": DeliveryUncertain,
}
# The outbox is a table of our own: it has no far end that could fail.
NAMES = sorted({*CHANNELS, "sms_http:free"})
CAN_FAIL = [name for name in NAMES if name != "outbox"]


@pytest.fixture(params=NAMES)
def rig(request: pytest.FixtureRequest, rig_of: Callable[[str], Any]) -> Any:
    return rig_of(request.param)


@pytest.fixture
def parcel(rig: Any, parcel_of: Callable[..., Parcel]) -> Parcel:
    return parcel_of(min(rig.channel.media), **rig.said)


def test_a_channel_has_the_name_under_which_it_is_registered(request: pytest.FixtureRequest, rig: Any) -> None:
    assert rig.channel.name == request.node.callspec.params["rig"]
    assert rig.channel.media


def test_what_is_sent_arrives_once_and_unaltered(rig: Any, parcel: Parcel) -> None:
    assert rig.channel.send(parcel)
    ((to, body),) = rig.arrived()
    assert to in (parcel.address, parcel.recipient)
    assert body.splitlines() == parcel.body.splitlines()


def test_a_channel_says_sent_only_of_what_it_sent(rig: Any, parcel: Parcel) -> None:
    before = rig.channel.find(parcel)
    assert before.sighting in (Sighting.ABSENT, Sighting.UNLISTED, Sighting.UNKNOWABLE)
    reference = rig.channel.send(parcel)
    assert rig.channel.find(parcel) in (Finding(Sighting.SENT, reference), Finding(Sighting.UNKNOWABLE))


@pytest.mark.parametrize("failure", EXPECTED)
@pytest.mark.parametrize("name", CAN_FAIL)
def test_a_channel_that_can_not_be_asked_raises_nothing(
    rig_of: Callable[[str], Any], parcel_of: Callable[..., Parcel], name: str, failure: str
) -> None:
    rig = rig_of(name)
    rig.failing[failure]()
    found = rig.channel.find(parcel_of(min(rig.channel.media), **rig.said))
    assert found.sighting in (Sighting.UNKNOWN, Sighting.UNKNOWABLE)


@pytest.mark.parametrize("failure", EXPECTED)
@pytest.mark.parametrize("name", CAN_FAIL)
def test_a_failure_of_the_far_end_is_told_apart_and_names_no_address(
    rig_of: Callable[[str], Any], parcel_of: Callable[..., Parcel], name: str, failure: str
) -> None:
    rig = rig_of(name)
    rig.failing[failure]()
    parcel = parcel_of(min(rig.channel.media), **rig.said)
    with pytest.raises(DeliveryError) as caught:
        rig.channel.send(parcel)
    assert type(caught.value) is EXPECTED[failure]
    assert parcel.address not in str(caught.value)
    assert rig.arrived() == []


def test_nothing_that_is_printed_shows_an_address_or_a_secret(rig: Any, parcel: Parcel) -> None:
    assert parcel.address not in repr(parcel)
    assert "token" not in repr(vars(rig.channel))


def test_the_settings_choose_the_channel_of_each_medium() -> None:
    chosen = carriers(
        Settings(email_channel="email_smtp,outbox", smtp_host="localhost", smtp_sender="a@example.org"), object()
    )  # type: ignore[arg-type]
    assert [chosen.of(medium).name for medium in Medium] == ["outbox", "email_smtp", "outbox", "outbox"]
    assert [channel.name for channel in chosen.all_of(Medium.EMAIL)] == ["email_smtp", "outbox"]
    assert chosen.named("sms_twilio") is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(Settings(sms_channel="pigeon"), "no channel 'pigeon' for sms", id="unknown"),
        pytest.param(
            Settings(sms_channel="email_smtp", smtp_host="h", smtp_sender="a@example.org"),
            "email_smtp can't carry sms",
            id="unfit",
        ),
        pytest.param(Settings(sms_channel="sms_twilio"), "needs twilio_account_sid", id="twilio-unset"),
        pytest.param(Settings(email_channel="email_smtp"), "needs smtp_host", id="smtp-unset"),
        pytest.param(Settings(webhook_channel="webhook"), "needs webhook_secret", id="webhook-unset"),
        pytest.param(Settings(voice_channel="voice_twilio"), "needs twilio_account_sid", id="voice-unset"),
        pytest.param(
            Settings(
                voice_channel="voice_twilio",
                twilio_account_sid="AC0",
                twilio_auth_token=Secret("t"),
                twilio_sender="Vigie",
            ),
            "calls from a number",
            id="a-name-cannot-call",
        ),
        pytest.param(Settings(sms_channel="sms_http:gone"), "no channel 'sms_http:gone'", id="no-such-gateway"),
    ],
)
def test_a_channel_that_cannot_work_stops_the_start(settings: Settings, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        carriers(settings, object())  # type: ignore[arg-type]
