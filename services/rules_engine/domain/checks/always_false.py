"""always-false: a condition that nothing measured can satisfy, so that the rule would never fire or never end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from services.rules_engine.domain.checks.probing import decided, trials
from shared.problems import Problem

SLUG: Final = "always-false"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    for step, condition in (("when", subject.when), ("until", subject.until)):
        values = None if condition is None else trials([condition], subject.kind.properties)
        if condition is not None and values is not None and not any(decided(condition, each) for each in values):
            yield subject.level.place.problem(
                SLUG,
                "no value that the sensor can show makes it true",
                step,
                hint="compare a property with a threshold inside its range",
            )


CHECK: Final = Check(SLUG, find, ("inventory",))
