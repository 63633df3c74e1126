"""Links in mails by which their reader acknowledges: signed, expiring, and without a name or an address in them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

PATH: Final = "/v1/acknowledge/"
"""Where they lead, below the public address; the token follows."""

LIFE: Final = timedelta(days=3)
"""So long after a notice was queued its link is good."""

_ID_BYTES: Final = 16
_TIME_BYTES: Final = 5
_SIGNATURE_BYTES: Final = 20
_FAR: Final = re.compile(r"https?://(?!localhost\b|127\.|\[::1\])[^/\s]+", re.IGNORECASE)


class Validity(StrEnum):
    """What a link is worth."""

    GOOD = "good"
    EXPIRED = "expired"
    FORGED = "forged"


@dataclass(frozen=True)
class Claim:
    """What a link says: it was sent with that notice. ``notification`` is empty where it was forged."""

    validity: Validity
    notification: str = ""


@dataclass(frozen=True)
class Links:
    """Makes links and judges them.

    Args:
        key: known to the notifier alone.
        public_url: where people find the city.
    """

    key: bytes
    public_url: str

    @property
    def are_reachable(self) -> bool:
        """Whether people can follow a link from elsewhere than this machine."""
        return _FAR.match(self.public_url) is not None

    def to(self, notification: str, queued_at: datetime) -> str:
        """The address of the page of a notice, the same at each attempt to send it."""
        return self.public_url.rstrip("/") + PATH + self.token(notification, queued_at + LIFE)

    def token(self, notification: str, expires_at: datetime) -> str:
        """What stands at the end of the address."""
        content = uuid.UUID(notification).bytes + int(expires_at.timestamp()).to_bytes(_TIME_BYTES)
        return base64.urlsafe_b64encode(content + self._signature("link", content)).decode().rstrip("=")

    def read(self, token: str, now: datetime) -> Claim:
        """What a link is worth."""
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return Claim(Validity.FORGED)
        content, signature = whole[:-_SIGNATURE_BYTES], whole[-_SIGNATURE_BYTES:]
        if len(content) != _ID_BYTES + _TIME_BYTES or not hmac.compare_digest(
            signature, self._signature("link", content)
        ):
            return Claim(Validity.FORGED)
        expires_at = datetime.fromtimestamp(int.from_bytes(content[_ID_BYTES:]), UTC)
        notification = str(uuid.UUID(bytes=content[:_ID_BYTES]))
        return Claim(Validity.EXPIRED if now > expires_at else Validity.GOOD, notification)

    def form(self, token: str) -> str:
        """What the page's form sends along: who posts has seen the page."""
        return base64.urlsafe_b64encode(self._signature("form", token.encode())).decode().rstrip("=")

    def is_form(self, token: str, shown: str) -> bool:
        """Whether the form was ours."""
        return hmac.compare_digest(shown.encode(), self.form(token).encode())

    def _signature(self, purpose: str, content: bytes) -> bytes:
        """Of a purpose each: a signature for one is none for another."""
        return hmac.new(self.key, purpose.encode() + b"|" + content, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
