"""The same YAML again and again: each city of the tests reads the whole shipped folder, and so do tests of rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from shared import documents

_KEPT = 512  # texts; the shipped folder has about a hundred

_events: dict[str, tuple[Any, ...]] = {}


class _Scanner:
    """Cuts a text into its events once in a process. They are only read: what is built of them is new each time.

    It cuts no further than it is read, and keeps what was read to the end: the product stops at what is nested too
    deep, and thousands of brackets take minutes to cut.
    """

    def __init__(self, **kind: Any) -> None:
        self._kind = kind

    def parse(self, text: str) -> Iterator[Any]:
        if text in _events:
            yield from _events[text]
            return
        found = []
        for event in YAML(**self._kind).parse(text):
            found.append(event)
            yield event
        if len(_events) < _KEPT:
            _events[text] = tuple(found)


def scan_once() -> None:
    """Have ``shared.documents`` cut each text once in this process: it is most of what starting a city costs."""
    documents.YAML = _Scanner  # type: ignore[misc, assignment]
