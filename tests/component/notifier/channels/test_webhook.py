"""What is posted, how it is signed, and where nothing is posted to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from services.notifier.channels.webhook import Config, Webhook, is_public, signed
from services.notifier.domain.channel import Medium, Parcel
from shared.errors import DeliveryDelayed, DeliveryError, DeliveryRefused
from shared.runtime.settings import Secret
from tests.doubles.receiver import Receiver

Parcels = Callable[..., Parcel]
SECRET = Secret("sixteen-letters-at-least")
CERTIFICATE = Path(__file__).parent / "localhost.pem"


def to(receiver: Receiver, path: str = "/vigie") -> dict[str, Any]:
    return {"address": receiver.url + path, "body": json.dumps({"text": "crue", "facts": {"level": "orange"}})}


def test_the_notice_is_posted_as_json_with_its_id_and_the_moment_under_the_signature(
    receiver: Receiver, webhook_channel: Webhook, parcel_of: Parcels
) -> None:
    parcel = parcel_of(Medium.WEBHOOK, **to(receiver, "/vigie?key=1"))
    assert webhook_channel.send(parcel) == parcel.notification
    (request,) = receiver.taken
    assert (request.method, request.target) == ("POST", "/vigie?key=1")
    assert json.loads(request.body) == {
        "notification": parcel.notification,
        "incident": parcel.incident,
        "kind": "fire",
        "criticality": "vital",
        "team": "astreinte",
        "language": "fr",
        "at": "2022-01-10T01:45:00+00:00",
        "subject": parcel.subject,
        "text": "crue",
        "facts": {"level": "orange"},
    }
    said = {name.lower(): value for name, value in request.headers.items()}
    assert (said["webhook-id"], said["webhook-timestamp"]) == (parcel.notification, "1641779100")
    assert receiver.faults == []


def test_the_signature_is_that_of_the_published_way() -> None:
    """Worked out apart: HMAC-SHA256 of ``n-1.1641779100.{}`` under the secret, in base64."""
    found = signed(SECRET, "n-1", 1641779100, b"{}")["webhook-signature"]
    assert found == "v1,SX1ltUnJoWrDg6gnQ0b6DKnAtxQywhu+ZvBn3dv5Pg8="


@pytest.mark.parametrize(
    ("status", "headers", "raised", "wait_s"),
    [
        (429, {"Retry-After": "7"}, DeliveryDelayed, 7.0),
        (500, {}, DeliveryDelayed, None),
        (404, {}, DeliveryRefused, None),
        (302, {"Location": "http://127.0.0.1:1/"}, DeliveryRefused, None),
    ],
)
def test_an_answer_is_told_apart(
    receiver: Receiver,
    webhook_channel: Webhook,
    parcel_of: Parcels,
    status: int,
    headers: dict[str, str],
    raised: type[DeliveryError],
    wait_s: float | None,
) -> None:
    receiver.answer = (status, headers)
    with pytest.raises(raised) as caught:
        webhook_channel.send(parcel_of(Medium.WEBHOOK, **to(receiver)))
    assert getattr(caught.value, "retry_after_s", None) == wait_s


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.7", "[::ffff:192.168.1.1]", "0.0.0.0"],  # noqa: S104
)
def test_nothing_goes_to_an_address_that_is_not_public(parcel_of: Parcels, host: str) -> None:
    channel = Webhook(Config(SECRET, timeout_s=0.5))
    with pytest.raises(DeliveryRefused, match="private address") as caught:
        channel.send(parcel_of(Medium.WEBHOOK, address=f"http://{host}:9/vigie"))
    assert host not in str(caught.value)


def test_a_name_of_which_one_address_is_private_is_refused(parcel_of: Parcels) -> None:
    def resolve(_host: str, port: int, **_said: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("93.184.215.14", "10.0.0.7")]

    channel = Webhook(Config(SECRET, timeout_s=0.5, resolve=resolve))
    with pytest.raises(DeliveryRefused, match="private address"):
        channel.send(parcel_of(Medium.WEBHOOK, address="https://hook.example.org/"))


def test_the_address_that_was_judged_is_the_one_that_is_called(receiver: Receiver, parcel_of: Parcels) -> None:
    """Whoever answers for the name can't give another address in between: it is resolved once."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_said: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    channel = Webhook(Config(SECRET, private=True, timeout_s=0.5, resolve=resolve))
    port = receiver.url.rpartition(":")[2]
    channel.send(parcel_of(Medium.WEBHOOK, **(to(receiver) | {"address": f"http://hook.example.org:{port}/vigie"})))
    assert asked == ["hook.example.org"]
    assert receiver.taken[0].headers["Host"] == f"hook.example.org:{port}"


def test_a_name_that_nobody_knows_is_tried_again_later(parcel_of: Parcels) -> None:
    def resolve(*_said: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror("no such name")

    channel = Webhook(Config(SECRET, timeout_s=0.5, resolve=resolve))
    with pytest.raises(DeliveryDelayed, match="has no address"):
        channel.send(parcel_of(Medium.WEBHOOK, address="https://hook.example.org/"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::10.0.0.7", False),
        ("64:ff9b::93.184.215.14", True),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("nonsense", False),
    ],
)
def test_public_is_what_the_open_internet_routes(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(("host", "is_taken"), [("localhost", True), ("other.example.org", False)])
def test_the_certificate_must_be_that_of_the_name_and_not_of_the_address(
    parcel_of: Parcels, host: str, is_taken: bool
) -> None:
    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(CERTIFICATE))

    with _answering_once_over_tls() as port:

        def resolve(*_said: Any, **_more: Any) -> list[Any]:
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

        channel = Webhook(Config(SECRET, private=True, timeout_s=5, tls=trusting, resolve=resolve))
        parcel = parcel_of(Medium.WEBHOOK, address=f"https://{host}:{port}/vigie")
        if is_taken:
            assert channel.send(parcel) == parcel.notification
        else:
            with pytest.raises(DeliveryDelayed, match="SSLError"):
                channel.send(parcel)


@contextmanager
def _answering_once_over_tls() -> Iterator[int]:
    """A server that has the certificate of localhost; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def serve() -> None:
        with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as link:
            while (part := link.recv(65536)) and not part.endswith(b"}"):
                pass
            link.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(5)
