"""What failures over HTTP mean, whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError

from shared.errors import DeliveryDelayed, DeliveryUncertain

SERVER_ERROR: Final = 500
_NOT_CONNECTED: Final = (NewConnectionError, ConnectTimeoutError, NameResolutionError)


def retry_after(headers: Mapping[str, str] | None) -> float | None:
    """How long we are asked to wait, in seconds; a date is not understood."""
    text = (headers or {}).get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def classified(error: requests.RequestException, who: str) -> DeliveryDelayed | DeliveryUncertain:
    """Whether the request can have left this machine."""
    kind = type(error).__name__
    before_sending = isinstance(
        error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    )
    cause = error.args[0] if error.args else None
    if before_sending or (isinstance(cause, MaxRetryError) and isinstance(cause.reason, _NOT_CONNECTED)):
        return DeliveryDelayed(f"{who} can't be reached: {kind}")
    return DeliveryUncertain(f"{who} did not answer: {kind}")
