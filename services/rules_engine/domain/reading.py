"""Reads one rule as its author wrote it; every part is read, so that all faults are found at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from services.rules_engine.domain.compiling import check_tree
from services.rules_engine.domain.fields import SHAPE, Fields, described
from services.rules_engine.domain.periods import NAMES as PERIODS
from services.rules_engine.domain.reading_actions import read_actions
from services.rules_engine.domain.reading_active import read_active
from services.rules_engine.domain.rule import (
    Condition,
    Grouping,
    Level,
    OncePer,
    Place,
    Rule,
    Selector,
    Severity,
    WhenUnknown,
)
from services.rules_engine.domain.selectors import read_group, read_selector
from services.rules_engine.domain.spans import Span, parse_span
from services.rules_engine.domain.unless import Unless, Where
from shared.errors import InputError
from shared.model.alerts import Criticality
from shared.problems import Problem

LEVEL: Final = ("severity", "when", "for", "until", "until_for", "then")
RULE: Final = (
    "id", "title", "owner", "criticality", "review_by", "for_each", "across", "let", *LEVEL, "levels", "when_unknown",
    "active", "every", "once_per", "unless", "labels", "tests",
)  # fmt: skip
_REQUIRED: Final = ("id", "title", "owner")
_ID: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def read_rule(place: Place, problems: list[Problem]) -> Rule | None:
    """The rule at a place; None if something it can't be without is missing. Faults are added to the problems."""
    fields = Fields(place, problems, RULE)
    if not fields.is_mapping:
        return None
    fields.required(*_REQUIRED, *_either(fields, "for_each", "across"), *_level_parts(fields))
    identifier, title, owner = _id(fields), fields.text("title"), fields.text("owner")
    watched, levels = _watched(fields), tuple(_levels(fields))
    rest = _rest(fields)
    if identifier is None or title is None or owner is None or watched is None or not levels:
        return None
    return Rule(identifier, title, owner, watched[0], levels, place, watched[1], **rest)


def _either(fields: Fields, usual: str, other: str) -> tuple[str, ...]:
    return () if fields.has(other) else (usual,)


def _level_parts(fields: Fields) -> tuple[str, ...]:
    return () if fields.has("levels") else ("when", "severity", "then")


def _rest(fields: Fields) -> dict[str, Any]:
    return {
        "criticality": fields.choice("criticality", Criticality, Criticality.NORMAL),
        "review_by": fields.day("review_by"),
        "when_unknown": fields.choice("when_unknown", WhenUnknown, WhenUnknown.HOLD),
        "let": dict(_let(fields)),
        "active": read_active(fields),
        "unless": tuple(_unless(fields)),
        "every": _every(fields),
        "once_per": _once_per(fields),
        "labels": dict(_labels(fields)),
        "tests": tuple(fields.value("tests")) if isinstance(fields.value("tests"), list) else (),
    }


def _id(fields: Fields) -> str | None:
    identifier = fields.text("id")
    if identifier is not None and not _ID.fullmatch(identifier):
        fields.fault("id", f"'{identifier}' can't be an id", "small letters and digits, joined by dots or hyphens")
    return identifier


def _watched(fields: Fields) -> tuple[Selector, Grouping | None] | None:
    if fields.has("for_each") and fields.has("across"):
        fields.fault("across", "a rule is for each point, or across a group of them", "leave out one of the two")
    if fields.has("across"):
        return read_group(fields.at("across"), fields.problems)
    if not fields.has("for_each"):
        return None
    selector = read_selector(fields.at("for_each"), fields.problems)
    return None if selector is None else (selector, None)


def _levels(fields: Fields) -> Iterator[Level]:
    if not fields.has("levels"):
        yield from _level(fields)
        return
    for key in LEVEL:
        if fields.has(key):
            fields.fault(key, f"'{key}' stands in each of the levels", "move it there")
    written = fields.value("levels")
    if not isinstance(written, list) or not written:
        fields.fault(
            "levels", f"'levels' is {described(written)}; it must be a list", "- {severity: yellow, when: ...}"
        )
        return
    yield from _rising(fields, [_own_level(fields, index) for index in range(len(written))])


def _own_level(fields: Fields, index: int) -> Level | None:
    own = Fields(fields.at("levels", index), fields.problems, LEVEL)
    own.required("when", "severity", "then")
    return next(_level(own), None) if own.is_mapping else None


