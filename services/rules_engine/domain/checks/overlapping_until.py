"""overlapping-until: a case in which the rule would begin and end at once.

Certainly wrong where both ask about the same; a warning where they don't, since the city may never show both.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.examining import axes
from services.rules_engine.domain.examining.comparing import named, shown
from services.rules_engine.domain.examining.probing import Thing, Trial, Trials, trials
from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.terms import Variable
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.problems import Problem

SLUG: Final = "overlapping-until"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    for each in subject.compiled.levels:
        if each.until is not None:
            yield from _overlap(each.when, each.until, each.level.place.at("until"), subject.known)


def _overlap(when: Compiled, until: Compiled, place: Place, known: Vocabulary) -> Iterator[Problem]:
    found = trials([when.term, until.term], known)
    severity = None if found is None else _severity(found)
    both = next((trial for trial in found if all(trial.holds)), None) if found is not None and severity else None
    if found is not None and severity is not None and both is not None:
        message = f"{_told(found, both, known)}both 'when' and 'until' hold"
        hint = "let 'until' begin where 'when' has ended, with a distance between them"
        yield place.problem(SLUG, message, hint=hint, severity=severity)


def _severity(found: Trials) -> str | None:
    """How sure it is that a trial in which both hold can happen; None: it may be impossible.

    Two things that are read from one property, such as a level and its mean, can't be chosen freely. Where all that
    'until' asks about is asked by 'when' too, what else 'when' asks only narrows it.
    """
    begins, ends = found.asked
    free = not any(
        found.things[one].sources & found.things[other].sources for one, other in combinations(begins | ends, 2)
    )
    if free and begins == ends:
        return "error"
    return "warning" if free or ends <= begins else None


def _told(found: Trials, both: Trial, known: Vocabulary) -> str:
    parts = [_value(thing, value, known) for thing, value in zip(found.things, both.values, strict=True)]
    return f"at {', '.join(filter(None, parts))} " if any(parts) else ""


def _value(thing: Thing, value: Value, known: Vocabulary) -> str:
    term = thing.terms[0]
    if isinstance(value, str):
        return f"{named(term)} = {value}"
    if not isinstance(value, float):
        return ""
    if thing.axis is not None:
        return axes.told(thing.axis, value)
    name = term.name if isinstance(term, Variable) else named(term)
    return f"{name} = {shown(value, term, known)}"


CHECK: Final = Check(SLUG, find, ("inventory",))
