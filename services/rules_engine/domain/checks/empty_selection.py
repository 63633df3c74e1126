"""empty-selection: a choice that takes no point, so that the rule would watch or ask nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from services.rules_engine.domain.checks.check import Check, Known, RuleUnderCheck
from services.rules_engine.domain.examining.selections import Selection, selections
from services.rules_engine.domain.inputs.members import Among, Correlated, distance
from services.rules_engine.domain.rule import Grouping, Place, Rule, Selector
from services.rules_engine.domain.selecting import select, subjects
from services.rules_engine.domain.terms import readings
from shared.documents import did_you_mean
from shared.model.registry import Point
from shared.problems import Problem

SLUG: Final = "empty-selection"
_METRES_IN_A_DEGREE: Final = 111_000.0
"""Of latitude, a little less than there are."""


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    for selection in selections(subject.rule):
        yield from _selection(selection, subject)
    if subject.compiled is not None and subject.rule.grouping is None:
        yield from _neighbours(subject)


def _selection(selection: Selection, subject: RuleUnderCheck) -> Iterator[Problem]:
    rule, known, selector = subject.rule, subject.known, selection.selector
    faults = [fault for part, place in selection.parts() for fault in _names(part, place, known)]
    yield from faults
    # An unknown kind or group has a check of its own; said once is enough.
    groups = {part.group for part, _ in selection.parts()} - {None}
    if faults or selector.kind not in known.kinds or not groups <= known.groups.keys():
        return
    points = select(selector, known.city)
    watched = subjects(rule, known.city) if selection.watched else points
    if not watched:
        message = "no point is of this kind and in all that is asked"
        yield selection.place.problem(SLUG, message, hint=_hint(selector, known))
    elif selection.watched and rule.grouping not in (None, Grouping.ALL):
        yield from _left_out(rule, points, selection.place, known)


def _names(selector: Selector, place: Place, known: Known) -> Iterator[Problem]:
    if selector.area is not None and selector.area not in known.areas:
        hint = did_you_mean(selector.area, known.areas)
        yield place.problem(SLUG, f"no area '{selector.area}'", "area", hint=hint)
    if selector.site is not None and selector.site not in known.sites:
        yield place.problem(SLUG, f"no site '{selector.site}'", "site", hint=did_you_mean(selector.site, known.sites))
    for index, point in enumerate(selector.points):
        if point not in known.points:
            hint = did_you_mean(point, known.points)
            yield place.problem(SLUG, f"no point '{point}'", "points", index, hint=hint)


def _hint(selector: Selector, known: Known) -> str:
    tags = {tag for point in known.points.values() if point.kind == selector.kind for tag in point.tags}
    near = [hint for tag in selector.tags if tag not in tags and (hint := did_you_mean(tag, tags))]
    return near[0] if near else "ask for less, or give points this area, site, group or tag"


def _left_out(rule: Rule, points: tuple[Point, ...], place: Place, known: Known) -> Iterator[Problem]:
    """Points of a group rule that are in none of the groups."""
    taken = {point for each in subjects(rule, known.city) for point in each.points}
    alone = [point.id for point in points if point.id not in taken]
    if alone:
        shown = ", ".join(alone[:3]) + (", ..." if len(alone) > 3 else "")
        message = f"in no {rule.grouping}, and so not watched: {len(alone)} of {len(points)} points ({shown})"
        hint = f"give them a {rule.grouping}, or narrow the choice to those that have one"
        yield place.problem(SLUG, message, "by", hint=hint, severity="warning")


def _neighbours(subject: RuleUnderCheck) -> Iterator[Problem]:
    """Questions to the other points of a rule that has only one, or none so near."""
    points = select(subject.rule.for_each, subject.known.city)
    if subject.compiled is None or not points:
        return
    for condition in subject.compiled.conditions:
        for reading in readings(condition.term):
            among = reading.input.members[0] if isinstance(reading.input, Correlated) else None
            if among is not None and among.own and not _has_company(points, among):
                near = "" if among.within is None else f" within {among.within:g} m"
                message = f"'{reading.written}' asks the rule's other points, and there are none{near}"
                place = subject.rule.place.document
                yield place.problem(reading.path, SLUG, message, "say which points with of: {kind: ...}", key=True)


def _has_company(points: tuple[Point, ...], among: Among) -> bool:
    if among.within is None:
        return len(points) > 1
    places = sorted((point.latitude, point.longitude) for point in points)
    reach = among.within / _METRES_IN_A_DEGREE
    for index, (north, east) in enumerate(places):
        for other_north, other_east in takewhile(lambda place: place[0] <= north + reach, places[index + 1 :]):  # noqa: B023
            if distance((east, north), (other_east, other_north)) <= among.within:
                return True
    return False


CHECK: Final = Check(SLUG, find, ("inventory",))
