"""Reads which points are meant: ``{kind: water-level, area: huveaune, not: {tags: [essai]}}``."""

from __future__ import annotations

from services.rules_engine.domain.fields import SHAPE, Fields, described
from services.rules_engine.domain.rule import Grouping, Place, Selector
from shared.problems import Problem

NARROWING = ("area", "site", "group", "points", "tags", "and", "or", "not")


def read_selector(place: Place, problems: list[Problem]) -> Selector | None:
    """The selector at a place; what is wrong with it is added to the problems."""
    fields = Fields(place, problems, ("kind", *NARROWING))
    if not fields.is_mapping:
        return None
    fields.required("kind")
    selector = _selector(fields)
    return None if selector.kind is None else selector


def read_group(place: Place, problems: list[Problem]) -> tuple[Selector, Grouping] | None:
    """The selector of a group rule, with how its points are divided."""
    fields = Fields(place, problems, ("kind", "by", *NARROWING))
    if not fields.is_mapping:
        return None
    fields.required("kind")
    grouping = fields.choice("by", Grouping, Grouping.ALL)
    selector = _selector(fields)
    return None if selector.kind is None else (selector, grouping)


def _selector(fields: Fields) -> Selector:
    for key in ("points", "tags"):
        if fields.value(key) == []:
            fields.fault(
                key, f"'{key}' is an empty list, which would choose nothing", "leave it out to have all points"
            )
    return Selector(
        kind=fields.text("kind"),
        area=fields.text("area"),
        group=fields.text("group"),
        site=fields.text("site"),
        points=fields.texts("points"),
        tags=fields.texts("tags"),
        all_of=_inner(fields, "and"),
        any_of=_inner(fields, "or"),
        none_of=_inner(fields, "not"),
    )


def _inner(fields: Fields, key: str) -> tuple[Selector, ...]:
    """The choices under ``and``, ``or`` and ``not``: a list of them, or one."""
    if not fields.has(key):
        return ()
    written = fields.value(key)
    if isinstance(written, dict):
        return tuple(_one(fields.at(key), fields.problems))
    if not isinstance(written, list) or not written:
        hint = f"{key}: [{{area: huveaune}}, {{tags: [amont]}}]"
        fields.problems.append(
            fields.place.problem(
                SHAPE, f"'{key}' is {described(written)}; it must be a list of choices", key, hint=hint
            )
        )
        return ()
    return tuple(found for index in range(len(written)) for found in _one(fields.at(key, index), fields.problems))


def _one(place: Place, problems: list[Problem]) -> tuple[Selector, ...]:
    fields = Fields(place, problems, NARROWING)
    if not fields.is_mapping:
        return ()
    if not place.value:
        problems.append(place.problem(SHAPE, "a choice without any words", hint="for example {tags: [amont]}"))
    return (_selector(fields),)
