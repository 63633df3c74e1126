"""ChirpStack's REST API, for the one thing that its MQTT integration can't: putting a frame into a multicast queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import requests

from shared.errors import AccountRefused, DeliveryDelayed, DeliveryRefused
from shared.runtime.settings import Secret

_TIMEOUT_S: Final = 10.0
_ACCOUNT: Final = frozenset({401, 403})
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_REDIRECTS: Final = range(300, 400)


class ChirpStackRest:
    """The API, entered with a token.

    Args:
        url: where it is, without ``/api``.
    """

    def __init__(self, url: str, token: Secret, timeout_s: float = _TIMEOUT_S) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s

    def enqueue(self, multicast_group: str, body: bytes) -> None:
        """Put a frame into the queue of a multicast group.

        Raises:
            DeliveryDelayed: it was not taken now. After a time-out it may have been: the same level twice is one.
            DeliveryRefused: it never will be; there is no such group.
        """
        headers = {
            "Content-Type": "application/json",
            # The name under which the REST proxy hands it on.
            "Grpc-Metadata-Authorization": f"Bearer {self._token.reveal()}",
        }
        url = f"{self._url}/api/multicast-groups/{multicast_group}/queue"
        try:
            # A redirect would take the token elsewhere.
            answer = requests.post(url, body, headers=headers, timeout=self._timeout_s, allow_redirects=False)
        except requests.RequestException as error:
            raise DeliveryDelayed(f"ChirpStack did not answer: {type(error).__name__}") from None
        _judge(answer.status_code, answer.headers)


def _judge(status: int, headers: Mapping[str, str]) -> None:
    if status < _REDIRECTS.start:
        return
    if status in _ACCOUNT:
        raise AccountRefused(f"ChirpStack refuses our token: HTTP {status}", _retry_after(headers))
    if status == _TOO_MANY or status >= _SERVER_ERROR or status in _REDIRECTS:
        raise DeliveryDelayed(f"ChirpStack takes nothing now: HTTP {status}", _retry_after(headers))
    raise DeliveryRefused(f"ChirpStack refuses: HTTP {status}")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """How long we are asked to wait, in seconds; a date is not understood."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
