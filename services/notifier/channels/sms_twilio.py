"""Text messages over Twilio's REST interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError

from services.notifier.domain.channel import Medium, Parcel, Shelf, Sighting
from shared.errors import DeliveryDelayed, DeliveryRefused, DeliveryUncertain, SettingsError
from shared.runtime.settings import Secret, Settings

_TIMEOUT_S: Final = 10.0
_UNAUTHORISED: Final = 401
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_NOT_CONNECTED: Final = (NewConnectionError, ConnectTimeoutError, NameResolutionError)


@dataclass(frozen=True)
class Config:
    """The account. ``sender``: a number in E.164 or a name; ``url``: of the interface."""

    account_sid: str
    auth_token: Secret
    sender: str
    url: str = "https://api.twilio.com"
    timeout_s: float = _TIMEOUT_S


class SmsTwilio:
    """Carries text messages."""

    name: Final = "sms_twilio"
    media: Final = frozenset({Medium.SMS})

    def __init__(self, config: Config) -> None:
        self._sender = config.sender
        # A connection of its own for each message: one that Twilio closed meanwhile would leave us in doubt.
        http = _Http(pool_connections=False, timeout=config.timeout_s)
        self._client = Client(config.account_sid, config.auth_token.reveal(), http_client=http)
        self._client.api.base_url = config.url

    @classmethod
    def from_settings(cls, settings: Settings, _shelf: Shelf) -> SmsTwilio:
        sid, token, sender = settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_sender
        if sid is None or token is None or sender is None:
            raise SettingsError([f"the channel {cls.name} needs twilio_account_sid, twilio_auth_token, twilio_sender"])
        return cls(Config(sid, token, sender, settings.twilio_url))

    def send(self, parcel: Parcel) -> str | None:
        """Ask Twilio to send it; Twilio's id of the message. Errors name no number."""
        try:
            message = self._client.messages.create(to=parcel.address, from_=self._sender, body=parcel.body)
        except TwilioRestException as error:
            raise DeliveryRefused(f"Twilio refused: HTTP {error.status}, code {error.code}") from None
        except requests.RequestException as error:
            raise _classified(error) from None
        except (TwilioException, ValueError):
            raise DeliveryUncertain("Twilio's answer can't be read") from None
        return None if message.sid is None else str(message.sid)

    def find(self, parcel: Parcel) -> Sighting:
        """Twilio is not asked yet, so nobody knows."""
        return Sighting.UNKNOWN


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, with the answers told apart where their headers can still be read."""

    def request(self, *args: Any, **kwargs: Any) -> Response:
        response = super().request(*args, **kwargs)
        status = response.status_code
        # A refused account is the platform's to mend, not the recipient's fault: the message waits.
        if status in (_UNAUTHORISED, _TOO_MANY) or status >= _SERVER_ERROR:
            raise DeliveryDelayed(f"Twilio is not taking messages: HTTP {status}", _retry_after(response.headers))
        return response


def _retry_after(headers: Any) -> float | None:
    text = (headers or {}).get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _classified(error: requests.RequestException) -> DeliveryDelayed | DeliveryUncertain:
    """Whether the request can have left this machine."""
    kind = type(error).__name__
    before_sending = isinstance(
        error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    )
    cause = error.args[0] if error.args else None
    if before_sending or (isinstance(cause, MaxRetryError) and isinstance(cause.reason, _NOT_CONNECTED)):
        return DeliveryDelayed(f"Twilio can't be reached: {kind}")
    return DeliveryUncertain(f"Twilio did not answer: {kind}")
