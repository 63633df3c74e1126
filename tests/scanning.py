"""The same YAML again and again: each city of the tests reads the whole shipped folder, and so do tests of rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from shared import documents

_KEPT = 512  # texts; the shipped folder has about a hundred
_LONGEST = 90_000
"""Characters. The product reads no further than it has to; a hundred thousand brackets take hours to cut to the end."""


@lru_cache(_KEPT)
def _events(text: str) -> tuple[Any, ...]:
    return tuple(YAML(typ="safe", pure=True).parse(text))


class _Scanner:
    """Cuts a text into its events once in a process. They are only read: what is built of them is new each time."""

    def __init__(self, **kind: Any) -> None:
        self._kind = kind

    def parse(self, text: str) -> Iterator[Any]:
        if len(text) > _LONGEST:
            return iter(YAML(**self._kind).parse(text))
        try:
            return iter(_events(text))
        except YAMLError:
            # What stands before the fault is read first.
            return iter(YAML(**self._kind).parse(text))


def scan_once() -> None:
    """Have ``shared.documents`` cut each text once in this process: it is most of what starting a city costs."""
    documents.YAML = _Scanner  # type: ignore[misc, assignment]
