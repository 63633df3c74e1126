"""A line to an MQTT broker that says of each batch whether the broker has it. It reconnects when it is needed.

Nothing is repeated behind the sender's back: what was not acknowledged in time is thrown away with its connection, for
by then something newer may be wanted. And who opens the line takes it from whoever had it under the same name: a
replica that was frozen while another took over can't publish what it still had in hand.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from socket import SHUT_RDWR
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessageInfo, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from shared.errors import DeliveryDelayed, SettingsError
from shared.runtime.settings import Secret

_CONNECT_S: Final = 5.0
_LOOK_S: Final = 0.05
_KEEP_ALIVE_S: Final = 10
_IN_FLIGHT: Final = 500
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_WANTED: Final = "the MQTT address must be like mqtt://user:password@host:1883, or mqtts://..."
_SHORTEST_S, _LONGEST_S = 1.0, 30.0


@dataclass(frozen=True)
class MqttAddress:
    """Where and as whom to enter; ``user`` may be ``vhost:user`` on RabbitMQ."""

    host: str
    port: int
    user: str | None
    password: Secret | None
    tls: bool

    @classmethod
    def read(cls, url: Secret) -> MqttAddress:
        """The address in ``mqtt://user:password@host:port`` or ``mqtts://...``; user and password percent-encoded.

        Raises:
            SettingsError: it is none; the address itself, which has a password, is not told.
        """
        try:
            parts = urlsplit(url.reveal())
            host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            host = port = None
        if host is None or port is None or parts.scheme not in _PORTS:
            # Not even as a cause: the text has a password.
            raise SettingsError([_WANTED]) from None
        user, password = (None if part is None else unquote(part) for part in (parts.username, parts.password))
        secret = None if password is None else Secret(password)
        return cls(host, port, user, secret, parts.scheme == "mqtts")

    def client(self, name: str, *, comes_back: bool) -> Client:
        """A client that may enter, not connected yet; ``comes_back``: by itself, when it is cut."""
        client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv311, reconnect_on_failure=comes_back)
        client.connect_timeout = _CONNECT_S
        if self.user is not None:
            client.username_pw_set(self.user, None if self.password is None else self.password.reveal())
        if self.tls:
            client.tls_set(cert_reqs=ssl.CERT_REQUIRED)
        return client


class MqttLine:
    """The line; one thread of control uses it.

    Args:
        monotonic: seconds that only grow.
    """

    def __init__(self, address: MqttAddress, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        # The same for every replica, within the 23 characters that a broker must take.
        self._name = f"vigie-{blake2b((address.user or '').encode(), digest_size=8).hexdigest()}"
        self._monotonic = monotonic
        self._client: Client | None = None
        self._failures = 0
        self._closed_until = 0.0

    def publish(self, messages: Iterable[tuple[str, bytes]], within_s: float, *, retain: bool = True) -> None:
        """Publish topics and payloads with QoS 1; return when the broker has them all.

        Args:
            retain: whoever subscribes later gets them too.

        Raises:
            DeliveryDelayed: it hasn't; how many it has is not known, and none of the others will still go.
        """
        client = self._client if self._client is not None and self._client.is_connected() else self._open()
        deadline = self._monotonic() + within_s
        sent = [client.publish(topic, payload, qos=1, retain=retain) for topic, payload in messages]
        if not all(self._has(client, message, deadline) for message in sent):
            raise self._fail("the broker acknowledges nothing")
        # Not when it lets us in: one that is short of memory does, and takes nothing.
        self._failures = 0

    def close(self) -> None:
        """Leave the broker; the next ``publish`` comes back."""
        client, self._client = self._client, None
        if client is not None:
            _cut(client)
            client.loop_stop()

    def _has(self, client: Client, message: MQTTMessageInfo, deadline: float) -> bool:
        if message.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        while not message.is_published():
            left = deadline - self._monotonic()
            if left <= 0 or not client.is_connected():
                return False
            message.wait_for_publish(min(left, _LOOK_S))
        return True

    def _open(self) -> Client:
        self.close()
        left = self._closed_until - self._monotonic()
        if left > 0:
            raise DeliveryDelayed("the broker was away a moment ago", left)
        answers: list[Any] = []
        self._client = client = self._address.client(self._name, comes_back=False)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(reason)
        try:
            client.connect(self._address.host, self._address.port, _KEEP_ALIVE_S)
        except (OSError, ValueError) as error:
            raise self._fail(f"the broker is away: {error}") from error
        client.loop_start()
        deadline = self._monotonic() + _CONNECT_S
        while not answers and self._monotonic() < deadline:
            time.sleep(_LOOK_S)
        if not answers or answers[0].is_failure:
            raise self._fail(f"the broker does not let us in: {answers[0] if answers else 'no answer'}")
        return client

    def _fail(self, why: str) -> DeliveryDelayed:
        self.close()
        self._failures += 1
        longest = min(_LONGEST_S, _SHORTEST_S * 2 ** (self._failures - 1))
        # Half by chance: replicas that lost the broker together don't come back together.
        wait_s = longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._closed_until = self._monotonic() + wait_s
        return DeliveryDelayed(why, wait_s)


def _cut(client: Client) -> None:
    """Without a farewell: what has not left must not leave now."""
    socket: Any = client.socket()
    if socket is not None:
        with suppress(OSError):
            socket.shutdown(SHUT_RDWR)
