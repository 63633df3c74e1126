"""What one set of rules changes in another, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.model.registry import Inventory, Text


class Act(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class RuleChange:
    """What became of a rule.

    Attributes:
        rule: its id.
        title: as it is now; of one that was removed, as it was.
        said: a sentence for each thing that changed.
    """

    act: Act
    rule: str
    title: str
    said: tuple[Text, ...] = ()


def changes(before: Mapping[str, str], after: Mapping[str, str], inventory: Inventory) -> tuple[RuleChange, ...]:
    """What became of each rule, by id."""
    return ()
