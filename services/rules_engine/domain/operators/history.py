"""History: ``previous: level``, ``changed: tilted``, ``age: level``, ``absent_for: [laeq, 1 h]``, ``quality: ph``."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from services.rules_engine.domain.inputs.history import Absent, Age, Before, Last, QualityOf, Unchanged
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.operators.arguments import Arguments
from services.rules_engine.domain.operators.reader import Reader
from services.rules_engine.domain.terms import BOOLEAN, Sort, Type


def _previous(given: Arguments) -> Input:
    given.count(1, 1, "previous: level")
    return Before(given.property(), given.typed())


def _change(given: Arguments) -> Input:
    given.count(1, 1, "change: level")
    return Before(given.property(), replace(given.typed(), difference=True), "change")


def _changed(given: Arguments) -> Input:
    given.count(1, 1, "changed: tilted")
    return Before(given.property(), BOOLEAN, "changed")


def _last(given: Arguments) -> Input:
    given.count(1, 1, "last: level")
    return Last(given.property(), given.typed())


def _age(given: Arguments) -> Input:
    given.count(1, 1, "above: [{age: level}, 30 min]")
    return Age(given.property(), Type(Sort.NUMBER, "s"))


def _absent(given: Arguments) -> Input:
    given.count(1, 2, "absent_for: [laeq, 30 min]")
    if len(given.values) == 2:
        return Absent((given.property(),), given.span(1))
    if given.known.grouped:
        hint = f"ask its members: how_many: {{where: {{absent_for: {given.written}}}}}"
        raise given.misread(given.path, "a group is not heard itself", hint)
    return Absent(tuple(given.known.properties), given.span(0), whole=True)


def _unchanged(given: Arguments) -> Input:
    given.count(2, 2, "unchanged_for: [fill, 28 d]")
    return Unchanged(given.property(), given.span(1))


def _quality(given: Arguments) -> Input:
    given.count(1, 1, "equals: [{quality: ph}, out-of-range]")
    return QualityOf(given.property())


READERS: Final = (
    Reader(("previous",), "previous: level", _previous),
    Reader(("change",), "change: level", _change),
    Reader(("changed",), "changed: tilted", _changed),
    Reader(("last",), "last: level", _last),
    Reader(("age",), "age: level", _age),
    Reader(("absent_for",), "absent_for: [laeq, 30 min]", _absent),
    Reader(("unchanged_for",), "unchanged_for: [fill, 28 d]", _unchanged),
    Reader(("quality",), "quality: ph", _quality),
)
