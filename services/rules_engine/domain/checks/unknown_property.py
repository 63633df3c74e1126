"""unknown-property: a condition reads what points of this kind, or the elements of a list, don't have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.operators.access import Read
from services.rules_engine.domain.terms import calls, variables
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-property"
_HINT: Final = (
    'inside of a list only the element is seen: {var: ""}, in reduce {var: current} and {var: accumulator}; '
    "a property may be an element: some: [[{var: a}, {var: b}], ...]"
)


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for variable in variables(subject.term):
        if variable.name not in subject.properties:
            yield subject.document.problem(variable.path, SLUG, *_said(variable.name, subject.known))
    for call in calls(subject.term):
        if isinstance(call.operator, Read) and not call.operator.found:
            name = ".".join(call.operator.steps or ())
            yield subject.document.problem(call.path, SLUG, f"no '{name}' in the elements of this list", _HINT)


def _said(name: str, known: Vocabulary) -> tuple[str, str]:
    """Message and hint; values that ``let`` named are found like properties."""
    if known.grouped and name in known.kind.properties:
        return f"a group has no '{name}' of its own", f"ask its members: max_of: {{value: {name}}}"
    hint = did_you_mean(name, [*known.properties, *known.lets])
    has = ", ".join([*known.properties, *known.lets]) or "nothing: ask the members of the group"
    return f"no property '{name}' at points of this kind", hint or f"this kind has: {has}"


CHECK: Final = Check(SLUG, find, ("inventory",))
