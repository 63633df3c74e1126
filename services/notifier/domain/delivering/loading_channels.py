"""Turns the text of ``rules/notifier/channels.yaml`` into gateways and patience, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from services.notifier.domain.channel import Patience
from services.notifier.domain.delivering.gateway import HIDDEN, PLACEHOLDERS, Accepts, Asking, Gateway, places_of
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration

_METHODS: Final = ("GET", "POST", "PUT")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_SECRETIVE: Final = re.compile(r"auth|passw|token|secret|api.?key|credential", re.IGNORECASE)


class _WrittenPatience(msgspec.Struct, forbid_unknown_fields=True):
    tries: int | None = None
    time: str | None = None
    rest: str | None = None


class _WrittenAccepts(msgspec.Struct, forbid_unknown_fields=True):
    status: list[int] = []
    field: str | None = None
    values: list[str | int | bool] = []


class _WrittenAsking(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    method: str = "GET"
    headers: dict[str, str] = {}
    accepted: _WrittenAccepts = msgspec.field(default_factory=_WrittenAccepts)
    reference: str | None = None


class _WrittenGateway(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    url: str
    sender: str = "Vigie"
    method: str = "POST"
    headers: dict[str, str] = {}
    form: dict[str, str | int] | None = None
    json: dict[str, Any] | None = None
    accepted: _WrittenAccepts = msgspec.field(default_factory=_WrittenAccepts)
    reference: str | None = None
    ask: _WrittenAsking | None = None


@dataclass(frozen=True)
class WrittenChannels:
    """What the file says; without a file, nothing."""

    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)


def load_channels(text: str, file: str, secrets: Collection[str] | None) -> WrittenChannels:
    """Read the file.

    Args:
        secrets: the names that the setting ``channel_secrets`` gives; None: nobody knows here, and any is taken.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    document = read(text, file)
    if document.data is None:
        return WrittenChannels()
    if not isinstance(document.data, dict):
        raise ProblemsFound([document.problem((), "shape", "sections are wanted here: patience, sms_http")])
    reading = _Reading(document, secrets)
    found = WrittenChannels(reading.gateways(), reading.patience())
    if reading.problems:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda problem: (problem.span.line, problem.span.column)))
    return found


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document, secrets: Collection[str] | None) -> None:
        self._document = document
        self._secrets = secrets
        self.problems: list[Problem] = list(document.unknown_keys((), ("patience", "sms_http")))

    def patience(self) -> Patience:
        usual = Patience()
        if "patience" not in self._document.data:
            return usual
        written = self._convert(("patience",), _WrittenPatience)
        if written is None:
            return usual
        if written.tries is not None and written.tries < 1:
            self._note(("patience", "tries"), "patience", "at least one failure is needed to move on", "tries: 3")
        return Patience(
            written.tries or usual.tries,
            self._duration("time", written.time, usual.time),
            self._duration("rest", written.rest, usual.rest),
        )

    def gateways(self) -> dict[str, Gateway]:
        listed = self._document.data.get("sms_http", [])
        if not isinstance(listed, list):
            self._note(("sms_http",), "shape", "a list is wanted under sms_http: each gateway begins with '- '")
            return {}
        found: dict[str, Gateway] = {}
        for index in range(len(listed)):
            path: Path = ("sms_http", index)
            written = self._convert(path, _WrittenGateway)
            if written is not None:
                self._check(path, written, found)
                found[written.id] = _gateway(written)
        return found

    def _check(self, path: Path, written: _WrittenGateway, taken: Mapping[str, Gateway]) -> None:
        if not _ID.fullmatch(written.id):
            self._note((*path, "id"), "id", f"'{written.id}' can't be an id", "small letters, digits, '-'")
        if written.id in taken:
            self._note((*path, "id"), "double-id", f"a second '{written.id}'")
        if written.form is not None and written.json is not None:
            self._note((*path, "json"), "shape", "form and json together", "keep what the gateway documents")
        parts = {"url": written.url, "headers": written.headers, "form": written.form, "json": written.json}
        self._check_request(path, written.method, parts)
        if not {"to", "to_digits"} & set(places_of(parts)):
            self._note(path, "places", "nothing says to whom the text goes", "{to} or {to_digits} somewhere")
        if "text" not in places_of(parts):
            self._note(path, "places", "the text is nowhere in the request", "{text} somewhere")
        if written.ask is not None:
            asked = {"url": written.ask.url, "headers": written.ask.headers}
            self._check_request((*path, "ask"), written.ask.method, asked)

    def _check_request(self, path: Path, method: str, parts: Mapping[str, Any]) -> None:
        if method not in _METHODS:
            self._note((*path, "method"), "method", f"no method '{method}'", f"one of {', '.join(_METHODS)}")
        if urlsplit(parts["url"]).scheme not in ("https", "http") or not urlsplit(parts["url"]).hostname:
            self._note((*path, "url"), "url", "that is no web address", "https://...")
        for inner, value in _leaves(parts):
            self._check_places((*path, *inner), value)
            if _SECRETIVE.search(str(inner[-1])) and HIDDEN not in value:
                hint = "write {secret.NAME}, and NAME=... in the file that VIGIE_CHANNEL_SECRETS_FILE names"
                self._note((*path, *inner), "secret", f"what stands under '{inner[-1]}' would be in the open", hint)

    def _check_places(self, path: Path, value: str) -> None:
        for name in places_of(value):
            if name.startswith(HIDDEN):
                self._check_secret(path, name.removeprefix(HIDDEN))
            elif name not in PLACEHOLDERS:
                hint = did_you_mean(name, PLACEHOLDERS) or f"there are {', '.join(PLACEHOLDERS)}"
                self._note(path, "places", f"nothing fills '{{{name}}}'", hint)

    def _check_secret(self, path: Path, secret: str) -> None:
        if self._secrets is not None and secret not in self._secrets:
            hint = did_you_mean(secret, self._secrets) or "VIGIE_CHANNEL_SECRETS gives it: on each line name=secret"
            self._note(path, "secret", f"no secret '{secret}' is given", hint)

    def _duration(self, name: str, written: str | None, usual: timedelta) -> timedelta:
        if written is None:
            return usual
        try:
            return parse_duration(written)
        except UnitError as error:
            self._note(("patience", name), "duration", str(error), "for example 2 min")
            return usual

    def _convert(self, path: Path, shape: type[Any]) -> Any:
        try:
            return self._document.convert(path, shape)
        except ProblemsFound as error:
            self.problems.extend(error.problems)
            return None

    def _note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif isinstance(value, str):
        yield path, value


def _gateway(written: _WrittenGateway) -> Gateway:
    send = Asking(
        url=written.url,
        method=written.method,
        headers=written.headers,
        form=None if written.form is None else {name: str(value) for name, value in written.form.items()},
        json=written.json,
        accepted=_accepts(written.accepted),
        reference=written.reference,
    )
    asked = written.ask
    ask = None
    if asked is not None:
        ask = Asking(
            url=asked.url,
            method=asked.method,
            headers=asked.headers,
            accepted=_accepts(asked.accepted),
            reference=asked.reference,
        )
    return Gateway(id=written.id, sender=written.sender, send=send, ask=ask)


def _accepts(written: _WrittenAccepts) -> Accepts:
    values = (str(value).lower() if isinstance(value, bool) else str(value) for value in written.values)
    return Accepts(status=tuple(written.status), field=written.field, values=tuple(values))
