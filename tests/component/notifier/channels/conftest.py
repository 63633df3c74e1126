"""The far end of each channel: real sockets on the loopback, doubles of Twilio and of a mail server behind them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from aiosmtpd.smtp import AuthResult

from services.notifier.channels import email_smtp, sms_twilio
from services.notifier.channels.outbox import Outbox
from services.notifier.domain.channel import Channel, Medium, Parcel
from services.notifier.storage.outbox_messages import OutboxMessages
from shared.runtime.database import Database
from shared.runtime.settings import Secret
from tests.doubles.mail import MailDouble, text_of
from tests.doubles.twilio import TwilioDouble

CERTIFICATE: Final = Path(__file__).parent / "localhost.pem"
# Short: a test of a far end that is silent lasts as long.
TIMEOUT_S: Final = 0.5


@pytest.fixture
def parcel_of() -> Callable[..., Parcel]:
    """A function that makes a valid parcel for a medium."""

    def make(medium: Medium, **said: Any) -> Parcel:
        is_sms = medium is Medium.SMS
        valid: dict[str, Any] = {
            "notification": "0d9c7a52-7f0e-5a58-9a86-6b3b8e8e4a11",
            "thread": "6f1f6f0c-93e4-5f4e-8e0e-0d7f7b5b0b22",
            "medium": medium,
            "recipient": "Camille, cadre",
            "address": "+33639980101" if is_sms else "camille@example.org",
            "subject": "" if is_sms else "[orange] Garonne – Toulouse (V-7K3Q)",
            "body": "Vigie V-7K3Q : 2,02 m, déjà haut" + ("" if is_sms else "\n\nForêt d'Île œuvrée\n"),
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
    """

    channel: Channel
    arrived: Callable[[], list[tuple[str, str]]]
    failing: dict[str, Callable[[], object]] = field(default_factory=dict)


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
def sms_channel(twilio: TwilioDouble) -> sms_twilio.SmsTwilio:
    config = sms_twilio.Config(
        twilio.account_sid,
        Secret(twilio.auth_token),
        "+33644640000",
        twilio.url,
        "https://vigie.test/v1/receipts/twilio",
        TIMEOUT_S,
    )
    return sms_twilio.SmsTwilio(config)


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
def rig_of(request: pytest.FixtureRequest, database: Database) -> Callable[[str], Rig]:
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

    rigs = {"outbox": outbox, "sms_twilio": twilio, "email_smtp": smtp}
    return lambda name: rigs[name]()
