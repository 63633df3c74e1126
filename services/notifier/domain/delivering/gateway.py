"""An SMS gateway as ``rules/notifier/channels.yaml`` describes it: what is asked of it, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

PLACEHOLDERS: Final = ("to", "to_digits", "text", "id", "sender")
"""What stands in braces: the number in E.164, the same without its plus, the text, the notice's id, the sender."""

PLACE: Final = re.compile(r"\{([a-z_]+(?:\.[a-z0-9-]+)?)\}")
HIDDEN: Final = "secret."
_NOWHERE: Final = object()

Values = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Accepts:
    """Which answers say yes.

    Attributes:
        status: of HTTP; empty: any from 200 to 299.
        field: of the answer's JSON, as a path with dots; None: the status tells all.
        values: what the field says then; empty: it need only be there.
    """

    status: tuple[int, ...] = ()
    field: str | None = None
    values: tuple[str, ...] = ()

    def takes_status(self, status: int) -> bool:
        """Whether the status is one that says yes."""
        return status in self.status if self.status else 200 <= status < 300

    def takes_content(self, content: Any) -> bool:
        """Whether the content says yes, given that the status does."""
        if self.field is None:
            return True
        found = text_at(content, self.field)
        return found is not None and (not self.values or found in self.values)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request, with places in braces.

    Attributes:
        form, json: the body; at most one of them.
        reference: where the gateway's own id stands in the answer's JSON.
    """

    url: str
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Any = None
    accepted: Accepts = field(default_factory=Accepts)
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A gateway.

    Attributes:
        ask: how to ask whether it took a notice; None: it can't be asked.
    """

    id: str
    sender: str
    send: Asking
    ask: Asking | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request with every place filled. It holds numbers and secrets: it is never printed."""

    url: str = field(repr=False)
    method: str
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] | None = field(repr=False)
    json: Any = field(repr=False)


def filled(asking: Asking, values: Values) -> Request:
    """The request. What fills a place in an address is escaped there."""
    plain = _filling(values, str)
    return Request(
        url=_filling(values, lambda text: quote(text, safe=""))(asking.url),
        method=asking.method,
        headers={name: plain(value) for name, value in asking.headers.items()},
        form=None if asking.form is None else {name: plain(value) for name, value in asking.form.items()},
        json=_deep(asking.json, plain),
    )


def places_of(value: Any) -> list[str]:
    """The names in braces, wherever they stand in it."""
    if isinstance(value, str):
        return PLACE.findall(value)
    if isinstance(value, Mapping):
        return [name for item in value.values() for name in places_of(item)]
    return [name for item in value for name in places_of(item)] if isinstance(value, list | tuple) else []


def text_at(content: Any, path: str) -> str | None:
    """What stands at a path with dots in JSON, as text; None if nothing does."""
    found = content
    for step in path.split("."):
        found = _step(found, step)
    if found is _NOWHERE or found is None or isinstance(found, dict | list):
        return None
    return str(found).lower() if isinstance(found, bool) else str(found)


def _step(content: Any, step: str) -> Any:
    if isinstance(content, dict):
        return content.get(step, _NOWHERE)
    if isinstance(content, list) and step.isdecimal() and int(step) < len(content):
        return content[int(step)]
    return _NOWHERE


def _filling(values: Values, write: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: PLACE.sub(lambda found: write(values.get(found[1], found[0])), text)


def _deep(value: Any, fill: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, Mapping):
        return {name: _deep(item, fill) for name, item in value.items()}
    return [_deep(item, fill) for item in value] if isinstance(value, list | tuple) else value
