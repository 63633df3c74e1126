"""overlapping-until: a value at which the rule would begin and end at once.

Certainly wrong where both read the same properties; a warning where they don't, since the city may never see both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.checks.probing import Values, decided, trials
from shared.model.registry import Property
from shared.problems import Problem
from shared.units import french

SLUG: Final = "overlapping-until"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    if subject.until is None:
        return
    for values in trials([subject.when, subject.until], subject.kind.properties) or ():
        if decided(subject.when, values) and decided(subject.until, values):
            message = f"at {_shown(values, subject.kind.properties)} both 'when' and 'until' hold"
            hint = "let 'until' begin where 'when' has ended, with a distance between them"
            yield subject.level.place.problem(SLUG, message, "until", hint=hint, severity=_severity(subject))
            return


def _severity(subject: DecisionsUnderCheck) -> str:
    begins, ends = (condition.needs.keys() for condition in (subject.when, subject.until) if condition)
    return "error" if begins == ends else "warning"


def _shown(values: Values, properties: Mapping[str, Property]) -> str:
    return ", ".join(
        f"{name} = {french(value, properties[name].unit, properties[name].accuracy)}" for name, value in values.items()
    )


CHECK: Final = Check(SLUG, find, ("inventory",))
