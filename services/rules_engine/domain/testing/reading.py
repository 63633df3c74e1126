"""Reads the tests of a rule as its author wrote them; every part is read, so that all faults are found at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.testing.case import Case, Expected, ExpectedChange
from services.rules_engine.domain.testing.city import city_of
from services.rules_engine.domain.testing.reading_details import DetailsReader
from services.rules_engine.domain.testing.reading_expected import ExpectedReader
from services.rules_engine.domain.testing.reading_given import Given, GivenReader
from services.rules_engine.domain.testing.reading_series import SLUG
from services.rules_engine.domain.unless import SETTLE
from shared.model.registry import Inventory
from shared.problems import Problem

_TEST = ("name", "given", "expect")


@dataclass(frozen=True)
class ReadTests:
    """The tests of a rule that could be read, and what is wrong with the others."""

    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]


def read_tests(rule: Rule, whole: Inventory) -> ReadTests:
    """The tests of a rule; of a rule whose kind the inventory lacks none, for nothing can be said of its values."""
    place = rule.place.at("tests")
    if not isinstance(rule.place.value, dict) or "tests" not in rule.place.value:
        return ReadTests((), ())
    if rule.for_each.kind not in {kind.id for kind in whole.kinds}:
        return ReadTests((), ())
    if not isinstance(place.value, list) or not place.value:
        hint = "- {name: ..., given: {...}, expect: {...}}"
        problem = place.problem(SLUG, f"'tests' is {described(place.value)}; it must be a list of tests", hint=hint)
        return ReadTests((), (problem,))
    cases: list[Case] = []
    problems: list[Problem] = []
    for index in range(len(place.value)):
        found: list[Problem] = []
        case = _read(rule, place.at(index), index, whole, found)
        problems += [replace(problem, slug=SLUG) for problem in found]
        if case is not None and not found:
            cases.append(case)
    return ReadTests(tuple(cases), tuple(dict.fromkeys(problems)))


def _read(rule: Rule, place: Place, index: int, whole: Inventory, problems: list[Problem]) -> Case | None:
    fields = Fields(place, problems, _TEST)
    if not fields.is_mapping:
        return None
    fields.required("given", "expect")
    name = fields.text("name") if fields.has("name") else f"test {index + 1}"
    given = GivenReader(rule, whole, problems).read(fields.at("given")) if fields.has("given") else None
    if given is None or not fields.has("expect"):
        return None
    kind = next(kind for kind in whole.kinds if kind.id == rule.for_each.kind)
    reader = ExpectedReader(given.clocks, DetailsReader(rule, kind, problems))
    expected = reader.read(fields.at("expect"))
    return Case(
        name=name or "",
        rule=rule,
        place=place,
        city=city_of(given.points.values(), whole, rule),
        whole=whole,
        zone=given.clocks.zone,
        begin=given.clocks.begin,
        end=_end(rule, given, expected),
        points=tuple(given.points),
        observations=tuple(given.observations),
        declared=tuple(given.declared),
        expected=expected,
    )


def _end(rule: Rule, given: Given, expected: tuple[Expected, ...]) -> datetime:
    """When the test is over: as it says, else with the last value and the last thing that is expected.

    A rule that lets others speak first has a minute more: "nothing" is said of what it would tell after that, too.
    """
    begin = given.clocks.begin
    last = (given.last or begin) + (SETTLE if rule.unless else timedelta())
    return max(given.until or begin, last, *_latest(expected))


def _latest(expected: tuple[Expected, ...]) -> Iterator[datetime]:
    for each in expected:
        yield each.at + each.within if isinstance(each, ExpectedChange) else each.at
