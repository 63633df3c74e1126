"""Which limits bind each luminaire, and with which others it shares what may change within a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.domain.road_class import RoadClass, strictest
from shared.model.registry import Inventory


@dataclass(frozen=True)
class NamedZone:
    """Luminaires that count together, named by their groups and by areas of the registry."""

    id: str
    groups: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoadLimits:
    """What ``lighting/limits.yaml`` says.

    Attributes:
        default: binds whoever has no class of its own.
        by_luminaire: takes the place of the groups' classes; a tag's class binds beside either.
    """

    default: RoadClass
    by_group: Mapping[str, RoadClass] = field(default_factory=dict)
    by_tag: Mapping[str, RoadClass] = field(default_factory=dict)
    by_luminaire: Mapping[str, RoadClass] = field(default_factory=dict)
    zones: tuple[NamedZone, ...] = ()


@dataclass(frozen=True)
class Survey:
    """The limits, laid over the luminaires of a revision of the registry.

    Attributes:
        default: binds a luminaire that the registry does not have (any more).
        classes: of each luminaire.
        zones: those in which each luminaire counts.
        allowances: how many luminaires of a zone may change within a minute; at least 1.
    """

    default: RoadClass
    classes: Mapping[str, RoadClass]
    zones: Mapping[str, tuple[str, ...]]
    allowances: Mapping[str, int]

    def class_of(self, luminaire: str) -> RoadClass:
        return self.classes.get(luminaire, self.default)


def survey(limits: RoadLimits, inventory: Inventory) -> Survey:
    """Lay the limits over the inventory's luminaires."""
    fixtures = fixtures_in(inventory)
    groups: dict[str, list[str]] = defaultdict(list)
    for group in groups_in(inventory):
        for luminaire in group.luminaires:
            groups[luminaire].append(group.id)
    classes = {each.luminaire: _class(limits, each, groups[each.luminaire]) for each in fixtures}
    zones = {each.luminaire: _zones(limits.zones, each, groups[each.luminaire]) for each in fixtures}
    return Survey(limits.default, classes, zones, _allowances(classes, zones))


def _class(limits: RoadLimits, fixture: Fixture, groups: Sequence[str]) -> RoadClass:
    by_group = [limits.by_group[group] for group in groups if group in limits.by_group]
    own = limits.by_luminaire.get(fixture.luminaire)
    base = [own] if own is not None else by_group or [limits.default]
    return strictest([*base, *(limits.by_tag[tag] for tag in fixture.tags if tag in limits.by_tag)])


def _zones(named: Sequence[NamedZone], fixture: Fixture, groups: Sequence[str]) -> tuple[str, ...]:
    found = [zone.id for zone in named if set(zone.groups) & set(groups) or set(zone.areas) & set(fixture.areas)]
    # A group may have the name of a zone.
    return tuple(f"zone {zone}" for zone in found) or tuple(f"group {group}" for group in groups)


def _allowances(classes: Mapping[str, RoadClass], zones: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The smallest share of a zone's luminaires is the zone's: one allowance, whoever asks."""
    shares: dict[str, list[int]] = defaultdict(list)
    for luminaire, own in zones.items():
        for zone in own:
            shares[zone].append(classes[luminaire].share)
    return {zone: max(1, len(each) * min(each) // 100) for zone, each in shares.items()}
