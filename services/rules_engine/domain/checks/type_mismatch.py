"""type-mismatch: text or nothing where a number is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.literal import spells_a_number
from services.rules_engine.domain.terms import Call, Constant, Sort, Term, calls
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.problems import Problem
from shared.units import parse_quantity

SLUG: Final = "type-mismatch"


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for call in calls(subject.term):
        for argument in call.arguments:
            if (fault := _fault(call, argument)) is not None:
                yield subject.document.problem(argument.path, SLUG, fault, _hint(subject, argument))


def _fault(call: Call, argument: Term) -> str | None:
    sort = argument.type.sort
    if sort is Sort.NOTHING and (call.operator.compares or call.operator.takes is Sort.NUMBER):
        return f"'{call.written}' with nothing is always unknown"
    if call.operator.takes is Sort.NUMBER and sort is Sort.BOOLEAN and call.operator.names[0] in ("min", "max"):
        return f"'{call.written}' takes numbers, not truths"
    if sort is not Sort.TEXT or (isinstance(argument, Constant) and spells_a_number(str(argument.value))):
        return None
    meets_numbers = call.operator.compares and any(each.type.sort is Sort.NUMBER for each in call.arguments)
    if call.operator.takes is Sort.NUMBER or meets_numbers:
        shown = f"'{argument.written}'" if isinstance(argument, Constant) else "text"
        return f"{shown} is not a number"
    return None


def _hint(subject: ConditionUnderCheck, argument: Term) -> str | None:
    if argument.type.sort is Sort.NOTHING:
        return "a value that is missing is unknown already; when_unknown says what happens then"
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        return None
    text = argument.value
    if text in subject.properties:
        return f"write {{var: {text}}} for the property"
    try:
        parse_quantity(text)
    except InputError as error:
        return str(error) if text[:1].isdigit() else did_you_mean(text, subject.properties) or str(error)
    return None


CHECK: Final = Check(SLUG, find, ("inventory",))
