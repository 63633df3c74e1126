"""One test of a rule: what is given, and what is expected to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.rules_engine.domain.alert import Change, Declared, Phase, Resolution
from services.rules_engine.domain.rule import Place, Rule, Severity
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.truth import Truth
from shared.model.registry import Inventory
from shared.units import Quantity

CHANGES: Final[Mapping[str, Change]] = {
    "fires": Change.FIRED, "worsens": Change.WORSENED, "eases": Change.EASED, "resolves": Change.RESOLVED,
}  # fmt: skip
"""The words for what may become of an alert."""


@dataclass(frozen=True)
class Light:
    """A group of luminaires that is asked to be held; ``level`` in percent, None: at any."""

    group: str
    level: int | None = None


@dataclass(frozen=True)
class ExpectedChange:
    """Something that is to become of an alert. What is None or empty is not compared.

    Attributes:
        at: when it is told, by the clock, UTC.
        change: RENEWED: it goes on as it is, and only its lights change.
        within: how much earlier or later it may be.
        about: id of the point or group.
        severity: that is reached; of RESOLVED none.
        teams: all that are told, no others.
        says: texts that the messages contain.
        lights: all groups that begin to be held, no others.
        releases: all groups that are let go, no others.
        values: names as in messages, with what they are to be; ``members``: ids.
    """

    at: datetime
    change: Change
    place: Place = field(repr=False, compare=False)
    within: timedelta = timedelta()
    about: str | None = None
    severity: Severity | None = None
    teams: tuple[str, ...] | None = None
    says: tuple[str, ...] = ()
    lights: tuple[Light, ...] | None = None
    releases: tuple[str, ...] | None = None
    because: Resolution | None = None
    values: Mapping[str, ExpectedValue] = field(default_factory=dict)


ExpectedValue = Quantity | float | str | tuple[str, ...] | None
"""None: unknown."""


@dataclass(frozen=True)
class ExpectedState:
    """How an alert is to be at a moment, after all that happens at it.

    Attributes:
        truth: of the condition that decides then; ``asked``: it is compared.
    """

    at: datetime
    place: Place = field(repr=False, compare=False)
    about: str | None = None
    phase: Phase | None = None
    severity: Severity | None = None
    truth: Truth = None
    asked: bool = False


Expected = ExpectedChange | ExpectedState


@dataclass(frozen=True)
class Case:
    """A test that could be read.

    Attributes:
        city: the points of the test and no others.
        whole: the inventory that it was read with; lights are looked up in it.
        begin: when the rule begins to watch, UTC.
        end: when the test is over, included.
        points: ids of those that it speaks of, in the order of its author.
        declared: alerts of other rules, of which it says when they fire.
    """

    name: str
    rule: Rule
    place: Place = field(repr=False, compare=False)
    city: Inventory = field(repr=False)
    whole: Inventory = field(repr=False)
    zone: ZoneInfo
    begin: datetime
    end: datetime
    points: tuple[str, ...]
    observations: tuple[Seen, ...] = field(repr=False)
    declared: tuple[Declared, ...]
    expected: tuple[Expected, ...]

    @property
    def changes(self) -> tuple[ExpectedChange, ...]:
        return tuple(each for each in self.expected if isinstance(each, ExpectedChange))

    @property
    def states(self) -> tuple[ExpectedState, ...]:
        return tuple(each for each in self.expected if isinstance(each, ExpectedState))
