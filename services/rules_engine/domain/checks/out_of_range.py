"""out-of-range: a threshold that the sensor can't show, so that the comparison never changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.decision import thresholds
from services.rules_engine.domain.literal import spells_a_number
from shared.problems import Problem
from shared.units import french

SLUG: Final = "out-of-range"


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for threshold in thresholds(subject.term):
        known = subject.properties.get(threshold.property)
        if known is None or threshold.unit != known.unit or known.minimum <= threshold.value <= known.maximum:
            continue
        low, high = (french(bound, known.unit, known.accuracy) for bound in (known.minimum, known.maximum))
        written = french(threshold.value, known.unit, known.accuracy)
        message = f"'{threshold.property}' goes from {low} to {high}; {written} is outside"
        bare = spells_a_number(threshold.constant.written)
        hint = f"write the unit: {threshold.constant.written} ..." if bare else "is the unit right?"
        yield subject.document.problem(threshold.constant.path, SLUG, message, hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
