"""The braces in a message: ``{point}``, ``{level}``, ``{level.time}``; which there are, and how they are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from services.rules_engine.domain.rule import Rule
from shared.model.registry import Kind

GENERAL: Final = ("point", "point.id", "time", "since", "rule", "rule.id", "severity")
"""Those of every message; ``time`` is that of the event and ``since`` that of the alert, both local."""

OF_PROPERTY: Final = ("time", "number", "unit", "title")
"""The attributes of a property; without one it is its value with its unit."""

OF_VALUE: Final = ("number", "unit")
"""The attributes of a value that ``let`` named."""

OF_GROUP: Final = ("members", "count", "total")
"""The titles of the members for which it holds, how many they are, and of how many."""

_BRACED: Final = re.compile(r"\{([^{}]*)\}")


def names_for(rule: Rule, kind: Kind) -> tuple[str, ...]:
    """All names that can be filled in for a rule over points of a kind."""
    if rule.grouping is not None:
        return (*GENERAL, *OF_GROUP, *_with(rule.let, OF_VALUE))
    return (*GENERAL, *_with(kind.properties, OF_PROPERTY), *_with(rule.let, OF_VALUE))


def _with(names: Iterable[str], attributes: Iterable[str]) -> list[str]:
    return [text for name in names for text in (name, *(f"{name}.{attribute}" for attribute in attributes))]


def placeholders(message: str) -> tuple[str, ...]:
    """The names in a message, in order."""
    return tuple(name.strip() for name in _BRACED.findall(message))


def loose_braces(message: str) -> bool:
    """Whether a brace stands without its other half."""
    return bool(re.search(r"[{}]", _BRACED.sub("", message)))


def filled(message: str, value: Callable[[str], str]) -> str:
    """The message with every name replaced by its value."""
    return _BRACED.sub(lambda found: value(found[1].strip()), message)
