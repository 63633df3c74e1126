"""The far end of each channel: real sockets on the loopback, doubles of Twilio and of a mail server behind them."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from aiosmtpd.smtp import AuthResult

from services.notifier.channels import email_smtp, sms_http, sms_twilio, voice_twilio, webhook
from services.notifier.channels.outbox import Outbox
from services.notifier.channels.twilio_link import Account
from services.notifier.domain.channel import Channel, Medium, Parcel
from services.notifier.domain.delivering.loading_channels import load_channels
from services.notifier.storage.outbox_messages import OutboxMessages
from shared.runtime.database import Database
from shared.runtime.settings import Secret
from tests.doubles.http_server import Request
from tests.doubles.mail import MailDouble, text_of
from tests.doubles.openapi import E164
from tests.doubles.receiver import Receiver
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_voice import TwilioVoiceDouble

CERTIFICATE: Final = Path(__file__).parent / "localhost.pem"
# Short: a test of a far end that is silent lasts as long.
TIMEOUT_S: Final = 0.5


@pytest.fixture
def parcel_of() -> Callable[..., Parcel]:
    """A function that makes a valid parcel for a medium."""

    def make(medium: Medium, **said: Any) -> Parcel:
        is_sms = medium in (Medium.SMS, Medium.VOICE)
        valid: dict[str, Any] = {
            "notification": "0d9c7a52-7f0e-5a58-9a86-6b3b8e8e4a11",
            "thread": "6f1f6f0c-93e4-5f4e-8e0e-0d7f7b5b0b22",
            "medium": medium,
            "recipient": "Camille, cadre",
            "address": "+33639980101" if is_sms else "camille@example.org",
            "subject": "" if is_sms else "[orange] Garonne – Toulouse (V-7K3Q)",
            "body": "Vigie V-7K3Q : 2,02 m, déjà haut" + ("" if is_sms else "\n\nForêt d'Île œuvrée\n"),
            "kind": "fire",
            "criticality": "vital",
            "incident": "6f1f6f0c-93e4-5f4e-8e0e-0d7f7b5b0b22",
            "team": "astreinte",
            "at": datetime(2022, 1, 10, 1, 45, tzinfo=UTC),
        }
        return Parcel(**(valid | said))

    return make


@dataclass
class Rig:
    """A channel with its far end.

    Attributes:
        arrived: address (or person, for a channel that needs none) and text of what came.
        failing: how to make the far end fail, by the name of what the channel then raises.
        said: of a parcel, so that it goes to this far end.
    """

    channel: Channel
    arrived: Callable[[], list[tuple[str, str]]]
    failing: dict[str, Callable[[], object]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
def sms_channel(twilio: TwilioDouble) -> sms_twilio.SmsTwilio:
    account = Account(twilio.account_sid, Secret(twilio.auth_token), "+33644640000", twilio.url, TIMEOUT_S)
    return sms_twilio.SmsTwilio(account, "https://vigie.test/v1/receipts/twilio")


@pytest.fixture
def calls() -> Iterator[TwilioVoiceDouble]:
    with TwilioVoiceDouble() as double:
        yield double


@pytest.fixture
def voice_channel(calls: TwilioVoiceDouble) -> voice_twilio.VoiceTwilio:
    account = Account(calls.account_sid, Secret(calls.auth_token), "+33644640000", calls.url, TIMEOUT_S)
    return voice_twilio.VoiceTwilio(account, "https://vigie.test")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as double:
        yield double


GATEWAY: Final = """\
sms_http:
  - id: free
    url: {url}/send?from={{sender}}
    sender: Ville
    headers: {{Authorization: "Bearer {{secret.free}}"}}
    json: {{to: "{{to}}", body: {{content: "{{text}}"}}, ref: "{{id}}"}}
    accepted: {{status: [200], field: state, values: [queued]}}
    reference: message.id
    ask: {{url: "{url}/messages/{{id}}", headers: {{Authorization: "Bearer {{secret.free}}"}}, reference: id}}
"""


@pytest.fixture
def gateway_channel(receiver: Receiver) -> sms_http.SmsHttp:
    """A gateway that wants its token and a number, and knows what it took by our id."""

    def judge(request: Request) -> str | None:
        if request.headers.get("Authorization") != "Bearer token-of-the-gateway":
            return "not this account"
        if request.method == "GET":
            return None
        said = json.loads(request.body)
        return None if E164.fullmatch(said["to"]) and said["body"]["content"] else "no number or no text"

    receiver.judge = judge

    def answer(request: Request) -> Any:
        known = request.method != "GET" or receiver.taken
        return {"state": "queued", "message": {"id": 7}, "id": 7} if known else None

    receiver.content = answer
    written = load_channels(GATEWAY.format(url=receiver.url), "channels.yaml", ["free"])
    return sms_http.SmsHttp(written.gateways["free"], {"free": Secret("token-of-the-gateway")}, TIMEOUT_S)


WEBHOOK_SECRET: Final = "sixteen-letters-at-least-token"


@pytest.fixture
def webhook_channel(receiver: Receiver) -> webhook.Webhook:
    """One that may reach the loopback, where its receiver judges the signature by the published way."""

    def judge(request: Request) -> str | None:
        said = {name.lower(): value for name, value in request.headers.items()}
        signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + request.body
        code = base64.b64encode(hmac.new(WEBHOOK_SECRET.encode(), signed, "sha256").digest()).decode()
        return None if said["webhook-signature"] == f"v1,{code}" else "the signature is wrong"

    receiver.judge = judge
    return webhook.Webhook(webhook.Config(Secret(WEBHOOK_SECRET), private=True, timeout_s=TIMEOUT_S))


@pytest.fixture
def mail_server_of() -> Iterator[Callable[..., MailDouble]]:
    """A function that starts a mail server; it is stopped at the end."""
    servers: list[MailDouble] = []

    def start(**options: Any) -> MailDouble:
        servers.append(MailDouble(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def encrypting(mail_server_of: Callable[..., MailDouble]) -> MailDouble:
    """A mail server that offers encryption and knows the user vigie with the password secret."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def judge(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"vigie", b"secret"))

    return mail_server_of(tls_context=context, authenticator=judge, auth_require_tls=True)


