"""always-false: a condition that nothing observed can satisfy, so that the rule would never fire, or never end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, DecisionsUnderCheck
from shared.problems import Problem

SLUG: Final = "always-false"
_HINTS: Final = {
    "active": "give calendars that can hold at once",
    "until": "leave until out, or give it a threshold that can be reached",
}
_USUAL: Final = "compare a property with a threshold inside its range"


def find(subject: DecisionsUnderCheck) -> Iterator[Problem]:
    for name, verdict, place in subject.verdicts:
        if verdict is False:
            what = "moment" if name == "active" else "value that the sensor can show"
            yield place.problem(SLUG, f"no {what} makes it true", hint=_HINTS.get(name, _USUAL))


CHECK: Final = Check(SLUG, find, ("inventory",))
