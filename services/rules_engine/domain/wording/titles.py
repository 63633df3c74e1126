"""What people call the things that a rule names by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.speaking import Language
from shared.model.registry import Inventory, Kind, Property, Text


@dataclass(frozen=True)
class Titles:
    """Titles by id; what is not there is called by its id. Only kinds, areas and groups have one in each language."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    areas: Mapping[str, Text] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, inventory: Inventory, teams: Mapping[str, str] | None = None, rules: Iterable[Rule] = ()) -> Titles:
        """Those of an inventory, of teams (title by id) and of rules."""
        return cls(
            kinds={each.id: each for each in inventory.kinds},
            areas={each.id: each.title for each in inventory.areas},
            groups={each.id: each.title for each in inventory.groups},
            sites={each.id: each.title for each in inventory.sites},
            points={each.id: each.title for each in inventory.points},
            teams=teams or {},
            rules={each.id: each.title for each in rules},
        )

    def area(self, name: str, language: Language) -> str:
        return _in(self.areas.get(name), language) or name

    def group(self, name: str, language: Language) -> str:
        return _in(self.groups.get(name), language) or name

    def site(self, name: str) -> str:
        return self.sites.get(name, name)

    def point(self, name: str) -> str:
        return self.points.get(name, name)

    def team(self, name: str) -> str:
        return self.teams.get(name, name)

    def rule(self, name: str) -> str:
        return self.rules.get(name, name)


NO_TITLES: Final = Titles()


def _in(text: Text | None, language: Language) -> str | None:
    return None if text is None else (text.fr if language == "fr" else text.en)


def is_switch(known: Property) -> bool:
    """Whether a property only ever is 0 or 1: something is so, or it isn't."""
    return (known.unit, known.minimum, known.maximum, known.accuracy) == ("1", 0, 1, 1)
