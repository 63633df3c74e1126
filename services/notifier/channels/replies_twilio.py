"""Reads the answers to text messages that Twilio hands on, tells whether they are Twilio's, and answers in TwiML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from services.notifier.domain.escalation.reply import Inbound
from shared.errors import Forbidden, InputError
from shared.runtime.settings import Secret, Settings

PATH: Final = "/v1/replies/twilio"
"""Where answers are taken, below the public address."""

_SID: Final = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST: Final = 1600


class TwilioReplies:
    """Judges by the signature, for which Twilio needs the account's token.

    Args:
        token: None: no account, so that nothing is genuine.
        public_url: as Twilio was told it.
    """

    def __init__(self, token: Secret | None, public_url: str) -> None:
        self._validator = None if token is None else RequestValidator(token.reveal())
        self._address = public_url.rstrip("/") + PATH

    @classmethod
    def from_settings(cls, settings: Settings) -> TwilioReplies:
        return cls(settings.twilio_auth_token, settings.people_url)

    def read(self, form: Mapping[str, str], signature: str) -> Inbound:
        """The message.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it is no text message.
        """
        if self._validator is None or not self._validator.validate(self._address, form, signature):
            raise Forbidden("who is not Twilio", "answer a text message")
        reference, number = form.get("MessageSid", ""), form.get("From", "")
        if not _SID.fullmatch(reference):
            raise InputError("MessageSid is no message's")
        if not _E164.fullmatch(number):
            raise InputError("From is no number in E.164")
        return Inbound(reference=reference, number=number, text=form.get("Body", "")[:_LONGEST])


def twiml(answer: str) -> str:
    """What Twilio sends back; empty: nothing."""
    message = f"<Message>{escape(answer)}</Message>" if answer else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
