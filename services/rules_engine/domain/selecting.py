"""Which points a rule watches, and in which groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from services.rules_engine.domain.rule import Grouping, Rule, Selector
from shared.model.registry import Inventory, Point


@dataclass(frozen=True)
class Subject:
    """What one alert is about: a point, or a group of them.

    Attributes:
        id: of the point, or ``area:...``, ``site:...``, ``group:...``, ``rule:...``: it has a colon, as no
            point's id has.
        points: ids; of a point its own.
        zone: IANA name, by whose clocks the calendar is read.
    """

    id: str
    title: str
    points: tuple[str, ...]
    zone: str


def select(selector: Selector, inventory: Inventory) -> tuple[Point, ...]:
    """The points that the selector takes, in the inventory's order; each part of it narrows the choice.

    A retired point is taken by none: nothing is observed there any more.
    """
    taken = _taker(selector, {group.id: frozenset(group.points) for group in inventory.groups})
    kind = selector.kind
    return tuple(point for point in inventory.points if point.retired is None and point.kind == kind and taken(point))


def subjects(rule: Rule, inventory: Inventory) -> tuple[Subject, ...]:
    """What the alerts of a rule are about."""
    points = select(rule.for_each, inventory)
    if rule.grouping is None:
        return tuple(Subject(point.id, point.title, (point.id,), point.zone) for point in points)
    if rule.grouping is Grouping.ALL:
        return _groups({(f"rule:{rule.id}", rule.title): points}) if points else ()
    return _groups(_divided(rule.grouping, points, inventory))


def _divided(
    grouping: Grouping, points: Iterable[Point], inventory: Inventory
) -> Mapping[tuple[str, str], tuple[Point, ...]]:
    chosen = tuple(points)
    divided = (
        ((f"{grouping}:{name}", title), tuple(point for point in chosen if belongs(point)))
        for name, title, belongs in _divisions(grouping, inventory)
    )
    return {key: members for key, members in divided if members}


def _divisions(grouping: Grouping, inventory: Inventory) -> Iterator[tuple[str, str, Callable[[Point], bool]]]:
    """Id, title, and who belongs to it."""
    if grouping is Grouping.AREA:
        for area in inventory.areas:
            yield area.id, area.title.fr, partial(_lies_in, area.id)
    elif grouping is Grouping.SITE:
        for site in inventory.sites:
            yield site.id, site.title, partial(_stands_at, site.id)
    else:
        for group in inventory.groups:
            yield group.id, group.title.fr, partial(_is_one_of, frozenset(group.points))


def _lies_in(area: str, point: Point) -> bool:
    return area in point.areas


def _stands_at(site: str, point: Point) -> bool:
    return site == point.site


def _is_one_of(members: frozenset[str], point: Point) -> bool:
    return point.id in members


def _groups(divided: Mapping[tuple[str, str], tuple[Point, ...]]) -> tuple[Subject, ...]:
    return tuple(
        Subject(name, title, tuple(point.id for point in points), points[0].zone)
        for (name, title), points in divided.items()
    )


def _taker(selector: Selector, groups: Mapping[str, frozenset[str]]) -> Callable[[Point], bool]:
    """Whether a point is chosen, its kind apart."""
    all_of, any_of, none_of = (
        [_taker(each, groups) for each in some] for some in (selector.all_of, selector.any_of, selector.none_of)
    )
    members = None if selector.group is None else groups.get(selector.group, frozenset())

    def takes(point: Point) -> bool:
        return (
            (selector.area is None or selector.area in point.areas)
            and (selector.site is None or selector.site == point.site)
            and (members is None or point.id in members)
            and (not selector.points or point.id in selector.points)
            and set(selector.tags) <= set(point.tags)
            and all(each(point) for each in all_of)
            and (not any_of or any(each(point) for each in any_of))
            and not any(each(point) for each in none_of)
        )

    return takes
