"""Text messages over any gateway that takes them by HTTP, as ``rules/notifier/channels.yaml`` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import requests

from services.notifier.channels.http_answers import SERVER_ERROR, classified, retry_after
from services.notifier.domain.channel import Finding, Medium, Parcel, Sighting
from services.notifier.domain.delivering.gateway import HIDDEN, Asking, Gateway, filled, text_at
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from shared.runtime.settings import Secret, Settings

FAMILY: Final = "sms_http"
"""What the names of these channels begin with: ``sms_http:free``."""

_TIMEOUT_S: Final = 10.0
_MOST_BYTES: Final = 65536
_ACCOUNT: Final = frozenset({401, 402, 403, 407})
_LATER: Final = frozenset({429, 503})
_GONE: Final = frozenset({404, 410})
_REDIRECTS: Final = range(300, 400)


class SmsHttp:
    """Carries text messages over one gateway."""

    media: Final = frozenset({Medium.SMS})

    def __init__(self, gateway: Gateway, secrets: Mapping[str, Secret], timeout_s: float = _TIMEOUT_S) -> None:
        self._gateway = gateway
        self._secrets = secrets
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        return f"{FAMILY}:{self._gateway.id}"

    def send(self, parcel: Parcel) -> str | None:
        """Ask the gateway to send it; its reference, or ours where it gives none. Errors name no number."""
        asking = self._gateway.send
        status, content = self._asked(asking, parcel)
        if not asking.accepted.takes_content(content):
            raise DeliveryRefused(f"{self.name} refused: HTTP {status}, and the answer does not say that it took it")
        return _reference(asking, content) or parcel.notification

    def find(self, parcel: Parcel) -> Finding:
        """Ask the gateway whether it took it, if it can be asked."""
        asking = self._gateway.ask
        if asking is None:
            return Finding(Sighting.UNKNOWABLE)
        try:
            status, content = self._answer(asking, parcel)
        except (DeliveryError, requests.RequestException):
            return Finding(Sighting.UNKNOWN)
        if status in _GONE and status not in asking.accepted.status:
            return Finding(Sighting.UNLISTED)
        if not asking.accepted.takes_status(status):
            return Finding(Sighting.UNKNOWN)
        if asking.accepted.field is not None and not isinstance(content, dict | list):
            return Finding(Sighting.UNKNOWN)
        if not asking.accepted.takes_content(content):
            return Finding(Sighting.UNLISTED)
        return Finding(Sighting.SENT, _reference(asking, content) or parcel.notification)

    def _asked(self, asking: Asking, parcel: Parcel) -> tuple[int, Any]:
        """An answer whose status says yes."""
        try:
            status, content = self._answer(asking, parcel)
        except requests.RequestException as error:
            raise classified(error, self.name) from None
        if not asking.accepted.takes_status(status):
            raise DeliveryRefused(f"{self.name} refused: HTTP {status}")
        if asking.accepted.field is not None and not isinstance(content, dict | list):
            raise DeliveryUncertain(f"{self.name}: the answer can't be read")
        return status, content

    def _answer(self, asking: Asking, parcel: Parcel) -> tuple[int, Any]:
        """Status and JSON of the answer (None: it has none).

        Raises:
            DeliveryError: by its status it is no answer to what was asked.
            requests.RequestException: there was no answer.
        """
        request = filled(asking, self._values(parcel))
        answer = requests.request(
            request.method,
            request.url,
            headers=dict(request.headers),
            data=request.form,
            json=request.json,
            timeout=self._timeout_s,
            # A redirect would take the secret elsewhere.
            allow_redirects=False,
            stream=True,
        )
        with answer:
            if answer.status_code not in asking.accepted.status:
                self._judge(answer.status_code, answer.headers)
            return answer.status_code, _read(answer)

    def _judge(self, status: int, headers: Mapping[str, str]) -> None:
        if status in _ACCOUNT:
            raise AccountRefused(f"{self.name} refuses our account: HTTP {status}")
        if status in _LATER:
            raise DeliveryDelayed(f"{self.name} is not taking messages: HTTP {status}", retry_after(headers))
        if status in _REDIRECTS:
            raise DeliveryDelayed(f"{self.name} sends us elsewhere, and we don't follow: HTTP {status}")
        if status >= SERVER_ERROR:
            raise DeliveryUncertain(f"{self.name} broke down over it: HTTP {status}")

    def _values(self, parcel: Parcel) -> dict[str, str]:
        said = {
            "to": parcel.address,
            "to_digits": parcel.address.lstrip("+"),
            "text": parcel.body,
            "id": parcel.notification,
            "sender": self._gateway.sender,
        }
        return said | {HIDDEN + name: secret.reveal() for name, secret in self._secrets.items()}


def secrets_of(settings: Settings) -> dict[str, Secret]:
    """What ``channel_secrets`` gives, by name."""
    text = "" if settings.channel_secrets is None else settings.channel_secrets.reveal()
    pairs = (line.strip().partition("=") for line in text.splitlines() if line.strip())
    return {name: Secret(value) for name, _, value in pairs}


def _read(answer: requests.Response) -> Any:
    """The answer's JSON, of a decent length; None for whatever else it is."""
    body = b""
    for chunk in answer.iter_content(_MOST_BYTES):
        body += chunk
        if len(body) > _MOST_BYTES:
            return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def _reference(asking: Asking, content: Any) -> str | None:
    return None if asking.reference is None else text_at(content, asking.reference)
