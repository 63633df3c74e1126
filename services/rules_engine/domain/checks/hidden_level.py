"""hidden-level: a level that is never seen, because a worse one comes as soon and stays as long."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.examining.probing import Trial, trials
from services.rules_engine.domain.rule import Lasting
from shared.problems import Problem

if TYPE_CHECKING:
    from services.rules_engine.domain.preparing import CompiledLevel

SLUG: Final = "hidden-level"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    hidden: set[int] = set()
    for (number, milder), (_, worse) in combinations(enumerate(subject.compiled.levels), 2):
        if number not in hidden and _covers(worse, milder, subject):
            hidden.add(number)
            severity = worse.level.severity
            message = f"'{milder.level.severity}' is never seen: '{severity}' comes as soon and stays as long"
            hint = f"let '{severity}' ask for more, or leave this level out"
            yield milder.level.place.problem(SLUG, message, "when", hint=hint)


def _covers(worse: CompiledLevel, milder: CompiledLevel, subject: DecisionsUnderCheck) -> bool:
    if not _at_most(worse.level.for_, milder.level.for_) or not _at_most(milder.level.until_for, worse.level.until_for):
        return False
    terms = [condition.term for level in (milder, worse) for condition in (level.when, level.until or level.when)]
    found = trials(terms, subject.known)
    if found is None:
        return False
    some = list(found)
    begins = all(trial.holds[2] for trial in some if trial.holds[0])
    ends = all(_ends(milder, trial, 1) for trial in some if _ends(worse, trial, 3))
    return begins and ends and any(trial.holds[0] for trial in some)


def _ends(level: CompiledLevel, trial: Trial, index: int) -> bool:
    """Without ``until`` a level ends when ``when`` no longer holds."""
    return trial.holds[index] != (level.until is None)


def _at_most(one: Lasting, other: Lasting) -> bool:
    """Whether the first is surely over no later. Counts and spans can't be told in one another."""
    return one == Lasting() or one == other or (not (one.times or other.times) and one.span <= other.span)


CHECK: Final = Check(SLUG, find, ("inventory",))
