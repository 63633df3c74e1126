"""Which points a rule watches, and in which groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

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
    known = _chosen_of(inventory)
    if selector not in known:
        known[selector] = tuple(_select(selector, inventory))
    return known[selector]


# Checks and rules ask for the same choice again and again, among many thousands of points. Of one inventory alone:
# an older one is asked no more.
_asked: list[tuple[Inventory, dict[Selector, tuple[Point, ...]]]] = []


def _chosen_of(inventory: Inventory) -> dict[Selector, tuple[Point, ...]]:
    if not _asked or _asked[0][0] is not inventory:
        _asked[:] = [(inventory, {})]
    return _asked[0][1]


def _select(selector: Selector, inventory: Inventory) -> Iterator[Point]:
    taken = _taker(selector, {group.id: frozenset(group.points) for group in inventory.groups})
    kind = selector.kind
    return (point for point in inventory.points if point.kind == kind and point.retired is None and taken(point))


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
    members: dict[str, list[Point]] = defaultdict(list)
    belongs = _belonging(grouping, inventory)
    for point in points:
        for name in belongs(point):
            members[name].append(point)
    titles = _titles(grouping, inventory)
    return {(f"{grouping}:{name}", title): tuple(members[name]) for name, title in titles if name in members}


def _belonging(grouping: Grouping, inventory: Inventory) -> Callable[[Point], Iterable[str]]:
    """What a point belongs to, by id."""
    if grouping is Grouping.AREA:
        return lambda point: dict.fromkeys(point.areas)
    if grouping is Grouping.SITE:
        return lambda point: () if point.site is None else (point.site,)
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for group in inventory.groups:
        for name in group.points:
            groups[name][group.id] = None
    return lambda point: groups.get(point.id, ())


def _titles(grouping: Grouping, inventory: Inventory) -> Iterable[tuple[str, str]]:
    """Ids and titles of what there is, in the inventory's order."""
    if grouping is Grouping.SITE:
        return ((site.id, site.title) for site in inventory.sites)
    some = inventory.areas if grouping is Grouping.AREA else inventory.groups
    return ((each.id, each.title.fr) for each in some)


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
