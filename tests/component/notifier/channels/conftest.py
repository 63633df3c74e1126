"""The far end of each channel: real sockets on the loopback, doubles of Twilio and of a mail server behind them."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as mail_policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.notifier.channels import email_smtp, sms_twilio
from services.notifier.channels.outbox import Outbox
from services.notifier.domain.channel import Channel, Medium, Parcel
from services.notifier.storage.outbox_messages import OutboxMessages
from shared.runtime.database import Database
from shared.runtime.settings import Secret

SID: Final = "AC" + "0f" * 16
TOKEN: Final = "token-that-must-not-show"
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


class TwilioDouble:
    """Answers as Twilio's Messages resource does (OpenAPI description of ``/2010-04-01/Accounts/{sid}/Messages.json``).

    Attributes:
        answer: status and headers of the next answers; None: judged by what is asked.
        is_silent: it takes the request and never answers.
    """

    FIELDS: Final = frozenset({"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"})

    def __init__(self) -> None:
        self.answer: tuple[int, dict[str, str]] | None = None
        self.error_code: int | None = None
        self.is_silent = False
        self.taken: list[dict[str, str]] = []
        self.asked = 0
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(double: TwilioDouble) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                double.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if double.is_silent:
                    double._released.wait()
                    return
                status, content, headers = double.judged(self.path, dict(self.headers), body)
                text = json.dumps(content).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": len(text), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_args: Any) -> None:
                """Says nothing."""

        return Handler

    def judged(self, path: str, headers: dict[str, str], body: str) -> tuple[int, dict[str, Any], dict[str, str]]:
        form = {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()}
        if self.answer is not None:
            status, more = self.answer
            return status, _fault(status, self.error_code or 20000, form.get("To", "")), more
        found = re.fullmatch(r"/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages\.json", path)
        expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if found is None or headers.get("Authorization") != expected:
            return 401, _fault(401, 20003, ""), {}
        if headers.get("Content-Type") != "application/x-www-form-urlencoded" or form.keys() - self.FIELDS:
            return 400, _fault(400, 20001, ""), {}
        if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
            return 400, _fault(400, 21211, form.get("To", "")), {}
        if not form.get("Body") or not (form.get("From") or form.get("MessagingServiceSid")):
            return 400, _fault(400, 21602, ""), {}
        self.taken.append(form)
        sid = f"SM{len(self.taken):032x}"
        answer = {"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"], "account_sid": found[1]}
        return 201, answer, {}


def _fault(status: int, code: int, number: str) -> dict[str, Any]:
    # Twilio's messages quote the number, so they must not travel on.
    message = f"The 'To' number {number} is not valid."
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


class MailServer:
    """A mail server with its own will.

    Attributes:
        rcpt, data: what it answers to a recipient and to a letter.
        is_silent: it reads the letter and never answers.
    """

    def __init__(self, **options: Any) -> None:
        self.rcpt = self.data = "250 OK"
        self.mail = "250 OK"
        self.is_silent = False
        self.letters: list[tuple[str, EmailMessage]] = []
        self.was_encrypted: list[bool] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller.loop.is_running():
            self._controller.stop()

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_silent:
            await asyncio.Event().wait()
        if self.data.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=mail_policy)
            self.letters.append((envelope.rcpt_tos[0], letter))
            self.was_encrypted.append(session.ssl is not None)
        return self.data


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
    double = TwilioDouble()
    yield double
    double.stop()


@pytest.fixture
def sms_channel(twilio: TwilioDouble) -> sms_twilio.SmsTwilio:
    config = sms_twilio.Config(SID, Secret(TOKEN), "+33644640000", twilio.url, TIMEOUT_S)
    return sms_twilio.SmsTwilio(config)


@pytest.fixture
def mail_server_of() -> Iterator[Callable[..., MailServer]]:
    """A function that starts a mail server; it is stopped at the end."""
    servers: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        servers.append(MailServer(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def encrypting(mail_server_of: Callable[..., MailServer]) -> MailServer:
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
            lambda: [(form["To"], form["Body"]) for form in double.taken],
            {
                "busy": lambda: setattr(double, "answer", (503, {})),
                "away": lambda: setattr(channel._client.api, "base_url", away),
                "refusing": lambda: setattr(double, "answer", (400, {})),
                "silent": lambda: setattr(double, "is_silent", True),
            },
        )

    def smtp() -> Rig:
        server: MailServer = request.getfixturevalue("mail_server_of")()
        channel = request.getfixturevalue("mail_channel_of")(server.port)
        return Rig(
            channel,
            lambda: [(address, letter.get_content()) for address, letter in server.letters],
            {
                "busy": lambda: setattr(server, "rcpt", "451 later"),
                "away": server.stop,
                "refusing": lambda: setattr(server, "rcpt", "550 no such user camille@example.org"),
                "silent": lambda: setattr(server, "is_silent", True),
            },
        )

    rigs = {"outbox": outbox, "sms_twilio": twilio, "email_smtp": smtp}
    return lambda name: rigs[name]()
