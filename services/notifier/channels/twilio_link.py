"""The way to Twilio's REST interface: what its answers mean, whatever is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
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
    SettingsError,
)
from shared.runtime.settings import Secret, Settings

UNREADABLE: Final = (TwilioException, ValueError, TypeError, AttributeError)
"""What Twilio's library raises over an answer that is none of Twilio's."""

_TIMEOUT_S: Final = 10.0
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


@dataclass(frozen=True)
class Account:
    """The account.

    Attributes:
        sender: a number in E.164; of text messages also a name.
        url: of the interface.
    """

    account_sid: str
    auth_token: Secret
    sender: str
    url: str = "https://api.twilio.com"
    timeout_s: float = _TIMEOUT_S

    @classmethod
    def from_settings(cls, settings: Settings, channel: str, sender: str | None) -> Account:
        """The account of a channel.

        Raises:
            SettingsError: something of it is not set.
        """
        sid, token = settings.twilio_account_sid, settings.twilio_auth_token
        if sid is None or token is None or sender is None:
            raise SettingsError([f"the channel {channel} needs twilio_account_sid, twilio_auth_token, twilio_sender"])
        return cls(sid, token, sender, settings.twilio_url)

    def client(self) -> Client:
        """A client with a connection of its own for each request: one that Twilio closed meanwhile would leave us in
        doubt."""
        http = _Http(pool_connections=False, timeout=self.timeout_s)
        client = Client(self.account_sid, self.auth_token.reveal(), http_client=http)
        client.api.base_url = self.url
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