def _rising(fields: Fields, levels: list[Level | None]) -> Iterator[Level]:
    """The levels, of which each must be worse than the one before."""
    ranks = list(Severity)
    before: Level | None = None
    for index, level in enumerate(levels):
        if level is None:
            continue
        if before is not None and ranks.index(level.severity) <= ranks.index(before.severity):
            message = f"'{level.severity}' is no worse than '{before.severity}' before it"
            place = fields.at("levels", index)
            hint = f"write the mildest level first: {', '.join(ranks)}"
            fields.problems.append(place.problem(SHAPE, message, "severity", hint=hint))
        before = level
        yield level


def _level(fields: Fields) -> Iterator[Level]:
    when, until = read_condition_at(fields, "when"), read_condition_at(fields, "until")
    severity = fields.choice("severity", Severity, Severity.INFO)
    then = tuple(read_actions(fields))
    for_, until_for = fields.lasting("for"), fields.lasting("until_for")
    if when is not None:
        yield Level(severity, when, then, fields.place, until, for_, until_for)


def read_condition_at(fields: Fields, key: str) -> Condition | None:
    """The condition that a property holds."""
    if not fields.has(key):
        return None
    place = fields.at(key)
    fields.problems.extend(check_tree(place.document, place.path))
    return Condition(fields.value(key), place)


def _let(fields: Fields) -> Iterator[tuple[str, Condition]]:
    written = fields.value("let")
    if fields.has("let") and not isinstance(written, dict):
        fields.fault("let", f"'let' is {described(written)}; it must give names", "let: {rise: {delta_over: ...}}")
        return
    for name, tree in (written or {}).items():
        place = fields.at("let", name)
        if not _NAME.fullmatch(name):
            hint = "small letters, digits and _, as in rise_1h"
            fields.problems.append(place.problem(SHAPE, f"'{name}' can't be a name", hint=hint))
        fields.problems.extend(check_tree(place.document, place.path))
        yield name, Condition(tree, place)


def _unless(fields: Fields) -> Iterator[Unless]:
    written = fields.value("unless")
    if not fields.has("unless"):
        return
    items = written if isinstance(written, list) else [written]
    for index, item in enumerate(items):
        place = fields.at("unless", index) if isinstance(written, list) else fields.at("unless")
        if isinstance(item, str) and item.strip():
            yield Unless(item)
        elif not isinstance(item, dict):
            hint = "unless: gemapi.crue, or {rule: gemapi.crue, at: area}"
            message = f"{described(item)} where the id of a rule is meant"
            fields.problems.append(place.problem(SHAPE, message, hint=hint))
        else:
            yield from _spelt_out(Fields(place, fields.problems, ("rule", "at")))


def _spelt_out(fields: Fields) -> Iterator[Unless]:
    fields.required("rule")
    where, rule = fields.choice("at", Where, Where.POINT), fields.text("rule")
    if rule is not None:
        yield Unless(rule, where)


def _every(fields: Fields) -> Span | None:
    span = fields.span("every")
    if span is None:
        return None
    day = Span(days=1).microseconds
    if span.days > 1 or (not span.days and day % span.microseconds):
        hint = "every: 15 min, 1 h, 6 h or 1 d"
        fields.fault("every", f"periods of {span} don't fill a day", hint)
    return span


def _once_per(fields: Fields) -> OncePer | None:
    value = fields.value("once_per")
    if not fields.has("once_per"):
        return None
    if value in PERIODS:
        return OncePer(str(value))
    try:
        return OncePer(parse_span(str(value)))
    except InputError:
        fields.fault("once_per", f"{described(value)} is no period", f"one of {', '.join(PERIODS)}, or 12 h")
        return None


def _labels(fields: Fields) -> Iterator[tuple[str, str]]:
    written = fields.value("labels")
    if fields.has("labels") and not isinstance(written, dict):
        fields.fault(
            "labels", f"'labels' is {described(written)}; it must be names with texts", "labels: {bassin: huveaune}"
        )
        return
    for name, value in (written or {}).items():
        if isinstance(value, str):
            yield name, value
        else:
            place = fields.at("labels", name)
            fields.problems.append(
                place.problem(SHAPE, f"a label is text, not {described(value)}", hint="put it in quotes")
            )
