"""What ``var`` names where it isn't a property of the point: the element of a list, or plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.rules_engine.domain.terms import ANY, Sort, Type


@dataclass(frozen=True)
class Scope(Mapping[str, Type]):
    """The names of a scope, with their types; the name ``""`` is the whole.

    Attributes:
        plain: it is plain data, of which nothing is known before it comes.
    """

    names: Mapping[str, Type]
    plain: bool = False

    def __getitem__(self, name: str) -> Type:
        return self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def find(self, steps: Sequence[str]) -> Type | None:
        """The type of what lies at the end of the steps; None if nothing can."""
        if self.plain:
            return ANY
        if "" in self.names:
            return _below(self.names[""], steps)
        return _below(self.names[steps[0]], steps[1:]) if steps and steps[0] in self.names else None


PLAIN: Final = Scope({"": ANY}, plain=True)
"""Data of any shape."""


def of_element(source: Type, outer: Mapping[str, Type]) -> Scope:
    """Inside of ``filter``, ``map``, ``all``, ``none`` and ``some``: the element is the whole."""
    return PLAIN if is_plain(outer) else Scope({"": element_of(source)})


def of_step(source: Type, so_far: Type, outer: Mapping[str, Type]) -> Scope:
    """Inside of ``reduce``: the element is ``current``, the result so far is ``accumulator``."""
    return Scope({"current": element_of(source), "accumulator": so_far}, plain=is_plain(outer))


def is_plain(types: Mapping[str, Type]) -> bool:
    """Whether a condition is over plain data, rather than over the properties of a point."""
    return isinstance(types, Scope) and types.plain


def element_of(source: Type) -> Type:
    """The type of the elements of a list; of what isn't one for sure, any."""
    return source.of or ANY


def _below(found: Type, steps: Sequence[str]) -> Type | None:
    for step in steps:
        if found.sort is Sort.ANY:
            return ANY
        if found.sort is not Sort.LIST or not step.isdecimal():
            return None
        found = element_of(found)
    return found
