"""What ``vigie replay`` says of each change of an alert, and to whom."""

import pytest

from services.console.commands.replay import _in_french, _settings


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("fired", "déclenchée"),
        ("worsened@2022-01-10T10:15:00+00:00", "aggravée  "),
        ("eased@2022-01-11T19:30:00+00:00", "apaisée   "),
        ("resolved", "terminée  "),
    ],
)
def test_each_change_has_its_word(kind, word):
    told = {"kind": kind, "at": "2022-01-10T10:15:00+00:00", "rule": "gemapi.crue", "point": "toulouse"}
    assert _in_french(told) == f"10/01 11:15  {word}  gemapi.crue  toulouse"


def test_nobody_is_told_and_no_lamp_is_lit_whatever_reaches_them_here(monkeypatch):
    live = {
        "SMS_CHANNEL": "sms_twilio", "TWILIO_ACCOUNT_SID": "AC0", "TWILIO_AUTH_TOKEN": "token", "TWILIO_SENDER": "V",
        "EMAIL_CHANNEL": "email_smtp", "SMTP_HOST": "mail.example.org", "SMTP_SENDER": "vigie@example.org",
        "VOICE_CHANNEL": "voice_twilio", "WEBHOOK_CHANNEL": "webhook", "WEBHOOK_SECRET": "sixteen-letters-at-least",
        "LIGHTING_DRIVER": "mqtt", "MQTT_URL": "mqtt://broker.example.org",
    }  # fmt: skip
    for name, value in live.items():
        monkeypatch.setenv(f"VIGIE_{name}", value)
    settings = _settings(None)
    assert (settings.sms_channel, settings.email_channel, settings.lighting_driver) == ("outbox", "outbox", "simulated")
    assert (settings.voice_channel, settings.webhook_channel) == ("outbox", "outbox")
