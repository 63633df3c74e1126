"""An emergency: someone's order to light a part of the city, whichever groups of luminaires that cuts.

It beats operators, rules and calendars, also where these have the night switched off; by day only if that is asked for.
For each group that it cuts it has one override, of those of the group's luminaires that it reaches. They are worked out
anew whenever the registry changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.lighting_controller.domain.arbitrating import Source
from services.lighting_controller.domain.group import LUMINAIRE, LuminaireGroup
from services.lighting_controller.domain.orders.override import Order, Override, Standing
from shared.containing import outline_of
from shared.model.registry import Point


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where it is; one of three, or groups beside one of the others.

    Attributes:
        area: id of one of the registry's areas.
        geometry: a sound GeoJSON Polygon or MultiPolygon, WGS 84.
        groups: whole groups, by id.
    """

    area: str | None = None
    geometry: Mapping[str, Any] | None = None
    groups: tuple[str, ...] = ()

    def in_words(self) -> str:
        """For the audit and for people: names."""
        shape = None if self.geometry is None else "polygon"
        return ", ".join(part for part in (self.area, shape, *self.groups) if part)


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """One emergency, as it stands. All times UTC.

    Attributes:
        by: who asked, as the audit has it.
        level: percent.
        day: it lights by day too.
        asked_at: when it was last asked for: called, renewed or ended.
        lease_until: it ends by itself then.
        ended_at: when somebody ended it before; None: nobody did.
        demand: digest of what was asked for.
    """

    id: str
    by: str
    reason: str
    level: int
    scope: Scope
    starts_at: datetime
    asked_at: datetime
    lease_until: datetime
    day: bool = False
    ramp: timedelta = timedelta()
    ended_at: datetime | None = None
    demand: str = ""

    def is_living(self, now: datetime) -> bool:
        """Whether it has neither ended nor been ended; it may be still to come."""
        return self.ended_at is None and now < self.lease_until

    def part(self, group: LuminaireGroup, luminaires: tuple[str, ...] | None, now: datetime) -> Override:
        """Its override of a group, as it begins."""
        return Override(
            id=f"{self.id}:{group.id}",
            order=self._order(group, luminaires),
            starts_at=self.starts_at,
            asked_at=self.asked_at,
            lease_until=self.lease_until,
            standing=Standing.SCHEDULED if self.starts_at > now else Standing.ACTING,
            used=timedelta(),
            counted_until=max(self.starts_at, now),
            demand=self.demand,
        )

    def _order(self, group: LuminaireGroup, luminaires: tuple[str, ...] | None) -> Order:
        return Order(
            source=Source.EMERGENCY,
            by=self.by,
            alert="",
            rule="",
            owner=group.directorate,
            group=group.id,
            level=self.level,
            reason=self.reason,
            day=self.day,
            ramp=self.ramp,
            emergency=self.id,
            luminaires=luminaires,
        )


@dataclass(frozen=True)
class Reach:
    """What a scope contains.

    Attributes:
        parts: by group the luminaires of it that lie in the scope, in order; None: the whole group was named.
        ungrouped: luminaires in the scope that belong to no group; nobody commands them.
    """

    parts: Mapping[str, tuple[str, ...] | None]
    ungrouped: tuple[str, ...] = ()


def reach_of(scope: Scope, points: Iterable[Point], groups: Sequence[LuminaireGroup]) -> Reach:
    """The groups and luminaires that lie in it."""
    inside = frozenset(_inside(scope, points))
    parts: dict[str, tuple[str, ...] | None] = {}
    for group in groups:
        own = tuple(luminaire for luminaire in group.luminaires if luminaire in inside)
        if group.id in scope.groups:
            parts[group.id] = None
        elif own:
            parts[group.id] = own
    grouped = {luminaire for group in groups for luminaire in group.luminaires}
    return Reach(parts, tuple(sorted(inside - grouped)))


def luminaires_of(orders: Iterable[Order], groups: Mapping[str, LuminaireGroup]) -> set[str]:
    """The luminaires for which these orders are, those of several groups once; groups that are gone have none."""
    return {
        luminaire
        for order in orders
        if order.group in groups
        for luminaire in groups[order.group].luminaires
        if order.concerns(luminaire)
    }


def _inside(scope: Scope, points: Iterable[Point]) -> Iterator[str]:
    shape = None if scope.geometry is None else outline_of(scope.geometry)
    for point in points:
        if point.kind != LUMINAIRE or point.retired is not None:
            continue
        named = scope.area is not None and scope.area in point.areas
        if named or (shape is not None and shape.contains(point.longitude, point.latitude)):
            yield point.id
