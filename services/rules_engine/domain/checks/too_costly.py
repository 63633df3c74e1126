"""too-costly: a condition so deep or so long, or with so much to read, that deciding it could hold up the others.

Nothing can interrupt a condition that runs, so its cost is bounded before: by its size, then by what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck, TreeUnderCheck
from services.rules_engine.domain.examining.branches import loops_around
from services.rules_engine.domain.examining.extent import Meter, TooMuch
from services.rules_engine.domain.examining.work import grouped, kept, observed, works
from shared.documents import Path
from shared.problems import Problem

SLUG: Final = "too-costly"
DEEPEST: Final = 24
"""Operators within operators. Every level may indent generated code twice, and Python takes a hundred indents."""
LARGEST: Final = 400
"""Operators and values together, those inside of a loop once for each element: some ten microseconds a decision."""
DEEPEST_LOOPS: Final = 4
"""Loops within loops: Python takes twenty."""

MOST_READ: Final = 500_000
"""Values for one observation: fifty milliseconds, in which the process does nothing else."""
MOST_IN_A_SECOND: Final = 1_000_000
"""Values that the observations of a second make a rule read: a tenth of a core."""
MOST_KEPT: Final = 10_000_000
"""Values that a rule has at hand, of all its points: 17 bytes each."""
_FEWER: Final = "look back less far, or ask fewer points (by: area, or of: with a smaller choice)"


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    problem = next(_as_written(subject), None) or (None if subject.plain else _as_decided(subject))
    if problem is not None:
        yield problem


def _as_decided(subject: TreeUnderCheck) -> Problem | None:
    """Over plain data nobody knows how long lists are; there the decision itself counts."""
    try:
        Meter(LARGEST).size(subject.tree, subject.path, {})
    except TooMuch as found:
        message = f"more than {LARGEST} operators and values, counting once more for each element of a list"
        hint = "shorten the list, or split it into rules"
        return subject.document.problem(found.path or subject.path, SLUG, message, hint)
    return None


def _as_written(subject: TreeUnderCheck) -> Iterator[Problem]:
    waiting: list[tuple[Any, Path, int]] = [(subject.tree, subject.path, 0)]
    size = 0
    while waiting:
        value, path, depth = waiting.pop()
        size += 1
        if depth > DEEPEST:
            hint = "split it: a part that has a meaning of its own can be a rule of its own"
            yield subject.document.problem(path, SLUG, f"more than {DEEPEST} operators within one another", hint)
            return
        if loops_around(path[len(subject.path) :]) > DEEPEST_LOOPS:
            hint = "split it into rules"
            yield subject.document.problem(path, SLUG, f"more than {DEEPEST_LOOPS} loops within one another", hint)
            return
        if size > LARGEST:
            hint = "split it into rules"
            yield subject.document.problem(subject.path, SLUG, f"more than {LARGEST} operators and values", hint)
            return
        if isinstance(value, dict):
            waiting += [(each, (*path, key), depth + 1) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, (*path, index), depth + isinstance(each, list)) for index, each in enumerate(value)]


def find_reading(subject: RuleUnderCheck) -> Iterator[Problem]:
    """What is too much in what a rule reads, with the numbers."""
    compiled, document = subject.compiled, subject.rule.place.document
    work = [] if compiled is None else sorted(works(compiled, subject.known), key=lambda each: -each.values)
    if compiled is None or not work:
        return
    path, often = work[0].reading.path, observed(compiled, subject.known)
    total, keeps = sum(each.values for each in work), kept(compiled, subject.known)
    told = f"({work[0].told})"
    if total > MOST_READ:
        message = f"one observation makes it read as long as {grouped(total)} values take {told}"
        yield document.problem(path, SLUG, f"{message}; {grouped(MOST_READ)} are the limit", _FEWER)
    elif total * often > MOST_IN_A_SECOND:
        message = f"{often:.3g} observations a second make it read {grouped(total * often)} values {told}"
        yield document.problem(path, SLUG, f"{message}; {grouped(MOST_IN_A_SECOND)} are the limit", _FEWER)
    if keeps > MOST_KEPT:
        message = f"it keeps {grouped(keeps)} values of its points; {grouped(MOST_KEPT)} are the limit"
        yield document.problem(path, SLUG, message, "look back less far, or choose fewer points")


CHECK: Final = Check(SLUG, find)
READING: Final = Check(SLUG, find_reading, ("inventory",))
