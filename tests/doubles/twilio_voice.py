"""A double of Twilio's calls: takes them, lists them, tells how they ended and which key was pressed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import requests

from tests.doubles.openapi import E164, Description, is_absolute
from tests.doubles.twilio import Form, TwilioDouble, signature
from tests.doubles.twilio_messages import page_of

SPEC: Final = Description.of_file(Path(__file__).with_name("twilio_calls.json"))
_VERBS: Final = frozenset({"Response", "Say", "Gather", "Pause", "Hangup"})


@dataclass(frozen=True)
class Call:
    """A call that Twilio accepted. ``form``: each field once, as it was sent."""

    sid: str
    form: Mapping[str, str]
    at: datetime
    status: str = "queued"

    @property
    def to(self) -> str:
        return self.form["To"]

    @property
    def body(self) -> str:
        """What is read out."""
        return " ".join(text for item in _twiml(self.form["Twiml"]).iter("Say") if (text := item.text))

    @property
    def keys_address(self) -> str | None:
        """Where a pressed key is told."""
        gather = _twiml(self.form["Twiml"]).find("Gather")
        return None if gather is None else gather.get("action")

    def date_sent(self, _dates_accepted: bool) -> datetime | None:
        """When it was dialled, in whole seconds; None: not yet."""
        return None if self.status == "queued" else self.at.replace(microsecond=0)


@dataclass
class TwilioVoiceDouble(TwilioDouble):
    """Twilio's Calls resource on a loopback port, judged like its Messages."""

    calls: list[Call] = field(default_factory=list)
    spec: ClassVar[Description] = SPEC
    resource: ClassVar[str] = "/Calls.json"
    bad_to: ClassVar[int] = 20001

    def turn(self, call: Call, status: str) -> Call:
        """Give an accepted call another status."""
        with self._lock:
            index = [item.sid for item in self.calls].index(call.sid)
            self.calls[index] = replace(self.calls[index], status=status)
            return self.calls[index]

    def end(self, call: Call, status: str, *, address: str, sip: int | None = None) -> int:
        """Tell how it ended, signed; the HTTP status of the answer. ``address``: where the receiver really listens."""
        self.turn(call, status)
        form = {"CallSid": call.sid, "CallStatus": status, "AccountSid": self.account_sid, "To": call.to}
        if sip is not None:
            form["SipResponseCode"] = str(sip)
        return self._tell(call.form["StatusCallback"], form, address).status_code

    def press(self, call: Call, key: str, *, address: str, **said: str) -> requests.Response:
        """Tell that a key was pressed, signed; the answer, which is TwiML."""
        form = {"CallSid": call.sid, "Digits": key, "To": call.to, "CallStatus": "in-progress"} | said
        return self._tell(call.keys_address or "", form, address)

    def _tell(self, callback: str, form: Mapping[str, str], address: str) -> requests.Response:
        parts = urlsplit(callback)
        target = f"{address}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        headers = {"X-Twilio-Signature": signature(self.auth_token, callback, form)}
        return requests.post(target, data=form, headers=headers, timeout=10)

    def _refused_in_words(self, form: Form) -> tuple[int, int, str] | None:
        return _refused_call(form)

    def _accepted(self, form: Mapping[str, str]) -> dict[str, Any]:
        with self._lock:
            call = Call(f"CA{len(self.calls) + 1:032x}", form, self.clock())
            self.calls.append(call)
        return self._shown_call(call)

    def _listed(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page, the newest first."""
        with self._lock:
            known = [item for item in reversed(self.calls) if item.at <= self.clock() - self.list_lag]
        # The page knows messages, whose moments are called otherwise.
        renamed = {name.replace("StartTime", "DateSent"): value for name, value in query.items()}
        about, here = page_of(known, path, renamed, False)  # type: ignore[arg-type]
        about = {
            name: value.replace("DateSent", "StartTime") if isinstance(value, str) else value
            for name, value in about.items()
        }
        return about | {"calls": [self._shown_call(item) for item in here]}

    def _shown_call(self, call: Call) -> dict[str, Any]:
        at, began = format_datetime(call.at), call.date_sent(False)
        uri = f"/2010-04-01/Accounts/{self.account_sid}/Calls/{call.sid}"
        shown = dict.fromkeys(SPEC.spec["components"]["schemas"]["api.v2010.account.call"]["properties"])
        return shown | {
            "sid": call.sid,
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "date_created": at,
            "date_updated": at,
            "direction": "outbound-api",
            "from": call.form["From"],
            "from_formatted": call.form["From"],
            "start_time": None if began is None else format_datetime(began),
            "status": call.status,
            "subresource_uris": {"events": f"{uri}/Events.json"},
            "to": call.to,
            "to_formatted": call.to,
            "uri": f"{uri}.json",
        }


def _twiml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own channel's


def _refused_call(form: Form) -> tuple[int, int, str] | None:
    if not E164.fullmatch(form["To"][0]):
        return 400, 21211, "To is no number in E.164"
    if not E164.fullmatch(form["From"][0]):
        return 400, 21210, "From is no number in E.164"
    if ("Twiml" in form) == ("Url" in form):
        return 400, 21205, "either Twiml or Url"
    if "StatusCallback" in form and not is_absolute(form["StatusCallback"][0]):
        return 400, 21609, "StatusCallback is no whole address"
    return _refused_words(form.get("Twiml", ["<Response/>"])[0])


def _refused_words(text: str) -> tuple[int, int, str] | None:
    """What Twilio finds only while it reads: that hangs up on a person, so that the double refuses it at once."""
    try:
        root = _twiml(text)
    except ET.ParseError as error:
        return 400, 12100, f"the TwiML is no XML: {error}"
    verbs: Sequence[ET.Element] = list(root.iter())
    if root.tag != "Response" or {item.tag for item in verbs} - _VERBS:
        return 400, 12200, "the TwiML is not of verbs that are known here"
    if any(item.tag == "Say" and item.get("language") not in ("fr-FR", "en-GB") for item in verbs):
        return 400, 13512, "Say without a language that is ours"
    actions = [item.get("action") for item in root.iter("Gather")]
    if any(action is None or not is_absolute(action) for action in actions):
        return 400, 13333, "Gather has no whole address"
    return None


def key_of(call: Call) -> str:
    """The notice whose keys are told there."""
    return parse_qs(urlsplit(call.keys_address or "").query)["notification"][0]
