"""A comparison with a census of which members are unknown: known only where both its ends come out alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.terms import BOOLEAN, TWO, Arity, Call, Sort, Term, Type, Words


@dataclass(frozen=True)
class Agreeing:
    """The truth of both arguments if they are alike, else unknown. Nobody writes it; ``compiling`` puts it in."""

    names: tuple[str, ...] = ("agreeing",)
    arity: Arity = TWO
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{0}", "en": "{0}"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return BOOLEAN, tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        least, most = (code.truth(argument) for argument in call.arguments)
        return code.put(f"{least.name} if {least.name} is {most.name} else None")

    def truth(self, code: Writer, call: Call) -> Atom:
        return self.value(code, call)
