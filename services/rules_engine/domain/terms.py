"""A condition after reading: terms with their type, their unit and the place where they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from services.rules_engine.domain.coercion import Value
from shared.documents import Path

if TYPE_CHECKING:
    from services.rules_engine.domain.generating import Atom, Writer
    from services.rules_engine.domain.inputs.input import Input

COMPOUND: Final = "?"
"""The unit of a product of units: none of the list, so it fits bare numbers only."""


class Sort(StrEnum):
    """What a term gives when it is known. NOTHING never is; ANY shows only at run time."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    LIST = "list"
    NOTHING = "nothing"
    ANY = "any"


@dataclass(frozen=True)
class Type:
    """Sort and UCUM unit; no unit: a bare number, which takes the unit of what it meets.

    Attributes:
        difference: of two values in the unit, so that zero stays zero in every other: 10 Cel more are 10 K more.
        of: of a list, the type of its elements; its unit is theirs.
    """

    sort: Sort
    unit: str | None = None
    difference: bool = False
    of: Type | None = None


NUMBER: Final = Type(Sort.NUMBER)
BOOLEAN: Final = Type(Sort.BOOLEAN)
TEXT: Final = Type(Sort.TEXT)
ANY: Final = Type(Sort.ANY)


def list_of(element: Type) -> Type:
    """The type of a list of such elements."""
    return Type(Sort.LIST, element.unit, of=element)


@dataclass(frozen=True)
class Constant:
    """A value as written. ``value`` is in ``type.unit``; ``written`` is the author's text."""

    value: Value
    type: Type
    path: Path
    written: str


@dataclass(frozen=True)
class Variable:
    """A property of the point; ``default`` is taken where its value is unknown."""

    name: str
    type: Type
    path: Path
    default: Term | None = None


@dataclass(frozen=True)
class Reading:
    """What is read otherwise than by the name of a property: a window, a calendar, other points."""

    input: Input
    path: Path
    written: str

    @property
    def type(self) -> Type:
        return self.input.type


@dataclass(frozen=True)
class Converted:
    """A term told in another unit: value * slope + offset."""

    term: Term
    type: Type
    slope: float
    offset: float

    @property
    def path(self) -> Path:
        return self.term.path


@dataclass(frozen=True)
class Call:
    """An operator on its arguments; ``written`` is the name that the author used for it."""

    operator: Operator
    written: str
    arguments: tuple[Term, ...]
    type: Type
    path: Path


Term: TypeAlias = Constant | Variable | Reading | Converted | Call
Words: TypeAlias = Mapping[str, str]
"""A phrase for each language (``fr``, ``en``), with ``{0}``, ``{1}`` for the arguments."""


@dataclass(frozen=True)
class Arity:
    """How many arguments an operator takes; ``most`` None: any number."""

    least: int
    most: int | None

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


FREE: Final = Arity(0, None)
ONE: Final = Arity(1, 1)
TWO: Final = Arity(2, 2)
CHAIN: Final = Arity(2, 3)
THREE: Final = Arity(3, 3)
SOME: Final = Arity(1, None)


class Operator(Protocol):
    """What one operator must say of itself; one object for each lives in ``operators``.

    Attributes:
        names: how it is written; the published name first, then our words for it.
        takes: the sort of its arguments; ANY: all sorts.
        one_unit: its arguments must be told in one unit.
        compares: its decision appears in a trace.
        words: a phrase for two arguments, or, with ``{all}``, for any number of them.
    """

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def arity(self) -> Arity: ...
    @property
    def takes(self) -> Sort: ...
    @property
    def one_unit(self) -> bool: ...
    @property
    def compares(self) -> bool: ...
    @property
    def words(self) -> Words: ...

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        """The type of the result, and the arguments in the units in which it wants them."""

    def value(self, code: Writer, call: Call) -> Atom:
        """Write the code of its value."""

    def truth(self, code: Writer, call: Call) -> Atom:
        """Write the code of its truth; of use where it is cheaper or known more often than the value."""


def walk(term: Term) -> Iterator[Term]:
    """The term and all below it, in the order in which they are written."""
    yield term
    for part in parts(term):
        yield from walk(part)


def calls(term: Term) -> Iterator[Call]:
    """The operators of a term."""
    return (part for part in walk(term) if isinstance(part, Call))


def variables(term: Term) -> Iterator[Variable]:
    """The properties that a term reads, each as often as it does."""
    return (part for part in walk(term) if isinstance(part, Variable))


def readings(term: Term) -> Iterator[Reading]:
    """What a term reads otherwise than by name."""
    return (part for part in walk(term) if isinstance(part, Reading))


def parts(term: Term) -> tuple[Term, ...]:
    """What stands directly below a term."""
    if isinstance(term, Call):
        return term.arguments
    if isinstance(term, Converted):
        return (term.term,)
    return (term.default,) if isinstance(term, Variable) and term.default is not None else ()
