"""hidden-name: ``let`` gives a name that means something already, so that the one hides the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.placeholders import GENERAL, OF_GROUP
from shared.problems import Problem

SLUG: Final = "hidden-name"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    rule = subject.rule
    kind = subject.known.kinds.get(rule.for_each.kind or "")
    properties = kind.properties if kind is not None and rule.grouping is None else {}
    general = (*GENERAL, *(OF_GROUP if rule.grouping is not None else ()))
    for name, condition in rule.let.items():
        meaning = "a property of this kind" if name in properties else "a word of messages" if name in general else None
        if meaning is not None:
            place = condition.place
            message = f"'{name}' is {meaning} already"
            yield place.document.problem(place.path, SLUG, message, "give the value another name", key=True)


CHECK: Final = Check(SLUG, find, ("inventory",))
