"""A double of Twilio: takes text messages, lists them, and says what became of them, as its OpenAPI describes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, Self
from urllib.parse import parse_qs, urlsplit

import requests

from tests.doubles.http_server import Answer, HttpServer, Request
from tests.doubles.openapi import E164, Description, is_absolute
from tests.doubles.twilio_messages import Message, page_of, shown

SPEC: Final = Description.of_file(Path(__file__).with_name("twilio_messages.json"))

Form = Mapping[str, Sequence[str]]


@dataclass
class TwilioDouble:
    """Twilio's Messages resource on a loopback port. Every request is judged by the description first.

    Attributes:
        taken: the messages that were accepted, in that order, whether or not the client lived to hear of it.
        faults: what was wrong with requests, in words; a good client leaves this empty.
        asked: how many requests came.
        answer: status and headers of the next answers; None: judged by what is asked.
        error_code: Twilio's own code in such an answer.
        refused: recipients to whom nothing goes, each with Twilio's code for it: 21610 for who answered STOP.
        is_silent: it reads requests, does nothing and never answers.
        delay_s: how long each answer takes.
        prefix: set before each text, as in a trial account.
        list_lag: how long a message is not in lists yet.
        dates_accepted: whether a message that is only accepted has a date of sending already.
    """

    account_sid: str = "AC" + "0f" * 16
    auth_token: str = "token-that-must-not-show"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    taken: list[Message] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: int = 0
    answer: tuple[int, Mapping[str, str]] | None = None
    error_code: int = 20000
    refused: dict[str, int] = field(default_factory=dict)
    is_silent: bool = False
    delay_s: float = 0.0
    prefix: str = ""
    list_lag: timedelta = timedelta(0)
    dates_accepted: bool = True

    spec: ClassVar[Description] = SPEC
    resource: ClassVar[str] = "/Messages.json"
    bad_to: ClassVar[int] = 21211

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server = HttpServer(self._take, self.faults.append)
        self.url = self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let go of everybody and close the port."""
        self._stopped.set()
        self._may_answer.set()
        self._server.stop()

    def hold(self) -> None:
        """Go on accepting, but let nobody know before ``release``."""
        self._may_answer.clear()

    def release(self) -> None:
        """Answer those that wait, and from now on at once."""
        self._may_answer.set()

    def become(self, message: Message, status: str) -> Message:
        """Give an accepted message another status."""
        with self._lock:
            index = [item.sid for item in self.taken].index(message.sid)
            self.taken[index] = replace(self.taken[index], status=status)
            return self.taken[index]

    def report(
        self, message: Message, status: str, *, address: str | None = None, error_code: int | None = None
    ) -> int:
        """Tell the status to the message's callback, signed as Twilio signs; the HTTP status of the answer.

        Args:
            address: scheme, host and port where the receiver really listens; None: as the callback says.
        """
        self.become(message, status)
        callback = message.form["StatusCallback"]
        form = {"MessageSid": message.sid, "MessageStatus": status, "AccountSid": self.account_sid, "To": message.to}
        if error_code is not None:
            form["ErrorCode"] = str(error_code)
        target = callback if address is None else address + urlsplit(callback).path
        headers = {"X-Twilio-Signature": signature(self.auth_token, callback, form)}
        return requests.post(target, data=form, headers=headers, timeout=10).status_code

    def _take(self, request: Request) -> Answer | None:
        with self._lock:
            self.asked += 1
        if self.is_silent:
            self._stopped.wait()
            return None
        status, content, headers = self._judged(request)
        self._stopped.wait(self.delay_s)
        self._may_answer.wait()
        return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json", **headers})

    def _judged(self, request: Request) -> tuple[int, Mapping[str, Any], Mapping[str, str]]:
        parts = urlsplit(request.target)
        form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        if self.answer is not None:
            status, headers = self.answer
            return status, _error(status, self.error_code, form.get("To", [""])[0]), headers
        refusal = self._refusal(request, parts.path, form, parse_qs(parts.query, keep_blank_values=True))
        if refusal is not None:
            status, code, words = refusal
            with self._lock:
                self.faults.append(f"{request.method} {parts.path}: {words}")
            return status, _error(status, code, words), {}
        if request.method == "POST" and (code := self.refused.get(form["To"][0])):
            return 400, _error(400, code, form["To"][0]), {}
        if request.method == "POST":
            return 201, self._accepted({name: values[0] for name, values in form.items()}), {}
        return 200, self._listed(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}), {}

    def _refusal(self, request: Request, path: str, form: Form, query: Form) -> tuple[int, int, str] | None:
        """HTTP status, Twilio's code and words; None for a request that is as it should be."""
        found = self.spec.find(request.method, path)
        if found is None or not path.endswith(self.resource):
            return 404, 20404, "no such resource"
        operation, inside = found
        expected = "Basic " + base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if request.headers.get("Authorization") != expected or inside["AccountSid"] != self.account_sid:
            return 401, 20003, "not this account"
        faults = operation.faults_of_query(inside, query)
        if request.method == "POST":
            if request.headers.get("Content-Type") != "application/x-www-form-urlencoded":
                return 400, 20001, "not a form"
            faults += operation.faults_of_form(form)
            if not faults:
                return self._refused_in_words(form)
        return (400, self.bad_to if faults[0].startswith("To") else 20001, "; ".join(faults)) if faults else None

    def _refused_in_words(self, form: Form) -> tuple[int, int, str] | None:
        """What the description says in words only."""
        return _refused_message(form)

    def _accepted(self, form: Mapping[str, str]) -> dict[str, Any]:
        with self._lock:
            message = Message(f"SM{len(self.taken) + 1:032x}", form, self.clock())
            self.taken.append(message)
        return self._shown(message)

    def _listed(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page, the newest first."""
        with self._lock:
            known = [item for item in reversed(self.taken) if item.at <= self.clock() - self.list_lag]
        about, here = page_of(known, path, query, self.dates_accepted)
        return about | {"messages": [self._shown(item) for item in here]}

    def _shown(self, message: Message) -> dict[str, Any]:
        return shown(message, self.account_sid, self.prefix, message.date_sent(self.dates_accepted))


def signature(token: str, address: str, form: Mapping[str, str]) -> str:
    """As Twilio signs a callback: the address, then each field's name and value in order of names, by HMAC-SHA1."""
    text = address + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _refused_message(form: Form) -> tuple[int, int, str] | None:
    if not E164.fullmatch(form["To"][0]):
        return 400, 21211, "To is no number in E.164"
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 400, 21603, "no sender"
    if not form.get("Body", [""])[0]:
        return 400, 21602, "no text"
    if "StatusCallback" in form and not is_absolute(form["StatusCallback"][0]):
        return 400, 21609, "StatusCallback is no whole address"
    return None


def _error(status: int, code: int, words: str) -> dict[str, Any]:
    # Twilio's messages quote the number, so they must not travel on.
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": f"The request is not valid: {words}", "more_info": more, "status": status}
