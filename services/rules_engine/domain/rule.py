"""A rule in its author's vocabulary, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from shared.documents import Document, Path
from shared.model.alerts import Criticality
from shared.problems import Problem, Span


class WhenUnknown(StrEnum):
    """What a rule does while its condition is unknown.

    HOLD: firing stays, pending starts again. RESOLVE: firing ends. ALERT: unknown counts as if the condition held.
    """

    HOLD = "hold"
    RESOLVE = "resolve"
    ALERT = "alert"


class Severity(StrEnum):
    """How bad it is, from the least to the worst. A closed list, so that alerts of all directorates can be ordered,
    coloured and escalated alike; yellow, orange and red are those of the French vigilance maps."""

    INFO = "info"
    MINOR = "minor"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Selector:
    """The points that a rule watches: all of a kind that also are in the area, in the group, named, and so tagged."""

    kind: str
    area: str | None = None
    group: str | None = None
    points: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotifyAction:
    """Tell a team. ``digest``: ``HH:MM``, local, collected and told once a day then; None: at once."""

    team: str
    message: str
    digest: str | None = None


@dataclass(frozen=True)
class LightAction:
    """Hold a group of luminaires at a level, percent, as long as the rule fires.

    Attributes:
        at_most: of lit time; None: as long as the rule fires.
        day: also while the calendar has the group unlit.
        ramp: time from the old level to the new one.
    """

    group: str
    level: int
    reason: str
    at_most: timedelta | None = None
    day: bool = False
    ramp: timedelta = timedelta()


Action: TypeAlias = NotifyAction | LightAction


@dataclass(frozen=True)
class Place:
    """Where something stands in a document; two things are the same wherever they stand."""

    document: Document
    path: Path

    @property
    def span(self) -> Span:
        return self.document.spans.get(self.path, Span(1, 1))

    def problem(
        self, slug: str, message: str, *steps: str | int, hint: str | None = None, severity: str = "error"
    ) -> Problem:
        """A problem at this place, or at what stands the steps below it."""
        return self.document.problem((*self.path, *steps), slug, message, hint, severity=severity)


@dataclass(frozen=True)
class Condition:
    """A JSON-logic tree as plain data, with its place, so that every fault in it can be pointed at."""

    tree: Any
    place: Place = field(repr=False, compare=False)


@dataclass(frozen=True)
class Rule:
    """What an author wrote.

    Attributes:
        for_: how long ``when`` must hold before it fires.
        until: None: until ``when`` no longer holds.
    """

    id: str
    title: str
    owner: str
    for_each: Selector
    when: Condition
    severity: Severity
    then: tuple[Action, ...]
    place: Place = field(repr=False, compare=False)
    criticality: Criticality = Criticality.NORMAL
    review_by: date | None = None
    for_: timedelta = timedelta()
    until: Condition | None = None
    until_for: timedelta = timedelta()
    when_unknown: WhenUnknown = WhenUnknown.HOLD

    @property
    def file(self) -> str:
        return self.place.document.file

    @property
    def span(self) -> Span:
        return self.place.span

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that decides: while it stays, so does the state of the rule's alerts."""
        until = None if self.until is None else self.until.tree
        decides = (self.for_each, self.when.tree, self.for_, until, self.until_for, self.when_unknown)
        return sha256(msgspec.json.encode(decides, order="deterministic")).hexdigest()

    @property
    def lights(self) -> tuple[tuple[int, LightAction], ...]:
        """The lighting actions, each with its index among all actions."""
        return tuple((index, action) for index, action in enumerate(self.then) if isinstance(action, LightAction))
