"""The names that a condition may use: properties of its kind, the rule's own ``let``, other kinds for other points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.rules_engine.domain.rule import Selector
from services.rules_engine.domain.terms import Sort, Term, Type
from shared.model.registry import Kind, Property


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a condition mean.

    Attributes:
        kind: of the point that is decided about; of a group that of its members.
        kinds: all, by id.
        own: the points of the rule.
        grouped: it is decided about a group, which has no property of its own.
        nested: it is about one of several points within another condition, where no further points can be asked for.
        lets: what the rule gave a name.
    """

    kind: Kind
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    own: Selector = Selector(None)  # noqa: RUF009 - frozen
    grouped: bool = False
    nested: bool = False
    lets: Mapping[str, Term] = field(default_factory=dict)

    @property
    def properties(self) -> Mapping[str, Property]:
        """Those that may be read by name."""
        return {} if self.grouped else self.kind.properties

    @property
    def types(self) -> dict[str, Type]:
        return {name: Type(Sort.NUMBER, each.unit) for name, each in self.properties.items()}

    def of_members(self, kind: Kind) -> Vocabulary:
        """The words of a condition on each of several points."""
        return replace(self, kind=kind, grouped=False, nested=True, lets={})
