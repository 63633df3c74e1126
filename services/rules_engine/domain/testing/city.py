"""The city of a test: the points that it names, or one that stands in for those of the rule, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import structs

from services.rules_engine.domain.rule import Rule, Selector
from services.rules_engine.domain.selecting import select
from shared.model.registry import Area, Group, Inventory, Point, Site, Text

STAND_IN: Final = "point-de-test"
_MARSEILLE: Final = (5.3698, 43.2965)


def watched(rule: Rule, whole: Inventory) -> tuple[Point, ...]:
    """The points of the inventory that the rule watches."""
    return select(rule.for_each, whole)


def stand_in(rule: Rule, among: Sequence[Point]) -> Point:
    """The first of the points that the rule watches; if there is none, one made up that it would watch."""
    return among[0] if among else made_up(_named(rule.for_each), rule.for_each)


def made_up(name: str, selector: Selector) -> Point:
    """A point that a selector takes, if it stands in its groups too."""
    chosen = _merged(selector)
    return Point(
        id=name,
        title=name.replace("-", " ").capitalize(),
        kind=selector.kind or "",
        directorate="test",
        longitude=_MARSEILLE[0],
        latitude=_MARSEILLE[1],
        areas=tuple(each.area for each in chosen if each.area is not None),
        site=next((each.site for each in chosen if each.site is not None), None),
        tags=tuple(tag for each in chosen for tag in each.tags),
    )


def _named(selector: Selector) -> str:
    """The id that a point needs for a selector to take it."""
    return next((each.points[0] for each in _merged(selector) if each.points), STAND_IN)


def city_of(points: Iterable[Point], whole: Inventory, rule: Rule) -> Inventory:
    """The inventory with these points only; those that are made up belong where the rule looks for them."""
    chosen = tuple(points)
    new = {point.id for point in chosen} - {point.id for point in whole.points}
    city = structs.replace(whole, points=chosen)
    if not new:
        return city
    wanted = _merged(rule.for_each)
    text = Text("test", "test")
    areas = {each.area for each in wanted if each.area} - {area.id for area in whole.areas}
    sites = {each.site for each in wanted if each.site} - {site.id for site in whole.sites}
    return structs.replace(
        city,
        areas=(*whole.areas, *(Area(id=area, title=text, geometry={}) for area in sorted(areas))),
        sites=(*whole.sites, *(Site(id=site, title=site) for site in sorted(sites))),
        groups=tuple(_groups(whole, {each.group for each in wanted if each.group}, new)),
    )


def _groups(whole: Inventory, wanted: set[str], new: set[str]) -> Iterable[Group]:
    for group in whole.groups:
        more = tuple(sorted(new)) if group.id in wanted else ()
        yield structs.replace(group, points=(*group.points, *more))
    for name in sorted(wanted - {group.id for group in whole.groups}):
        yield Group(id=name, title=Text(name, name), directorate="test", points=tuple(sorted(new)))


def _merged(selector: Selector) -> list[Selector]:
    """The selector with all that must hold too; of what may hold, the first."""
    inner = [*selector.all_of, *selector.any_of[:1]]
    return [selector, *(part for each in inner for part in _merged(each))]
