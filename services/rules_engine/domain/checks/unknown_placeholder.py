"""unknown-placeholder: a message names something in braces that can't be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.placeholders import loose_braces, names_for, placeholders
from services.rules_engine.domain.rule import Rule
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-placeholder"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    kind = subject.known.kinds.get(subject.rule.for_each.kind or "")
    if kind is None:
        return
    yield from _where_nothing_is_filled(subject.rule)
    names = names_for(subject.rule, kind)
    for action, place in subject.rule.notifications:
        for name in placeholders(action.message):
            if name not in names:
                hint = did_you_mean(name, names) or f"there are: {', '.join(names)}"
                yield place.problem(SLUG, f"nothing fills '{{{name}}}'", "message", hint=hint)
        if loose_braces(action.message):
            hint = "a name in braces is filled in: {point}"
            yield place.problem(SLUG, "a brace without its other half", "message", hint=hint)


def _where_nothing_is_filled(rule: Rule) -> Iterator[Problem]:
    """Only messages have placeholders; elsewhere people would read the braces."""
    texts = [(rule.title, rule.place.at("title"))]
    texts += [(action.reason, place.at("reason")) for _, _, action, place in rule.lights]
    for text, place in texts:
        if placeholders(text):
            hint = "names in braces are filled in in a message only"
            yield place.problem(SLUG, f"nothing fills '{{{placeholders(text)[0]}}}' here", hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
