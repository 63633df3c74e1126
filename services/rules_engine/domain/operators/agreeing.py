"""A comparison with a census of which members are unknown: known only where it comes out alike whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.operators.comparison import Comparison
from services.rules_engine.domain.terms import BOOLEAN, TWO, Arity, Call, Sort, Term, Type, Words


@dataclass(frozen=True)
class Agreeing:
    """The truth of two comparisons of the same, the least of one side with the most of the other, and the reverse.

    It is known where both are alike, and for ``==`` where no number lies between that would make it true. Nobody
    writes it; ``compiling`` puts it in.
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
        first, second = (code.truth(argument) for argument in call.arguments)
        agreed = code.put(f"{first.name} if {first.name} is {second.name} else None")
        apart = _APART.get(_symbol(call))
        if apart is not None:
            met = " and ".join(f"{low.name} <= {high.name}" for low, high in _sides(code, call))
            code.line(f"if {agreed.name} is {apart} and {met}: {agreed.name} = None")
        return agreed

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)


_APART: Final = {"==": "False", "===": "False", "!=": "True", "!==": "True"}
"""What comparisons that know no order say of numbers that differ."""


def _symbol(call: Call) -> str:
    compared = call.arguments[0]
    return compared.operator.symbol if isinstance(compared, Call) and isinstance(compared.operator, Comparison) else ""


def _sides(code: Writer, call: Call) -> Iterator[tuple[Atom, Atom]]:
    """The least of each side with the most of the other: they meet where none is larger."""
    (least, most), (other_most, other_least) = (part.arguments for part in call.arguments if isinstance(part, Call))
    for low, high in ((least, most), (other_least, other_most)):
        yield code.number(low), code.number(high)
