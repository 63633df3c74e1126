"""Which of several wishes for one luminaire decides its level; the answer says who won, who lost, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from shared.model.alerts import Criticality


class Source(StrEnum):
    """Where a wish comes from, the strongest first."""

    EMERGENCY = "emergency"
    OPERATOR = "operator"
    VITAL_RULE = "vital-rule"
    NORMAL_RULE = "normal-rule"
    COMFORT_RULE = "comfort-rule"
    CALENDAR = "calendar"
    DEFAULT = "default"

    @classmethod
    def of_rule(cls, criticality: Criticality) -> Source:
        """The source that a rule of that criticality is."""
        return cls(f"{criticality.value}-rule")


_ORDER: Final = {source: place for place, source in enumerate(Source)}


class Wish(Struct, frozen=True):
    """What one source wants of a luminaire.

    Attributes:
        level: percent.
        by: the override's id; for a calendar ``calendar`` or ``default``.
        group: the one for which it is wanted.
        ramp: time in which the level is to be reached.
        trace: of the message that asked for it.
    """

    source: Source
    level: int
    by: str
    group: str
    ramp: timedelta = timedelta()
    trace: str = ""


class Loss(StrEnum):
    """Why a wish lost."""

    OUTRANKED = "outranked"
    DIMMER = "dimmer"
    SAME = "same"


@dataclass(frozen=True)
class Lost:
    """A wish that did not decide."""

    wish: Wish
    why: Loss


@dataclass(frozen=True)
class Decision:
    """The wish that decides, and those that don't, the strongest first."""

    winner: Wish
    lost: tuple[Lost, ...]


def rank(source: Source) -> int:
    """The place of a source among all, 0 for the strongest."""
    return _ORDER[source]


def decide(wishes: Iterable[Wish]) -> Decision:
    """The strongest source wins; among equals the brighter, and the first by name where they want the same.

    Raises:
        ValueError: nobody wishes anything; a calendar always does.
    """
    ordered = sorted(wishes, key=lambda wish: (rank(wish.source), -wish.level, wish.by, wish.group))
    if not ordered:
        raise ValueError("no wish to decide on")
    winner, *others = ordered
    return Decision(winner, tuple(Lost(other, _why(other, winner)) for other in others))


def _why(loser: Wish, winner: Wish) -> Loss:
    if loser.source != winner.source:
        return Loss.OUTRANKED
    return Loss.DIMMER if loser.level < winner.level else Loss.SAME
