"""What a check is given, and what it is: one slug, one file, one test, one paragraph of the guide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.rule import Level, Rule
from services.rules_engine.domain.terms import Term
from shared.documents import Document, Path
from shared.model.registry import Inventory, Kind, Point, Property
from shared.problems import Problem

S = TypeVar("S")
Need: TypeAlias = Literal["inventory", "teams"]
NOT_CHECKED: Final = "not-checked"


@dataclass(frozen=True)
class Check(Generic[S]):
    """A check on subjects of one sort; without what it ``needs`` it is reported as not run."""

    slug: str
    find: Callable[[S], Iterator[Problem]]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class TreeUnderCheck:
    """A condition as written."""

    document: Document
    path: Path

    @property
    def tree(self) -> Any:
        value = self.document.data
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True)
class ConditionUnderCheck:
    """A condition that was read, with the properties that it may read."""

    document: Document
    path: Path
    term: Term
    properties: Mapping[str, Property]


@dataclass(frozen=True)
class DecisionsUnderCheck:
    """A level of a rule whose conditions compiled, with the kind that they are over."""

    rule: Rule
    kind: Kind
    level: Level
    when: Compiled
    until: Compiled | None


@dataclass(frozen=True)
class Known:
    """What rules are checked against; None: not known here, and the checks that need it say so.

    Attributes:
        inventory: of a running platform, or its exported snapshot.
        teams: ids of ``rules/teams.yaml``.
        only_kinds: the inventory says which kinds there are, and nothing of points, areas and groups.
    """

    inventory: Inventory | None = None
    teams: frozenset[str] | None = None
    only_kinds: bool = False

    def has(self, need: Need) -> bool:
        return getattr(self, need) is not None and not (need == "inventory" and self.only_kinds)

    @property
    def kinds(self) -> dict[str, Kind]:
        return {kind.id: kind for kind in self._inventory.kinds}

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(group.id for group in self._inventory.groups)

    @property
    def areas(self) -> frozenset[str]:
        return frozenset(area.id for area in self._inventory.areas)

    @property
    def sites(self) -> frozenset[str]:
        return frozenset(site.id for site in self._inventory.sites)

    @property
    def points(self) -> dict[str, Point]:
        return {point.id: point for point in self._inventory.points}

    @property
    def _inventory(self) -> Inventory:
        return self.inventory or Inventory()


@dataclass(frozen=True)
class RuleUnderCheck:
    """A rule and the world it is written for."""

    rule: Rule
    known: Known
