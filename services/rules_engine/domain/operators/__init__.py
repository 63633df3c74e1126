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
    logic,
    members,
    windows,
)
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.terms import Operator

ALL: Final[tuple[Operator, ...]] = (*logic.OPERATORS, *comparison.OPERATORS, *arithmetic.OPERATORS)

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


def is_word(name: str) -> bool:
    """Whether the name is one of our words, whose first argument may be the bare name of a property."""
    return name in OPERATORS and name not in ("and", "or", "if", "min", "max") and name[0].isalpha()
