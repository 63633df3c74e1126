"""A comparison with a census of which members are unknown: known only where it comes out alike whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.comparison import OPERATORS, Comparison
from services.rules_engine.domain.terms import BOOLEAN, TWO, Arity, Call, Operator, Sort, Term, Type, Words

_BY_SYMBOL: Final = {each.symbol: each for each in OPERATORS if isinstance(each, Comparison)}
_APART: Final = {"==": "False", "===": "False", "!=": "True", "!==": "True"}
"""What comparisons that know no order say of numbers that differ."""

_Ends: TypeAlias = tuple[Atom, Atom]
"""The least and the most that one side may be."""


@dataclass(frozen=True)
class Agreeing:
    """A comparison that is written once, with the least that each side may be, and with the most.

    Its truth is that of all that lies between. Nobody writes it; ``compiling`` puts it in.
    """

    names: tuple[str, ...] = ("agreeing",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{0}", "en": "{0}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        written = [part for part in call.arguments if isinstance(part, Call) and part.operator.compares]
        return _compared(code, *written) if len(written) == len(call.arguments) else _alike(code, call.arguments)

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


def _alike(code: Writer, truths: Sequence[Term]) -> Atom:
    """Of what stands for the two comparisons, where only truths are tried."""
    first, second = (code.truth(each) for each in truths)
    return code.put(f"{first.name} if {first.name} is {second.name} else None")


def _compared(code: Writer, least: Call, most: Call) -> Atom:
    low, high = ([code.value(term) for term in part.arguments] for part in (least, most))
    ends, sorts = list(zip(low, high, strict=True)), [term.type.sort for term in least.arguments]
    found = [
        _agreed(code, compared, (ends[left], ends[right]), (sorts[left], sorts[right]))
        for compared, left, right in _pairs(least.operator, len(ends))
    ]
    result = found[0] if len(found) == 1 else code.put(f"conjunction({found[0].name}, {found[1].name})")
    code.note(least, low, result)
    return code.note(most, high, result)


def _pairs(operator: Operator, count: int) -> Iterator[tuple[Comparison, int, int]]:
    """The comparisons of two of which one of three is made, with the places of their sides."""
    if not isinstance(operator, Comparison):
        yield from ((_BY_SYMBOL[">="], 0, 1), (_BY_SYMBOL["<="], 0, 2))  # between
    else:
        yield from ((operator, left, left + 1) for left in range(count - 1))


def _agreed(code: Writer, compared: Comparison, sides: tuple[_Ends, _Ends], sorts: Sequence[Sort]) -> Atom:
    """The truth of one comparison of two sides that are as far apart as they can be, if it is that of the reverse."""
    (least, most), (other_least, other_most) = sides
    first = compared.pair(code, (least, other_most), sorts)
    second = compared.pair(code, (most, other_least), sorts)
    agreed = code.put(f"{first.name} if {first.name} is {second.name} else None")
    apart = _APART.get(compared.symbol)
    if apart is not None:
        met = f"{_number(code, least, sorts[0])} <= {_number(code, other_most, sorts[1])}"
        met += f" and {_number(code, other_least, sorts[1])} <= {_number(code, most, sorts[0])}"
        code.line(f"if {agreed.name} is {apart} and {met}: {agreed.name} = None")
    return agreed


def _number(code: Writer, atom: Atom, sort: Sort) -> str:
    return atom.name if sort in (Sort.NUMBER, Sort.BOOLEAN) else code.put(f"number_of({atom.name})").name
