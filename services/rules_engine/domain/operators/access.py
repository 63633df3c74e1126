"""``var``: the value of a property at the point, by its name; a second argument stands in where it is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from services.rules_engine.domain.operators.aligning import aligned
from services.rules_engine.domain.terms import ANY, Sort, Term, Type, Variable
from shared.documents import Path

NAME: Final = "var"


def variable(name: str, default: Sequence[Term], types: Mapping[str, Type], path: Path) -> Variable:
    """The variable of that name; one that the kind doesn't have is left for ``unknown-property`` to name."""
    own = types.get(name, ANY)
    if not default:
        return Variable(name, own, path)
    _, (_, fallback) = aligned((Variable(name, own, path), default[0]))
    # A bare default is told in the property's unit; where the sorts differ only run time shows which it was.
    kind = own if fallback.type.sort is own.sort or fallback.type.sort is Sort.NOTHING else ANY
    return Variable(name, kind, path, fallback)