@pytest.fixture
def mail_channel_of() -> Callable[..., email_smtp.EmailSmtp]:
    """A function that makes the channel for a server on the loopback, whose certificate it trusts."""

    def make(port: int, **said: Any) -> email_smtp.EmailSmtp:
        def trusting() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=str(CERTIFICATE))

        valid: dict[str, Any] = {
            "host": "localhost",
            "port": port,
            "sender": "alerte@vigie.example.org",
            "timeout_s": TIMEOUT_S,
            "tls": trusting,
        }
        return email_smtp.EmailSmtp(email_smtp.Config(**(valid | said)))

    return make


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def http_rigs(request: pytest.FixtureRequest) -> dict[str, Callable[[], Rig]]:
    """The rigs of channels that ask somebody of the city's own choice over HTTP."""

    def received(name: str, arrived: Callable[[Receiver], list[tuple[str, str]]], said: str | None = None) -> Rig:
        far: Receiver = request.getfixturevalue("receiver")
        return Rig(
            request.getfixturevalue(name),
            lambda: arrived(far),
            {
                "busy": lambda: setattr(far, "answer", (503, {})),
                "away": far.stop,
                "refusing": lambda: setattr(far, "answer", (400, {})),
                "silent": lambda: setattr(far, "is_silent", True),
            },
            {} if said is None else {"address": far.url + said},
        )

    def gateway() -> Rig:
        def arrived(far: Receiver) -> list[tuple[str, str]]:
            said = [json.loads(item.body) for item in far.taken]
            return [(item["to"], item["body"]["content"]) for item in said]

        return received("gateway_channel", arrived)

    def posted() -> Rig:
        def arrived(far: Receiver) -> list[tuple[str, str]]:
            return [(f"{far.url}{item.target}", json.loads(item.body)["text"]) for item in far.taken]

        return received("webhook_channel", arrived, "/vigie?to=crise")

    return {"sms_http:free": gateway, "webhook": posted}


@pytest.fixture
def rig_of(
    request: pytest.FixtureRequest, database: Database, http_rigs: dict[str, Callable[[], Rig]]
) -> Callable[[str], Rig]:
    """A function that gives the rig of a channel, by the channel's name."""

    def outbox() -> Rig:
        def arrived() -> list[tuple[str, str]]:
            with database.transaction() as transaction:
                query = "SELECT recipient, body FROM outbox_message"
                return [(row[0], row[1]) for row in transaction.connection.exec_driver_sql(query)]

        return Rig(Outbox(OutboxMessages(database)), arrived)

    def twilio() -> Rig:
        double: TwilioDouble = request.getfixturevalue("twilio")
        channel: Any = request.getfixturevalue("sms_channel")
        away = f"http://127.0.0.1:{_free_port()}"
        return Rig(
            channel,
            lambda: [(item.to, item.body) for item in double.taken],
            {
                "busy": lambda: setattr(double, "answer", (503, {})),
                "away": lambda: setattr(channel._client.api, "base_url", away),
                "refusing": lambda: setattr(double, "answer", (400, {})),
                "silent": lambda: setattr(double, "is_silent", True),
            },
        )

    def smtp() -> Rig:
        server: MailDouble = request.getfixturevalue("mail_server_of")()
        channel = request.getfixturevalue("mail_channel_of")(server.port)
        return Rig(
            channel,
            lambda: [(address, text_of(letter)) for address, letter in server.letters],
            {
                "busy": lambda: setattr(server, "rcpt", "451 later"),
                "away": server.stop,
                "refusing": lambda: setattr(server, "rcpt", "550 no such user camille@example.org"),
                "silent": lambda: setattr(server, "is_silent", True),
            },
        )

    def voice() -> Rig:
        double: TwilioVoiceDouble = request.getfixturevalue("calls")
        channel: Any = request.getfixturevalue("voice_channel")
        away = f"http://127.0.0.1:{_free_port()}"
        return Rig(
            channel,
            lambda: [(item.to, item.body.partition(" Pour prendre en charge")[0]) for item in double.calls],
            {
                "busy": lambda: setattr(double, "answer", (503, {})),
                "away": lambda: setattr(channel._client.api, "base_url", away),
                "refusing": lambda: setattr(double, "answer", (400, {})),
                "silent": lambda: setattr(double, "is_silent", True),
            },
        )

    rigs = {
        "outbox": outbox,
        "sms_twilio": twilio,
        "email_smtp": smtp,
        "voice_twilio": voice,
        **http_rigs,
    }
    return lambda name: rigs[name]()
