"""The operators of the rule language, in one registry: a new one is an object in the fitting module's list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.rules_engine.domain.operators import (
    access,
    arithmetic,
    calendar,
    comparison,
    history,
    lists,
    logic,
    loops,
    members,
    missing,
    texts,
    windows,
)  # fmt: skip
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.terms import Operator

# What JSON-logic calls by words of its own, in which text is text.
_PUBLISHED: Final[tuple[Operator, ...]] = (*texts.OPERATORS, *lists.OPERATORS, *loops.OPERATORS, *missing.OPERATORS)

ALL: Final[tuple[Operator, ...]] = (
    *logic.OPERATORS, *comparison.OPERATORS, *arithmetic.OPERATORS, *_PUBLISHED,
)  # fmt: skip

OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType({name: each for each in ALL for name in each.names})
"""By every name under which it may be written."""

READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        name: each
        for each in (*windows.READERS, *history.READERS, *calendar.READERS, *members.READERS)
        for name in each.names
    }
)
"""Operators that say what to read, by name."""

NAMES: Final = (access.NAME, *OPERATORS, *READERS)
_NOT_OURS: Final = {"and", "or", "if", "min", "max"}.union(*(each.names for each in _PUBLISHED))


def is_word(name: str) -> bool:
    """Whether the name is one of our words, whose first argument may be the bare name of a property."""
    return name in OPERATORS and name not in _NOT_OURS and name[0].isalpha()
