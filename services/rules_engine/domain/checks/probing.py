"""Finds out what conditions can be by trying them on both sides of every threshold.

That is a proof only where properties are compared with constants and nothing else, so others are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod
from typing import Final, TypeAlias

from services.rules_engine.domain.decision import Compiled, thresholds
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.terms import Call, Constant, Term, Variable
from shared.model.registry import Property

Values: TypeAlias = Mapping[str, float]

_MOST_TRIALS: Final = 4096


def trials(conditions: Sequence[Compiled], properties: Mapping[str, Property]) -> Iterator[Values] | None:
    """Values of all properties that the conditions read, such that every case they tell apart occurs.

    None: the conditions are of a sort, or so many, that no such list can be made.
    """
    if not all(_is_simple(condition.term) for condition in conditions):
        return None
    names = sorted({name for condition in conditions for name in condition.needs})
    if not all(name in properties for name in names):
        return None
    marks = [_marks(name, conditions, properties[name]) for name in names]
    if prod(map(len, marks)) > _MOST_TRIALS:
        return None
    return (dict(zip(names, values, strict=True)) for values in product(*marks))


def decided(condition: Compiled, values: Values) -> bool:
    """Whether the condition holds for the values."""
    return condition.decide([values[each.name] for each in condition.inputs if isinstance(each, Latest)]) is True


def _is_simple(term: Term) -> bool:
    """Whether every property in it is compared with constants only."""
    if isinstance(term, Constant):
        return True
    if not isinstance(term, Call):
        return False
    if term.operator.compares:
        read = [part for part in term.arguments if isinstance(part, Variable)]
        others = [part for part in term.arguments if not isinstance(part, Variable | Constant)]
        return len(read) <= 1 and not others and all(part.default is None for part in read)
    return term.operator.names[0] in ("and", "or", "!", "!!") and all(_is_simple(part) for part in term.arguments)


def _marks(name: str, conditions: Sequence[Compiled], known: Property) -> list[float]:
    """The ends of the range, the thresholds, and a value between each two of them."""
    found = {known.minimum, known.maximum}
    for condition in conditions:
        found |= {each.value for each in thresholds(condition.term) if each.property == name}
    points = sorted(value for value in found if known.minimum <= value <= known.maximum)
    return sorted({*points, *((low + high) / 2 for low, high in pairwise(points))})
