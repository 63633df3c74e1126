"""Finds out what conditions can be by trying them on both sides of every threshold and of every hour.

Each thing that a condition asks about is tried by itself, whatever the others are. So what no trial shows can't be,
which is a proof; what one shows may still be impossible, where two of the things go together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import Final

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.examining import axes
from services.rules_engine.domain.examining.axes import Axis
from services.rules_engine.domain.examining.ranges import Range, range_of
from services.rules_engine.domain.examining.skeleton import skeleton, sources
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.inputs.history import QUALITIES, QualityOf
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.inputs.windows import Aggregated
from services.rules_engine.domain.terms import BOOLEAN, Call, Constant, Reading, Sort, Term, Variable
from services.rules_engine.domain.vocabulary import Vocabulary

_MOST_TRIALS: Final = 4096
_LOGIC: Final = frozenset({"and", "or", "!", "!!", "if", "agreeing"})


@dataclass(frozen=True)
class Thing:
    """What is asked about: a number, a truth, or where on an axis of time it is.

    Attributes:
        terms: as they are written; asked about twice, it is one thing.
        values: enough of them that every case occurs.
        axis: None: it is no calendar.
    """

    terms: tuple[Term, ...]
    values: tuple[Value, ...]
    axis: Axis | None = None

    @cached_property
    def sources(self) -> frozenset[Hashable]:
        """What it is read from."""
        return frozenset().union(*(sources(term) for term in self.terms))


@dataclass(frozen=True)
class Trial:
    """One choice of a value for each thing, in their order, and whether each of the conditions is true then."""

    values: tuple[Value, ...]
    holds: tuple[bool, ...]


@dataclass(frozen=True)
class Trials:
    """All trials of some conditions.

    Attributes:
        asked: the things that each condition asks about, by their numbers.
    """

    things: tuple[Thing, ...]
    asked: tuple[frozenset[int], ...]
    _leaves: tuple[_Leaf, ...]
    _decide: tuple[Callable[[Sequence[Value]], object], ...]

    def __iter__(self) -> Iterator[Trial]:
        for values in product(*(thing.values for thing in self.things)):
            row = [leaf.value(values[leaf.thing]) for leaf in self._leaves]
            yield Trial(values, tuple(decide(row) is True for decide in self._decide))


def trials(conditions: Sequence[Term], known: Vocabulary) -> Trials | None:
    """Trials of conditions, such that every case that they tell apart occurs; None: there are too many."""
    probe = _Probe(known)
    replaced, asked = [], []
    for condition in conditions:
        probe.asked = set()
        replaced.append(probe.truth(condition))
        asked.append(frozenset(probe.asked))
    things = tuple(probe.things())
    if prod(len(thing.values) for thing in things) > _MOST_TRIALS:
        return None
    row = [(leaf.name, leaf.term.type.sort) for leaf in probe.leaves.values()]
    decide = tuple(generate(term, row)[0] for term in replaced)
    return Trials(things, tuple(asked), tuple(probe.leaves.values()), decide)


def verdict(condition: Term, known: Vocabulary) -> bool | None:
    """True: whatever is observed, it holds; False: it never does; None: it may be either, as far as trials show."""
    found = trials([condition], known)
    if found is None:
        return None
    truths: set[bool] = set()
    for trial in found:
        truths.add(trial.holds[0])
        if len(truths) > 1:
            return None
    return truths.pop()


@dataclass(frozen=True)
class _Leaf:
    """Where a condition asks about a thing (by its number); ``name`` stands for it in generated code."""

    name: str
    thing: int
    term: Term
    axis: Axis | None

    def value(self, of_thing: Value) -> Value:
        """What it sees when the thing has a value."""
        if self.axis is None or not isinstance(self.term, Reading) or not isinstance(of_thing, float):
            return of_thing
        return axes.holds(self.term.input, of_thing)


class _Probe:
    """Replaces all that conditions ask about by names, and gathers what it is compared with."""

    def __init__(self, known: Vocabulary) -> None:
        self.leaves: dict[Hashable, _Leaf] = {}
        self.asked: set[int] = set()
        self._known = known
        self._numbers: dict[Hashable, int] = {}
        self._marks: list[set[float]] = []

    def truth(self, term: Term) -> Term:
        """The same term over names."""
        if isinstance(term, Constant):
            return term
        if isinstance(term, Call) and term.operator.names[0] in _LOGIC:
            return replace(term, arguments=tuple(map(self.truth, term.arguments)))
        if isinstance(term, Call) and term.operator.compares:
            return self._compared(term)
        return self._leaf(term, {0.0} if term.type.sort is Sort.NUMBER else set())

    def _compared(self, call: Call) -> Term:
        others = [part for part in call.arguments if not isinstance(part, Constant)]
        constants = [part.value for part in call.arguments if isinstance(part, Constant)]
        if not others:
            return call
        numbers = {value for value in constants if isinstance(value, float)}
        is_number = others[0].type.sort is Sort.NUMBER and len(numbers) == len({*constants})
        is_word = isinstance(others[0], Reading) and isinstance(others[0].input, QualityOf)
        if len(others) > 1 or not (is_number or is_word):
            return self._leaf(call, set())
        name = self._leaf(others[0], numbers)
        return replace(call, arguments=tuple(name if part is others[0] else part for part in call.arguments))

    def _leaf(self, term: Term, marks: set[float]) -> Term:
        own = skeleton(term)
        leaf = self.leaves.get(own)
        if leaf is None:
            axis = axes.axis_of(term.input) if isinstance(term, Reading) else None
            number = self._numbers.setdefault(axis or own, len(self._marks))
            if number == len(self._marks):
                self._marks.append(set())
            leaf = self.leaves[own] = _Leaf(str(len(self.leaves)), number, term, axis)
        self.asked.add(leaf.thing)
        self._marks[leaf.thing].update(marks)
        return Variable(leaf.name, term.type if term.type.sort is not Sort.ANY else BOOLEAN, term.path)

    def things(self) -> Iterator[Thing]:
        """All that is asked about, in the order of its numbers."""
        for number, marks in enumerate(self._marks):
            leaves = [leaf for leaf in self.leaves.values() if leaf.thing == number]
            terms = tuple(leaf.term for leaf in leaves)
            yield Thing(terms, self._values(terms, marks, leaves[0].axis), leaves[0].axis)

    def _values(self, terms: tuple[Term, ...], marks: set[float], axis: Axis | None) -> tuple[Value, ...]:
        first = terms[0]
        if axis is not None:
            return axes.places(axis, [term.input for term in terms if isinstance(term, Reading)])
        if first.type.sort is Sort.NUMBER:
            return _numbers(marks, range_of(first, self._known), whole=_comes_in_whole_numbers(first))
        is_word = isinstance(first, Reading) and isinstance(first.input, QualityOf)
        return QUALITIES if is_word else (True, False)


def _comes_in_whole_numbers(term: Term) -> bool:
    if not isinstance(term, Reading):
        return False
    each = term.input
    return (isinstance(each, Counted) and not each.share) or (isinstance(each, Aggregated) and each.function == "count")


def _numbers(marks: set[float], possible: Range, *, whole: bool) -> tuple[float, ...]:
    """The ends of the range, the marks, and a value between each two of them."""
    low = possible.low if math.isfinite(possible.low) else min([*marks, possible.high, 0.0]) - 1
    high = possible.high if math.isfinite(possible.high) else max([*marks, possible.low, 0.0]) + 1
    if whole:
        near = {
            float(end + step) for mark in marks for end in (math.floor(mark), math.ceil(mark)) for step in (-1, 0, 1)
        }
        return tuple(sorted({value for value in {low, *near, math.ceil(high)} if possible.holds(value)}))
    points = sorted({low, high, *(mark for mark in marks if possible.holds(mark))})
    return tuple(sorted({*points, *((before + after) / 2 for before, after in pairwise(points))}))
