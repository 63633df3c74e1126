"""Where the names that ``let`` gives are used, as far as can be seen: in conditions, and in messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.rules_engine.domain.examining.selections import conditions
from services.rules_engine.domain.placeholders import placeholders
from services.rules_engine.domain.rule import Rule


def used(rule: Rule) -> frozenset[str]:
    """Every text in a condition and every name in a message, which may be that of a value."""
    found = {text for condition in conditions(rule) for text in _texts(condition.tree)}
    for action, _ in rule.notifications:
        found |= {name.partition(".")[0] for name in placeholders(action.message)}
    return frozenset(found)


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from _texts(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _texts(part)
