"""Inhibition: an alert that is better told by another one: thirty silent sensors by their gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from services.notifier.domain.muting.matching import Matcher, all_match
from services.notifier.domain.muting.traits import Traits


@dataclass(frozen=True, kw_only=True)
class Inhibition:
    """While an alert that ``source`` matches fires, those that ``target`` matches are not told.

    Attributes:
        id: as the ledger names it.
        equal: properties that both must have in common; of several values one.
        wait: how long a target that fires alone waits for a source to come; vital ones never wait.
    """

    id: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]
    wait: timedelta = timedelta(0)

    def is_source(self, traits: Traits) -> bool:
        return all_match(self.source, traits)

    def is_target(self, traits: Traits) -> bool:
        return all_match(self.target, traits)

    def commons(self, traits: Traits) -> Iterator[tuple[str, ...]]:
        """The values that another must share one combination of; none, if a property has no value."""
        return product(*(traits.values(name) for name in self.equal))

    def hushes(self, source: Traits, target: Traits) -> bool:
        """Whether, of two alerts with something in common, the first hushes the second.

        A vital one is hushed only by a vital one that tells all of its teams. Nothing hushes itself, and what is
        source and target both hushes none of its kind.
        """
        if source.alert == target.alert or not (self.is_source(source) and self.is_target(target)):
            return False
        if self.is_target(source) and self.is_source(target):
            return False
        return not target.is_vital or (source.is_vital and target.teams <= source.teams)
