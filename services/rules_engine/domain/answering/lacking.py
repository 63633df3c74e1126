"""What is missing for a condition to come out as it is wanted: the parts that don't, and how they are joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.rules_engine.domain.coercion import truth_of
from services.rules_engine.domain.decision import Compared, Trace
from services.rules_engine.domain.operators.logic import Junction, Not
from services.rules_engine.domain.terms import Call, Constant, Reading, Term, Variable
from services.rules_engine.domain.truth import Truth, conjunction, disjunction, negation


@dataclass(frozen=True)
class Part:
    """A part that has another truth than the one that is wanted of it; ``compared``: none where it only asks."""

    term: Term
    truth: Truth
    wanted: bool
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True)
class Together:
    """Several parts: all of them are missing, or any of them would do."""

    word: Literal["all", "any"]
    parts: tuple[Lack, ...]


Lack: TypeAlias = Part | Together


def lacking(term: Term, trace: Trace, *, wanted: bool = True) -> Lack | None:
    """What keeps a condition from its wanted truth; None: nothing does."""
    return _Reader(trace).lack(term, wanted=wanted)


class _Reader:
    """Reads a trace beside the term that it is of."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._asked = {_name(each.term): each.truth for each in trace.asked}

    def lack(self, term: Term, *, wanted: bool) -> Lack | None:
        truth = self._truth(term)
        if truth is wanted:
            return None
        if isinstance(term, Call):
            if isinstance(term.operator, Not):
                return self.lack(term.arguments[0], wanted=wanted is term.operator.doubled)
            if isinstance(term.operator, Junction):
                return self._joined(term, wanted=wanted)
        return Part(term, truth, wanted, self._compared(term))

    def _joined(self, call: Call, *, wanted: bool) -> Lack | None:
        found = [lack for part in call.arguments if (lack := self.lack(part, wanted=wanted)) is not None]
        word: Literal["all", "any"] = "all" if (call.operator.names[0] == "and") is wanted else "any"
        flat = [
            inner
            for each in found
            for inner in (each.parts if isinstance(each, Together) and each.word == word else (each,))
        ]
        return flat[0] if len(flat) == 1 else Together(word, tuple(flat))

    def _truth(self, term: Term) -> Truth:
        if isinstance(term, Constant):
            return truth_of(term.value)
        if isinstance(term, Reading | Variable):
            return self._asked.get(_name(term))
        if not isinstance(term, Call):
            return None
        if isinstance(term.operator, Not):
            inner = self._truth(term.arguments[0])
            return inner if term.operator.doubled else negation(inner)
        if isinstance(term.operator, Junction):
            table = conjunction if term.operator.names[0] == "and" else disjunction
            return table(*map(self._truth, term.arguments))
        seen = self._compared(term)
        if seen and all(each.call.path == term.path for each in seen):
            return seen[0].truth if all(each.truth is seen[0].truth for each in seen) else None
        return None

    def _compared(self, term: Term) -> tuple[Compared, ...]:
        """The comparisons of a part; both ends of a census have its place."""
        depth = len(term.path)
        return tuple(each for each in self._trace.compared if each.call.path[:depth] == term.path)


def _name(term: Reading | Variable) -> object:
    return term.input if isinstance(term, Reading) else term.name


def by_path(trace: Trace) -> Mapping[object, Truth]:
    """The truth of each comparison and question, by its place or by what is asked."""
    found: dict[object, Truth] = {}
    for each in trace.compared:
        known = found.setdefault(each.call.path, each.truth)
        if known is not each.truth:
            found[each.call.path] = None
    return found | {_name(each.term): each.truth for each in trace.asked}
