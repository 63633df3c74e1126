"""What is said in a call, and what Twilio reports of it: the key that was pressed, and how the call ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from services.notifier.domain.channel import Language
from services.notifier.domain.delivering.receipt import Receipt, receipt_of
from services.notifier.domain.escalation.key_press import KeyPress, Outcome
from shared.errors import Forbidden, InputError
from shared.runtime.settings import Secret, Settings

STATUS_PATH: Final = "/v1/receipts/twilio/calls"
"""Where the ends of calls are told, below the public address."""

KEYS_PATH: Final = "/v1/receipts/twilio/calls/keys"
"""Where pressed keys are told."""

_SID: Final = re.compile(r"CA[0-9a-fA-F]{32}")
_LONGEST: Final = 1400
"""Characters of a notice that are read out: twice they fit into what Twilio takes in one request, 4,000."""

_WAIT_S: Final = 8
_VOICES: Final = {Language.FRENCH: "fr-FR", Language.ENGLISH: "en-GB"}


@dataclass(frozen=True, kw_only=True)
class _Said:
    press: str
    again: str
    goodbye: str
    acknowledged: str
    known: str
    wrong: str
    closed: str


_SAID: Final[Mapping[Language, _Said]] = {
    Language.FRENCH: _Said(
        press="Pour prendre en charge, appuyez sur 1.",
        again="Je répète.",
        goodbye="Aucune touche reçue. Au revoir.",
        acknowledged="Merci. Prise en charge notée. Au revoir.",
        known="Merci. L'incident est déjà pris en charge. Au revoir.",
        wrong="Touche inconnue. Pour prendre en charge, appuyez sur 1.",
        closed="Cet incident n'est plus ouvert. Au revoir.",
    ),
    Language.ENGLISH: _Said(
        press="To acknowledge, press 1.",
        again="I repeat.",
        goodbye="No key was received. Goodbye.",
        acknowledged="Thank you. It is acknowledged. Goodbye.",
        known="Thank you. The incident is acknowledged already. Goodbye.",
        wrong="Unknown key. To acknowledge, press 1.",
        closed="This incident is no longer open. Goodbye.",
    ),
}


def spoken(text: str, language: Language, keys: str | None) -> str:
    """The call as TwiML. ``keys``: where a pressed key is told; None: none is asked for."""
    said, voice = _SAID[language], {"language": _VOICES[language]}
    text = text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0]
    response = VoiceResponse()
    if keys is None:
        response.say(f"{text} {said.again} {text}", **voice)
        return str(response)
    gather = _gather(keys)
    gather.say(f"{text} {said.press} {said.again} {text} {said.press}", **voice)
    response.append(gather)
    response.say(said.goodbye, **voice)
    return str(response)


def answered(outcome: Outcome, language: Language, keys: str) -> str:
    """What is said after a key, as TwiML."""
    said, voice = _SAID[language], {"language": _VOICES[language]}
    response = VoiceResponse()
    if outcome is Outcome.WRONG_KEY:
        gather = _gather(keys)
        gather.say(said.wrong, **voice)
        response.append(gather)
        response.say(said.goodbye, **voice)
        return str(response)
    words = {Outcome.ACKNOWLEDGED: said.acknowledged, Outcome.KNOWN: said.known, Outcome.CLOSED: said.closed}
    response.say(words[outcome], **voice)
    return str(response)


def _gather(keys: str) -> Gather:
    return Gather(num_digits=1, timeout=_WAIT_S, action=keys, method="POST", action_on_empty_result=False)


class TwilioCalls:
    """Reads what Twilio tells of calls, and judges by the signature whether it is Twilio.

    Args:
        token: None: no account, so that nothing is genuine.
        public_url: as Twilio was told it.
    """

    def __init__(self, token: Secret | None, public_url: str) -> None:
        self._validator = None if token is None else RequestValidator(token.reveal())
        self._public_url = public_url

    @classmethod
    def from_settings(cls, settings: Settings) -> TwilioCalls:
        return cls(settings.twilio_auth_token, settings.people_url)

    def receipt(self, form: Mapping[str, str], signature: str, now: datetime) -> Receipt:
        """How a call ended; the numbers that the form names are left out.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it is no call's.
        """
        self._judge(status_address(self._public_url), form, signature)
        code = form.get("ErrorCode") or form.get("SipResponseCode") or ""
        return receipt_of(
            _sid(form), form.get("CallStatus", ""), int(code) if code.isascii() and code.isdecimal() else None, now
        )

    def key(self, notification: str, form: Mapping[str, str], signature: str, now: datetime) -> KeyPress:
        """The key that was pressed in a call.

        Raises:
            Forbidden: it is not from Twilio.
            InputError: it is no call's.
        """
        self._judge(keys_address(self._public_url, notification), form, signature)
        return KeyPress(
            notification=notification, call=_sid(form), address=form.get("To", ""), key=form.get("Digits", ""), at=now
        )

    def reply(self, press: KeyPress, outcome: Outcome, language: Language) -> str:
        """What is said to who pressed it."""
        return answered(outcome, language, keys_address(self._public_url, press.notification))

    def _judge(self, address: str, form: Mapping[str, str], signature: str) -> None:
        if self._validator is None or not self._validator.validate(address, form, signature):
            raise Forbidden("who is not Twilio", "tell what became of a call")


def status_address(public_url: str) -> str:
    """The whole address where the ends of calls are told."""
    return public_url.rstrip("/") + STATUS_PATH


def keys_address(public_url: str, notification: str) -> str:
    """The whole address where the keys of one call are told; what it says of the call is under Twilio's signature."""
    return f"{public_url.rstrip('/')}{KEYS_PATH}?{urlencode({'notification': notification})}"


def _sid(form: Mapping[str, str]) -> str:
    reference = form.get("CallSid", "")
    if not _SID.fullmatch(reference):
        raise InputError("CallSid is no call's")
    return reference
