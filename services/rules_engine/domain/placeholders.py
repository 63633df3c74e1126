"""The braces in a message: ``{point}``, ``{level}``, ``{level.time}``; which there are, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from shared.model.registry import Kind

GENERAL: Final = ("point", "point.id", "time", "since", "rule", "rule.id", "severity")
"""Those of every message; ``time`` is that of the event and ``since`` that of the alert, both local."""

OF_PROPERTY: Final = ("time", "number", "unit", "title")
"""The attributes of a property; without one it is its value with its unit."""

_BRACED: Final = re.compile(r"\{([^{}]*)\}")


def names_for(kind: Kind) -> tuple[str, ...]:
    """All names that can be filled in for points of a kind."""
    own = [text for name in kind.properties for text in (name, *(f"{name}.{attribute}" for attribute in OF_PROPERTY))]
    return (*GENERAL, *own)


def placeholders(message: str) -> tuple[str, ...]:
    """The names in a message, in order."""
    return tuple(name.strip() for name in _BRACED.findall(message))


def loose_braces(message: str) -> bool:
    """Whether a brace stands without its other half."""
    return bool(re.search(r"[{}]", _BRACED.sub("", message)))


def filled(message: str, value: Callable[[str], str]) -> str:
    """The message with every name replaced by its value."""
    return _BRACED.sub(lambda found: value(found[1].strip()), message)
