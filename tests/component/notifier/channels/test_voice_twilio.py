"""What Twilio is asked to say, and which call is ours after a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.notifier.channels.twilio_link import Account
from services.notifier.channels.voice_twilio import VoiceTwilio
from services.notifier.domain.channel import Finding, Language, Medium, Parcel, Sighting
from shared.errors import AccountRefused, DeliveryRefused
from shared.runtime.settings import Secret
from tests.doubles.twilio_voice import TwilioVoiceDouble, key_of

Parcels = Callable[..., Parcel]


def test_the_notice_is_read_twice_in_the_persons_language_and_asks_for_a_key(
    calls: TwilioVoiceDouble, voice_channel: VoiceTwilio, parcel_of: Parcels
) -> None:
    parcel = parcel_of(Medium.VOICE, body="Crue < 3 m & monte", language=Language.ENGLISH)
    assert voice_channel.send(parcel) == f"CA{1:032x}"
    assert calls.faults == []
    (call,) = calls.calls
    assert call.body.count("Crue < 3 m & monte") == 2
    assert "press 1" in call.body
    assert 'language="en-GB"' in call.form["Twiml"]
    assert key_of(call) == parcel.notification
    assert call.form["StatusCallback"] == "https://vigie.test/v1/receipts/twilio/calls"
    assert "MachineDetection" not in call.form


def test_a_long_notice_still_fits_into_what_twilio_takes(
    calls: TwilioVoiceDouble, voice_channel: VoiceTwilio, parcel_of: Parcels
) -> None:
    voice_channel.send(parcel_of(Medium.VOICE, body="crue & débordement " * 200))
    assert calls.faults == []
    assert calls.calls[0].body.startswith("crue & débordement crue")


def test_nobody_is_asked_for_a_key_that_nobody_could_hear_of(calls: TwilioVoiceDouble, parcel_of: Parcels) -> None:
    account = Account(calls.account_sid, Secret(calls.auth_token), "+33644640000", calls.url)
    VoiceTwilio(account).send(parcel_of(Medium.VOICE))
    assert calls.faults == []
    assert calls.calls[0].keys_address is None
    assert "StatusCallback" not in calls.calls[0].form


@pytest.mark.parametrize(
    ("status", "code", "raised"), [(401, 20003, AccountRefused), (400, 21211, DeliveryRefused)], ids=["account", "to"]
)
def test_an_answer_is_told_apart(
    calls: TwilioVoiceDouble,
    voice_channel: VoiceTwilio,
    parcel_of: Parcels,
    status: int,
    code: int,
    raised: type[Exception],
) -> None:
    calls.answer, calls.error_code = (status, {}), code
    with pytest.raises(raised) as caught:
        voice_channel.send(parcel_of(Medium.VOICE))
    assert type(caught.value) is raised


@pytest.mark.parametrize(
    ("status", "began_s", "found"),
    [
        pytest.param("queued", 1, True, id="not-dialled-yet"),
        pytest.param("in-progress", 1, True, id="in-progress"),
        pytest.param("completed", 1, True, id="completed"),
        pytest.param("busy", 1, False, id="reached-nobody"),
        pytest.param("completed", -5, True, id="clocks-differ-a-little"),
        pytest.param("completed", -60, False, id="an-earlier-call"),
        pytest.param("queued", -60, False, id="an-earlier-call-not-dialled-yet"),
    ],
)
def test_after_a_crash_the_call_since_the_attempt_is_ours(
    calls: TwilioVoiceDouble,
    voice_channel: VoiceTwilio,
    parcel_of: Parcels,
    status: str,
    began_s: float,
    found: bool,
) -> None:
    parcel = parcel_of(Medium.VOICE)
    calls.clock = lambda: parcel.at + timedelta(seconds=began_s)
    reference = voice_channel.send(parcel)
    calls.turn(calls.calls[0], status)
    expected = Finding(Sighting.SENT, reference) if found else Finding(Sighting.UNLISTED)
    assert voice_channel.find(parcel) == expected
    assert voice_channel.find(parcel_of(Medium.VOICE, address="+33639980102")) == Finding(Sighting.UNLISTED)
    assert calls.faults == []
