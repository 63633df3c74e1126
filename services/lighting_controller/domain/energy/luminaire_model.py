"""Models of luminaires: what each draws at a level, how long it lives, and which luminaire is of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from services.lighting_controller.domain.energy.pricing import Prices
from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from services.lighting_controller.domain.group import groups_in
from shared.model.registry import Inventory


@dataclass(frozen=True)
class Curve:
    """Watts by level: straight lines between points, from 0 to 100 percent. Power is not proportional to light.

    Attributes:
        points: level in percent and watts, by level; the first is what it draws when it is dark.
    """

    points: tuple[tuple[int, float], ...]

    def watts(self, level: int) -> float:
        """What is drawn at a level."""
        for (low, least), (high, most) in pairwise(self.points):
            if level <= high:
                return least + (most - least) * (level - low) / (high - low)
        return self.points[-1][1]


@dataclass(frozen=True)
class LuminaireModel:
    """A make of luminaire. ``life``: burning hours that its maker rates it for; None: not told."""

    id: str
    title: str
    curve: Curve
    life: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Models:
    """All models, which luminaire is of which, what energy costs, and when silence is doubt.

    Attributes:
        by_luminaire, by_tag, by_device, by_group: models by what names their luminaires, the surest first.
        silent_after: of a luminaire that reports by itself and has said nothing for so long, nothing is known.
    """

    default: LuminaireModel
    by_luminaire: Mapping[str, LuminaireModel] = field(default_factory=dict)
    by_tag: Mapping[str, LuminaireModel] = field(default_factory=dict)
    by_device: Mapping[str, LuminaireModel] = field(default_factory=dict)
    by_group: Mapping[str, LuminaireModel] = field(default_factory=dict)
    prices: Prices = field(default_factory=Prices)
    silent_after: timedelta = timedelta(hours=2)

    def of(self, luminaire: str, fixture: Fixture | None, groups: Collection[str]) -> LuminaireModel:
        """The model of a luminaire: by its id, else a tag, else the device mounted there, else a group of its."""
        tags = fixture.tags if fixture else ()
        device = (fixture.model,) if fixture and fixture.model else ()
        ways = (
            (self.by_luminaire, (luminaire,)),
            (self.by_tag, tags),
            (self.by_device, device),
            (self.by_group, sorted(groups)),
        )
        found = (models[name] for models, names in ways for name in names if name in models)
        return next(found, self.default)


def curves_in(inventory: Inventory, models: Models) -> dict[str, Curve]:
    """What each luminaire of the registry draws, by its id."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for group in groups_in(inventory):
        for luminaire in group.luminaires:
            groups[luminaire].append(group.id)
    fixtures = {fixture.luminaire: fixture for fixture in fixtures_in(inventory)}
    return {name: models.of(name, fixture, groups[name]).curve for name, fixture in fixtures.items()}
