"""type-mismatch: text, a truth, nothing or a list where a number is meant, or a number where a truth or a list is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, ConditionUnderCheck
from services.rules_engine.domain.examining.comparing import named
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.literal import spells_a_number
from services.rules_engine.domain.operators.lists import In, is_written, takes_list
from services.rules_engine.domain.operators.loops import LOOPS
from services.rules_engine.domain.terms import Call, Constant, Reading, Sort, Term, calls, readings
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.problems import Problem
from shared.units import parse_quantity

SLUG: Final = "type-mismatch"
_SHOWN: Final = {
    Sort.NUMBER: "a number", Sort.BOOLEAN: "a truth", Sort.TEXT: "text", Sort.NOTHING: "nothing", Sort.LIST: "a list",
}  # fmt: skip
_LOGIC: Final = frozenset({"and", "or", "!", "!!"})
_EQUALITY: Final = frozenset({"==", "!=", "===", "!=="})


def find(subject: ConditionUnderCheck) -> Iterator[Problem]:
    for call in calls(subject.term):
        for index, argument in enumerate(call.arguments):
            listed = _list_fault(call, index, argument)
            fault = _fault(call, argument) if listed is None else None
            if listed is not None:
                yield subject.document.problem(argument.path, SLUG, *listed)
            elif fault is not None:
                yield subject.document.problem(argument.path, SLUG, fault, _hint(subject, argument))
        yield from _elements(subject, call)
    for term in _deciding(subject):
        if isinstance(term, Reading) and term.type.sort in (Sort.NUMBER, Sort.TEXT):
            given = "a number" if term.type.sort is Sort.NUMBER else "a word"
            hint = f"compare it with something: above: [{{{term.written}: ...}}, ...]"
            message = f"{named(term)} gives {given}, which is neither true nor false"
            yield subject.document.problem(term.path, SLUG, message, hint)
        elif isinstance(term, Constant) and (meant := _meant(subject, term)) is not None:
            message = f"'{term.written}' is text here, which is always true"
            yield subject.document.problem(term.path, SLUG, message, meant)
    for reading in readings(subject.term):
        if isinstance(reading.input, Together) and reading.type.sort in (Sort.BOOLEAN, Sort.TEXT, Sort.NOTHING):
            hint = "how_many: {where: ...} counts the points at which something is true"
            message = f"{named(reading)} takes numbers, and none is asked for here"
            yield subject.document.problem(reading.path, SLUG, message, hint)


def _list_fault(call: Call, index: int, argument: Term) -> tuple[str, str] | None:
    """A list where none can be, or something else where one must be, with what to do."""
    sort, name = argument.type.sort, call.written
    if sort is Sort.LIST:
        refuses = call.operator.compares or call.operator.takes is not Sort.ANY
        if refuses and not takes_list(call.operator, index, len(call.arguments)):
            hint = 'some, all and none ask about the elements of a list: some: [[...], {above: ["", 2 m]}]'
            return f"'{name}' takes no list", hint
    elif sort is not Sort.ANY and index == 0 and name in LOOPS:
        return f"'{name}' goes through a list, not through {_SHOWN[sort]}", f"write {name}: [[..., ...], ...]"
    elif sort not in (Sort.ANY, Sort.TEXT) and index == 1 and isinstance(call.operator, In):
        return f"'{name}' looks into a list or a text, not into {_SHOWN[sort]}", f"write {name}: [..., [..., ...]]"
    return None


def _elements(subject: ConditionUnderCheck, call: Call) -> Iterator[Problem]:
    """The elements of a written list that a value can never be, because they are of another sort."""
    if not isinstance(call.operator, In) or not is_written(call.arguments[1]):
        return
    sort = call.arguments[0].type.sort
    for element in call.arguments[1].arguments:
        own = element.type.sort
        if own is not sort and not {own, sort} & {Sort.ANY, Sort.NOTHING}:
            message = f"{_written(element)} is {_SHOWN[own]}, and {_SHOWN[sort]} is never equal to it"
            yield subject.document.problem(element.path, SLUG, message, _hint(subject, element))


def _fault(call: Call, argument: Term) -> str | None:
    sort = argument.type.sort
    if sort is Sort.NOTHING and (call.operator.compares or call.operator.takes is Sort.NUMBER):
        return f"'{call.written}' with nothing is always unknown"
    if sort is Sort.BOOLEAN:
        return _truth(call, argument)
    if sort is not Sort.TEXT or (isinstance(argument, Constant) and spells_a_number(str(argument.value))):
        return None
    meets_numbers = call.operator.compares and any(each.type.sort is Sort.NUMBER for each in call.arguments)
    if call.operator.takes is not Sort.NUMBER and not meets_numbers:
        return None
    if isinstance(argument, Reading):
        return f"{named(argument)} gives a word, not a number"
    return f"{_written(argument)} is not a number"


def _written(term: Term) -> str:
    return f"'{term.written}'" if isinstance(term, Constant) else _SHOWN.get(term.type.sort, "this")


def _truth(call: Call, argument: Term) -> str | None:
    """JSON-logic counts with truths, so only what it doesn't have is refused: our readers, and extremes."""
    if call.operator.takes is Sort.NUMBER and call.operator.names[0] in ("min", "max"):
        return f"'{call.written}' takes numbers, not truths"
    orders = call.operator.compares and call.operator.names[0] not in _EQUALITY
    if isinstance(argument, Reading) and (orders or call.operator.takes is Sort.NUMBER):
        return f"'{call.written}' takes numbers, and {named(argument)} gives a truth"
    return None


def _deciding(subject: ConditionUnderCheck) -> Iterator[Term]:
    """The terms whose truth is asked for, also those about each of several points."""
    if subject.decides:
        yield from _parts(subject.term)
    for reading in readings(subject.term):
        if isinstance(reading.input, Counted):
            yield from _parts(reading.input.census.where.term)


def _parts(term: Term) -> Iterator[Term]:
    if isinstance(term, Call) and term.operator.names[0] in _LOGIC:
        for argument in term.arguments:
            yield from _parts(argument)
    else:
        yield term


def _hint(subject: ConditionUnderCheck, argument: Term) -> str | None:
    if argument.type.sort is Sort.NOTHING:
        return "a value that is missing is unknown already; when_unknown says what happens then"
    if argument.type.sort is Sort.BOOLEAN:
        return "a truth stands by itself, or under and, or, not"
    if isinstance(argument, Reading):
        return f"equals: [{{{argument.written}: ...}}, ...]"
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        return None
    text = argument.value
    if (meant := _meant(subject, argument)) is not None:
        return meant
    try:
        parse_quantity(text)
    except InputError as error:
        return str(error) if text[:1].isdigit() else did_you_mean(text, subject.properties) or str(error)
    return None


def _meant(subject: ConditionUnderCheck, constant: Constant) -> str | None:
    """What to write for a name that stands alone where a value is meant."""
    if constant.value in subject.known.lets:
        return f"write {{var: {constant.value}}} for the value of that name"
    return f"write {{var: {constant.value}}} for the property" if constant.value in subject.properties else None


CHECK: Final = Check(SLUG, find, ("inventory",))
