"""Reads the receipts that Twilio sends, and tells whether they are Twilio's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from services.notifier.domain.delivering.receipt import Receipt, receipt_of
from shared.errors import Forbidden, InputError
from shared.runtime.settings import Secret, Settings

PATH: Final = "/v1/receipts/twilio"
"""Where receipts are taken, below the public address."""

_SID: Final = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


class TwilioReceipts:
    """Judges by the signature, for which Twilio needs the account's token.

    Args:
        token: None: no account, so that no receipt is genuine.
        public_url: as Twilio was told it.
    """

    def __init__(self, token: Secret | None, public_url: str) -> None:
        self._validator = None if token is None else RequestValidator(token.reveal())
        self._address = address_of(public_url)

    @classmethod
    def from_settings(cls, settings: Settings) -> TwilioReceipts:
        return cls(settings.twilio_auth_token, settings.people_url)

    def read(self, form: Mapping[str, str], signature: str, now: datetime) -> Receipt:
        """The receipt; the number that the form names is left out.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it is none of the Messages resource's.
        """
        if self._validator is None or not self._validator.validate(self._address, form, signature):
            raise Forbidden("who is not Twilio", "tell what became of a message")
        reference, code = form.get("MessageSid", ""), form.get("ErrorCode", "")
        if not _SID.fullmatch(reference):
            raise InputError("MessageSid is no message's")
        return receipt_of(reference, form.get("MessageStatus", ""), int(code) if code.isdecimal() else None, now)


def address_of(public_url: str) -> str:
    """The whole address of receipts."""
    return public_url.rstrip("/") + PATH
