"""What stands behind an operator that reads: names, spans, marks; each is taken as what it must be, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.fields import described
from services.rules_engine.domain.inputs.windows import Window
from services.rules_engine.domain.spans import Span, parse_span
from services.rules_engine.domain.terms import Term, Type
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import Document, Path, did_you_mean
from shared.errors import InputError
from shared.model.registry import Property
from shared.problems import Problem
from shared.units import convert, parse_quantity

T = TypeVar("T")
COMPLETE: Final = 0.8
"""The share of a window that must have been observed, unless the author says otherwise."""
_ANSWERS: Final = frozenset({"absent_for", "unchanged_for", "changed"})
"""Operators that answer yes or no, of which members are counted."""


class Misread(Exception):
    """An argument is not what it must be; it carries the problems, one or more."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Arguments:
    """The operand of a reading operator, with its place and the words that it may use.

    Attributes:
        term: builds the term of a condition that stands in the operand.
        compiled: the same, compiled for points of another kind.
    """

    name: str
    document: Document
    path: Path
    known: Vocabulary
    term: Callable[[Path, Vocabulary], Term]
    compiled: Callable[[Path, Vocabulary], Compiled]
    written: Any = field(repr=False)

    @property
    def values(self) -> Sequence[Any]:
        """One alone counts as a list of one."""
        return self.written if isinstance(self.written, list) else [self.written]

    def place(self, index: int) -> Path:
        return (*self.path, index) if isinstance(self.written, list) else self.path

    def misread(self, path: Path, message: str, hint: str | None = None, slug: str = "shape") -> Misread:
        return Misread(self.document.problem(path, slug, message, hint))

    def count(self, least: int, most: int, example: str) -> None:
        """Refuse another number of arguments."""
        if not least <= len(self.values) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            noun = "argument" if most == 1 else "arguments"
            message = f"'{self.name}' takes {wanted} {noun}, not {len(self.values)}"
            raise self.misread(self.path, message, f"for example {example}")

    def property(self, index: int = 0) -> str:
        """The name of a property of the point."""
        value = self.values[index]
        if isinstance(value, dict) and list(value) == ["var"] and isinstance(value["var"], str):
            value = value["var"]
        known = self.known.properties
        if not isinstance(value, str):
            message = f"'{self.name}' takes the name of a property here, not {described(value)}"
            raise self.misread(self.place(index), message, f"this kind has: {', '.join(self.known.kind.properties)}")
        if value not in known:
            raise self._no_property(value, index)
        return value

    def _no_property(self, value: str, index: int) -> Misread:
        slug, known = "unknown-property", self.known.kind.properties
        if self.known.grouped and value in known:
            asking = "how_many: {where" if self.name in _ANSWERS else "max_of: {value"
            hint = f"ask its members: {asking}: {{{self.name}: ...}}}}"
            return self.misread(self.place(index), f"a group has no '{value}' of its own", hint, slug)
        hint = did_you_mean(value, known) or f"this kind has: {', '.join(known)}"
        return self.misread(self.place(index), f"no property '{value}' at points of this kind", hint, slug)

    def known_property(self, index: int = 0) -> Property:
        return self.known.kind.properties[self.property(index)]

    def typed(self, index: int = 0) -> Type:
        return self.known.types[self.property(index)]

    def span(self, index: int) -> Span:
        """A while, such as ``15 min``."""
        return self.parsed(index, parse_span, "a while such as 15 min, 24 h or 7 d", "15 min")

    def share(self, index: int, default: float) -> float:
        """A share from 0 % to 100 %, as 0 to 1."""
        if len(self.values) <= index:
            return default
        return self.parsed(index, _share, "a share from 0 % to 100 %", "80 %")

    def number(self, index: int, low: float, high: float, *, whole: bool = False) -> float:
        """A plain number within bounds."""
        value = self.values[index]
        number = None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
        if number is None or not low <= number <= high or (whole and not number.is_integer()):
            wanted = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
            hint = f"a plain number, without unit and quotes: {low:g}"
            raise self.misread(self.place(index), f"'{self.name}' takes {wanted} here, not {described(value)}", hint)
        return number

    def parsed(self, index: int, parse: Callable[[str], T], wanted: str, example: str) -> T:
        """Text that is read by a function."""
        value = self.values[index]
        if not isinstance(value, str):
            message = f"'{self.name}' takes {wanted} here, not {described(value)}"
            raise self.misread(self.place(index), message, f"for example {example}")
        try:
            return parse(value)
        except InputError as error:
            raise self.misread(self.place(index), f"'{self.name}' takes {wanted} here", str(error)) from error

    def window(self, name_at: int, span_at: int, complete: float = COMPLETE) -> Window:
        """A property, a while, and optionally the share that must have been observed."""
        return Window(self.property(name_at), self.span(span_at), self.share(span_at + 1, complete))


def _share(text: str) -> float:
    quantity = parse_quantity(text)
    share = convert(quantity.value, quantity.unit, "1")
    if not 0 <= share <= 1:
        raise InputError(f"'{text}' is not between 0 % and 100 %")
    return share
