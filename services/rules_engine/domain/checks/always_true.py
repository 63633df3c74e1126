"""always-true: a condition that holds whatever is observed, so that the rule would fire, or end, for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from shared.problems import Problem

SLUG: Final = "always-true"
_HINTS: Final = {
    "active": "leave active out",
    "until": "let it end when something is measured",
}
_USUAL: Final = "compare a property with a threshold inside its range"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    for name, verdict, place in subject.verdicts:
        if verdict is True:
            what = "moment" if name == "active" else "value that the sensor can show"
            yield place.problem(SLUG, f"every {what} makes it true", hint=_HINTS.get(name, _USUAL))


CHECK: Final = Check(SLUG, find, ("inventory",))
