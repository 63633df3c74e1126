"""The way to Twilio's REST interface: what its answers mean, whatever is asked of it."""

from __future__ import annotations

from typing import Any, Final

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from services.notifier.channels.http_answers import SERVER_ERROR, classified, retry_after
from shared.errors import (
    AccountRefused,
    DeliveryDelayed,
    DeliveryError,
    DeliveryRefused,
    DeliveryUncertain,
    OptedOut,
)
from shared.runtime.settings import Secret

UNREADABLE: Final = (TwilioException, ValueError, TypeError, AttributeError)
"""What Twilio's library raises over an answer that is none of Twilio's."""

_UNAUTHORISED: Final = 401
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_STOPPED: Final = 21610


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, with the answers told apart where their headers can still be read."""

    def request(self, *args: Any, **kwargs: Any) -> Response:
        response = super().request(*args, **kwargs)
        status = response.status_code
        # A refused account is the platform's to mend, not the recipient's fault: the message waits.
        if status == _UNAUTHORISED:
            raise AccountRefused(f"Twilio refuses our account: HTTP {status}")
        if status in (_TOO_MANY, _UNAVAILABLE):
            raise DeliveryDelayed(f"Twilio is not taking messages: HTTP {status}", retry_after(response.headers))
        if status >= SERVER_ERROR:
            raise DeliveryUncertain(f"Twilio broke down over it: HTTP {status}")
        return response


def client_of(account_sid: str, auth_token: Secret, url: str, timeout_s: float) -> Client:
    """A client with a connection of its own for each request: one that Twilio closed meanwhile would leave us in
    doubt."""
    client = Client(account_sid, auth_token.reveal(), http_client=_Http(pool_connections=False, timeout=timeout_s))
    client.api.base_url = url
    return client


def error_of(error: Exception) -> DeliveryError:
    """What a failed request means. Twilio's own words quote the number, so that none of them travels on."""
    if isinstance(error, TwilioRestException):
        if error.code == _STOPPED:
            return OptedOut(f"Twilio refused, the recipient sent STOP: HTTP {error.status}, code {error.code}")
        return DeliveryRefused(f"Twilio refused: HTTP {error.status}, code {error.code}")
    if isinstance(error, requests.RequestException):
        return classified(error, "Twilio")
    return DeliveryUncertain("Twilio's answer can't be read")
