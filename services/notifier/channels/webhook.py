"""Notices as JSON, posted to addresses that people or teams gave, signed in the manner of standardwebhooks.com.

Such an address may be anybody's, so nothing is taken on trust: its name is resolved once, what it resolves to is
judged, and the connection goes to just that; redirects are not followed, and of the answer only the status is read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from services.notifier.channels.http_answers import SERVER_ERROR, retry_after
from services.notifier.domain.channel import Finding, Medium, Parcel, Shelf, Sighting
from shared.errors import DeliveryDelayed, DeliveryRefused, DeliveryUncertain, SettingsError
from shared.runtime.settings import Secret, Settings

_TIMEOUT_S: Final = 10.0
_LATER: Final = frozenset({408, 425, 429})
_REDIRECT: Final = 300
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_PORTS: Final = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Config:
    """How notices are posted.

    Attributes:
        private: whether private, loopback and link-local addresses are allowed.
        tls: makes the context in which the receiver's certificate is judged.
        resolve: the addresses of a host, as ``socket.getaddrinfo`` answers.
    """

    secret: Secret
    private: bool = False
    timeout_s: float = _TIMEOUT_S
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context, repr=False)
    resolve: Callable[..., Any] = field(default=socket.getaddrinfo, repr=False)


class Webhook:
    """Posts notices; a connection of its own for each."""

    name: Final = "webhook"
    media: Final = frozenset({Medium.WEBHOOK})

    def __init__(self, config: Config) -> None:
        self._config = config

    @classmethod
    def from_settings(cls, settings: Settings, _shelf: Shelf) -> Webhook:
        if settings.webhook_secret is None:
            raise SettingsError([f"the channel {cls.name} needs webhook_secret"])
        return cls(Config(settings.webhook_secret, settings.webhook_private == "yes"))

    def send(self, parcel: Parcel) -> str | None:
        """Post it; its own id, by which the receiver knows one that comes again. Errors name no address."""
        parts = urlsplit(parcel.address)
        body = json.dumps(document(parcel), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "Vigie", "Host": parts.netloc}
        headers |= signed(self._config.secret, parcel.notification, int(parcel.at.timestamp()), body)
        with self._pool(parts, self._resolved(parts)) as pool:
            _judge(*self._posted(pool, parts, body, headers))
        return parcel.notification

    def find(self, parcel: Parcel) -> Finding:
        """A receiver can't be asked."""
        return Finding(Sighting.UNKNOWABLE)

    def _posted(
        self, pool: urllib3.HTTPConnectionPool, parts: SplitResult, body: bytes, headers: dict[str, str]
    ) -> tuple[int, float | None]:
        """The status, and how long we are asked to wait. The answer's body is left unread, however long it is."""
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = pool.urlopen(
                "POST", target, body=body, headers=headers, redirect=False, retries=False, preload_content=False
            )
        except (NewConnectionError, ConnectTimeoutError, SSLError) as error:
            raise DeliveryDelayed(f"the webhook can't be reached: {type(error).__name__}") from None
        except (HTTPError, OSError) as error:
            raise DeliveryUncertain(f"the webhook did not answer: {type(error).__name__}") from None
        try:
            return answer.status, retry_after(answer.headers)
        finally:
            answer.close()

    def _resolved(self, parts: SplitResult) -> str:
        """The address to connect to.

        Raises:
            DeliveryRefused: it is one that nobody outside may lead us to.
        """
        port = parts.port or _PORTS[parts.scheme]
        try:
            found = self._config.resolve(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise DeliveryDelayed(f"the webhook's host has no address: {type(error).__name__}") from None
        addresses = [str(item[4][0]) for item in found]
        # One private address among public ones is a trick all the same.
        if not self._config.private and not all(map(is_public, addresses)):
            raise DeliveryRefused("the webhook leads to a private address, and VIGIE_WEBHOOK_PRIVATE does not allow it")
        return addresses[0]

    def _pool(self, parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
        port, timeout = parts.port or _PORTS[parts.scheme], urllib3.Timeout(self._config.timeout_s)
        if parts.scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        return urllib3.HTTPSConnectionPool(
            address,
            port,
            timeout=timeout,
            ssl_context=self._config.tls(),
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )


def document(parcel: Parcel) -> dict[str, Any]:
    """What is posted: the notice, and the facts in it."""
    return {
        "notification": parcel.notification,
        "incident": parcel.incident,
        "kind": parcel.kind,
        "criticality": parcel.criticality,
        "team": parcel.team,
        "language": parcel.language.value,
        "at": parcel.at.isoformat(),
        "subject": parcel.subject,
        **_facts(parcel.body),
    }


def signed(secret: Secret, identifier: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that it is ours, that it is fresh, and whether it came before."""
    signature = hmac.new(secret.reveal().encode(), f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(signature.digest()).decode(),
    }


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, also where it is one of IPv4 in IPv6's clothes."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner or address
    return address.is_global and not address.is_multicast


def _facts(body: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"text": body}


def _judge(status: int, wait_s: float | None) -> None:
    if status < _REDIRECT:
        return
    if status in _LATER or status >= SERVER_ERROR:
        # The receiver knows by the id what comes twice, so that a breakdown leaves no doubt that would matter.
        raise DeliveryDelayed(f"the webhook does not take it now: HTTP {status}", wait_s)
    raise DeliveryRefused(f"the webhook refused: HTTP {status}")
