"""What a check is given, and what it is: one slug, one file, one test, one paragraph of the guide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar

from services.rules_engine.domain.examining.probing import verdict
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.terms import Term
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.documents import Document, Path
from shared.model.registry import Inventory, Kind, Point, Property
from shared.problems import Problem

if TYPE_CHECKING:
    from services.rules_engine.domain.decision import Compiled
    from services.rules_engine.domain.preparing import CompiledRule
    from services.rules_engine.domain.templating import Template

S = TypeVar("S")
Need: TypeAlias = Literal["inventory", "teams", "today"]
NOT_CHECKED: Final = "not-checked"


@dataclass(frozen=True)
class Check(Generic[S]):
    """A check on subjects of one sort; without what it ``needs`` it is reported as not run."""

    slug: str
    find: Callable[[S], Iterator[Problem]]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class TreeUnderCheck:
    """A condition as written.

    Attributes:
        plain: it is over plain data, and may be all that JSON-logic may be; else over the properties of a point.
    """

    document: Document
    path: Path
    plain: bool = False

    @property
    def tree(self) -> Any:
        value = self.document.data
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True)
class ConditionUnderCheck:
    """A condition that was read, with the words that it may use.

    Attributes:
        decides: its truth is asked for; else its value.
    """

    document: Document
    path: Path
    term: Term
    known: Vocabulary
    decides: bool = False

    @property
    def properties(self) -> Mapping[str, Property]:
        """Those that it may read by name."""
        return self.known.properties


@dataclass(frozen=True)
class DecisionsUnderCheck:
    """A rule all of whose conditions compiled, with the words that they use."""

    compiled: CompiledRule
    known: Vocabulary

    @property
    def rule(self) -> Rule:
        return self.compiled.rule

    @property
    def kind(self) -> Kind:
        return self.compiled.kind

    @cached_property
    def conditions(self) -> tuple[tuple[str, Compiled, Place], ...]:
        """Every condition that decides, with its name and its place."""
        found: list[tuple[str, Compiled, Place]] = []
        for each in self.compiled.levels:
            place = each.level.place
            found.append(("when", each.when, place.at("when")))
            if each.until is not None:
                found.append(("until", each.until, place.at("until")))
        if self.compiled.active is not None:
            found.append(("active", self.compiled.active, self.rule.place.at("active")))
        return tuple(found)

    @cached_property
    def everything(self) -> tuple[tuple[Compiled, Place], ...]:
        """Every condition, and every value that has a name, with its place."""
        named = [(compiled, self.rule.let[name].place) for name, compiled in self.compiled.lets.items()]
        return (*((condition, place) for _, condition, place in self.conditions), *named)

    @cached_property
    def verdicts(self) -> tuple[tuple[str, bool | None, Place], ...]:
        """Of every condition whether it always holds (True), never (False), or neither as far as can be told."""
        return tuple((name, verdict(condition.term, self.known), place) for name, condition, place in self.conditions)


@dataclass(frozen=True)
class Known:
    """What rules are checked against; None: not known here, and the checks that need it say so.

    Attributes:
        inventory: of a running platform, or its exported snapshot.
        teams: ids of ``rules/teams.yaml``.
        today: the local day.
        templates: by name; those of a file itself need not be among them.
        only_kinds: the inventory says which kinds there are, and nothing of points, areas and groups.
    """

    inventory: Inventory | None = None
    teams: frozenset[str] | None = None
    today: date | None = None
    templates: Mapping[str, Template] = field(default_factory=dict)
    only_kinds: bool = False

    def has(self, need: Need) -> bool:
        return getattr(self, need) is not None and not (need == "inventory" and self.only_kinds)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        return {kind.id: kind for kind in self.city.kinds}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The points of each group."""
        return {group.id: group.points for group in self.city.groups}

    @cached_property
    def areas(self) -> frozenset[str]:
        return frozenset(area.id for area in self.city.areas)

    @cached_property
    def sites(self) -> frozenset[str]:
        return frozenset(site.id for site in self.city.sites)

    @cached_property
    def points(self) -> dict[str, Point]:
        return {point.id: point for point in self.city.points}

    @property
    def city(self) -> Inventory:
        """The inventory, or an empty one."""
        return _NOTHING if self.inventory is None else self.inventory


_NOTHING: Final = Inventory()


@dataclass(frozen=True)
class RuleUnderCheck:
    """A rule and the world it is written for.

    Attributes:
        compiled: None: its conditions have errors of their own, or its kind is not known.
    """

    rule: Rule
    known: Known
    compiled: CompiledRule | None = None


@dataclass(frozen=True)
class RulesUnderCheck:
    """All rules of a place together, each without an error of its own.

    Attributes:
        written: the ids of all rules, also of those with errors.
    """

    rules: tuple[Rule, ...]
    known: Known
    written: frozenset[str]
