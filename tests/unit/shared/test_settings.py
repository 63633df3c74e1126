"""Settings come from the environment; every fault is told at once, no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import SettingsError
from shared.runtime.settings import Settings


def test_a_laptop_needs_no_settings() -> None:
    assert Settings.from_environment({}).sms_channel == "outbox"


def test_a_secret_is_read_from_its_file_and_never_printed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    environment = {
        "VIGIE_SMS_CHANNEL": "sms_twilio",
        "VIGIE_TWILIO_ACCOUNT_SID": "AC1",
        "VIGIE_TWILIO_SENDER": "+33600000000",
        "VIGIE_TWILIO_AUTH_TOKEN_FILE": str(file),
    }
    settings = Settings.from_environment(environment)
    assert settings.twilio_auth_token is not None
    assert settings.twilio_auth_token.reveal() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_all_faults_are_told_at_once() -> None:
    environment = {
        "VIGIE_SMS_CHANNEL": "sms_twilio",
        "VIGIE_SMTP_PORT": "0",
        "VIGIE_LISTEN": "8080",
        "VIGIE_SMTP_HOTS": "mail",
        "VIGIE_SMTP_PASSWORD_FILE": "/does/not/exist",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environment)
    told = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 7
    for part in (
        "VIGIE_SMTP_HOTS: no such setting; did you mean 'VIGIE_SMTP_HOST'?",
        "VIGIE_SMTP_PORT: '0' is not a port",
        "VIGIE_LISTEN: '8080' is not HOST:PORT",
        "VIGIE_SMTP_PASSWORD: [Errno 2]",
        "VIGIE_TWILIO_ACCOUNT_SID: needed by the channel sms_twilio",
        "VIGIE_TWILIO_AUTH_TOKEN: needed by the channel sms_twilio",
        "VIGIE_TWILIO_SENDER: needed by the channel sms_twilio",
    ):
        assert part in told


def test_a_name_and_its_file_together_are_a_fault() -> None:
    with pytest.raises(SettingsError, match="given twice"):
        Settings.from_environment({"VIGIE_SMTP_HOST": "a", "VIGIE_SMTP_HOST_FILE": "/b"})


@pytest.mark.parametrize("key", ["", "  ", "open-sesame"])
def test_a_key_that_is_empty_or_soon_guessed_is_a_fault(key: str) -> None:
    with pytest.raises(SettingsError, match="VIGIE_OPERATOR_KEY: a key has at least 16 characters"):
        Settings.from_environment({"VIGIE_OPERATOR_KEY": key})


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"VIGIE_LISTEN": "10.0.0.4:9000"}, "http://10.0.0.4:9000"),
        ({"VIGIE_LISTEN": "0.0.0.0:9000"}, "http://127.0.0.1:9000"),
        ({"VIGIE_LISTEN": "[::]:9000"}, "http://127.0.0.1:9000"),
        ({"VIGIE_LISTEN": "0.0.0.0:9000", "VIGIE_PUBLIC_URL": "https://vigie.example"}, "https://vigie.example"),
    ],
)
def test_links_lead_where_the_city_listens_unless_it_is_told_otherwise(environment, address):
    assert Settings.from_environment(environment).people_url == address


@pytest.mark.parametrize(
    ("given", "read"),
    [("sms_twilio, sms_http:free", "sms_twilio,sms_http:free"), ("sms_http:a,outbox", "sms_http:a,outbox")],
)
def test_a_medium_may_have_several_channels_in_order(given: str, read: str) -> None:
    environment = {
        "VIGIE_SMS_CHANNEL": given,
        "VIGIE_TWILIO_ACCOUNT_SID": "AC1",
        "VIGIE_TWILIO_AUTH_TOKEN": "t",
        "VIGIE_TWILIO_SENDER": "Vigie",
    }
    assert Settings.from_environment(environment).sms_channel == read


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("SMS_CHANNEL", "pigeon", "'pigeon' is none of"),
        ("SMS_CHANNEL", "outbox,outbox", "named twice"),
        ("SMS_CHANNEL", "sms_http:", "'sms_http:' is none of"),
        ("EMAIL_CHANNEL", "sms_http:a", "is none of"),
        ("SMS_CHANNEL", "outbox,sms_twilio", "VIGIE_TWILIO_SENDER: needed by the channel sms_twilio"),
        ("WEBHOOK_CHANNEL", "webhook", "VIGIE_WEBHOOK_SECRET: needed"),
        ("CHANNEL_SECRETS", "a token", "on each line stands name=secret"),
    ],
)
def test_a_channel_that_is_none_or_lacks_something_is_a_fault(name: str, given: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Settings.from_environment({f"VIGIE_{name}": given})
