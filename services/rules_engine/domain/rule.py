"""A rule in its author's vocabulary, frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import msgspec

from services.rules_engine.domain.action import Action, LightAction, NotifyAction
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.unless import Unless
from shared.documents import Document, Path
from shared.model.alerts import Criticality
from shared.problems import Problem
from shared.problems import Span as PlaceSpan


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
    """Points: all of a kind that also are in the area, at the site, in the group, named, and so tagged.

    Attributes:
        kind: None only within another selector, which says it.
        all_of, any_of, none_of: further choices, by what is written as ``and``, ``or`` and ``not``.
    """

    kind: str | None
    area: str | None = None
    group: str | None = None
    points: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site: str | None = None
    all_of: tuple[Selector, ...] = ()
    any_of: tuple[Selector, ...] = ()
    none_of: tuple[Selector, ...] = ()

    @property
    def inner(self) -> tuple[Selector, ...]:
        """The choices within this one."""
        return (*self.all_of, *self.any_of, *self.none_of)


class Grouping(StrEnum):
    """How a group rule divides its points: all are one group, or those of each area, site or group of the inventory."""

    ALL = "all"
    AREA = "area"
    SITE = "site"
    GROUP = "group"


@dataclass(frozen=True)
class Place:
    """Where something stands in a document; two things are the same wherever they stand."""

    document: Document
    path: Path

    @property
    def span(self) -> PlaceSpan:
        return self.document.spans.get(self.path, PlaceSpan(1, 1))

    @property
    def value(self) -> Any:
        """What stands there."""
        found = self.document.data
        for step in self.path:
            found = found[step]
        return found

    def at(self, *steps: str | int) -> Place:
        """What stands the steps below it."""
        return Place(self.document, (*self.path, *steps))

    def __str__(self) -> str:
        return f"{self.document.file}:{self.span.line}:{self.span.column}"

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
class Lasting:
    """How long something must hold: a span of event time, or so many observations in a row."""

    span: timedelta = timedelta()
    times: int = 0

    def __bool__(self) -> bool:
        return bool(self.span) or self.times > 1


@dataclass(frozen=True)
class Level:
    """One step of a rule: when it begins, when it ends, how bad it is and what is done. Most rules have one.

    Attributes:
        for_: how long ``when`` must hold before it fires.
        until: None: until ``when`` no longer holds.
        until_for: how long ``until`` must hold before it ends.
    """

    severity: Severity
    when: Condition
    then: tuple[Action, ...]
    place: Place = field(repr=False, compare=False)
    until: Condition | None = None
    for_: Lasting = Lasting()
    until_for: Lasting = Lasting()

    @property
    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """Its conditions, each by its name."""
        return (("when", self.when), *(() if self.until is None else (("until", self.until),)))


@dataclass(frozen=True)
class OncePer:
    """At most one alert in each period: ``day`` and ``night`` (noon to noon), ``week``, ``month``, or a span."""

    period: str | Span


@dataclass(frozen=True)
class Rule:
    """What an author wrote.

    Attributes:
        for_each: the points that are watched, each for itself, or together if ``grouping`` says how.
        levels: the mildest first.
        let: names for values that conditions and messages use.
        active: when it is in force at all, as a condition of calendars only.
        every: it is decided for periods of this length, when each is over; None: with each observation.
        tests: as written; ``testing`` reads them.
    """

    id: str
    title: str
    owner: str
    for_each: Selector
    levels: tuple[Level, ...]
    place: Place = field(repr=False, compare=False)
    grouping: Grouping | None = None
    criticality: Criticality = Criticality.NORMAL
    review_by: date | None = None
    when_unknown: WhenUnknown = WhenUnknown.HOLD
    let: Mapping[str, Condition] = field(default_factory=dict)
    active: Condition | None = None
    unless: tuple[Unless, ...] = ()
    every: Span | None = None
    once_per: OncePer | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    tests: tuple[Any, ...] = field(default=(), repr=False, compare=False)

    @property
    def file(self) -> str:
        return self.place.document.file

    @property
    def span(self) -> PlaceSpan:
        return self.place.span

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that decides: while it stays, so does the state of the rule's alerts."""
        levels = [(each.when.tree, _tree(each.until), each.for_, each.until_for) for each in self.levels]
        let = {name: condition.tree for name, condition in self.let.items()}
        decides = (
            self.for_each, self.grouping, levels, self.when_unknown, let, _tree(self.active), self.unless,
            self.every, self.once_per,
        )  # fmt: skip
        return sha256(msgspec.json.encode(decides, order="deterministic")).hexdigest()

    @cached_property
    def edition(self) -> str:
        """A hash of all that its author wrote, made of a template or not: another edition is another try."""
        return sha256(msgspec.json.encode(self.place.value, order="deterministic")).hexdigest()

    @cached_property
    def ladder(self) -> str:
        """Hashes of the whole, of what its levels share, and of each level, so that an edited level is told from one
        that is as it was: ``whole:shared:level,level``."""
        together = (
            self.for_each, self.grouping, self.when_unknown, _tree(self.active), self.unless, self.every, self.once_per,
        )  # fmt: skip
        levels = (
            (each.when.tree, _tree(each.until), each.for_, each.until_for, self._named_in(each)) for each in self.levels
        )
        return f"{self.fingerprint[:_SHORT]}:{_short_hash(together)}:{','.join(map(_short_hash, levels))}"

    def _named_in(self, level: Level) -> dict[str, Any]:
        """The named values that its conditions use, each with what it is; one that only seems to be used is no harm."""
        found: dict[str, Any] = {}
        waiting = [condition.tree for _, condition in level.conditions]
        while waiting:
            for name in _texts(waiting.pop()):
                if name in self.let and name not in found:
                    found[name] = self.let[name].tree
                    waiting.append(found[name])
        return found

    @property
    def watched_by(self) -> str:
        """The word under which its points are written."""
        return "for_each" if self.grouping is None else "across"

    @property
    def severity(self) -> Severity:
        """The worst that it may come to."""
        return self.levels[-1].severity

    @property
    def then(self) -> tuple[Action, ...]:
        """The actions of all levels."""
        return tuple(action for level in self.levels for action in level.then)

    @property
    def notifications(self) -> Iterator[tuple[NotifyAction, Place]]:
        """Who is told at any level, each with the place where it is written."""
        return (
            (action, place)
            for level in self.levels
            for action, place in actions(level)
            if isinstance(action, NotifyAction)
        )

    @property
    def lights(self) -> tuple[tuple[int, int, LightAction, Place], ...]:
        """The lighting actions: level, index among all actions of the rule, action, and place."""
        found: list[tuple[int, int, LightAction, Place]] = []
        index = 0
        for number, level in enumerate(self.levels):
            for action, place in actions(level):
                if isinstance(action, LightAction):
                    found.append((number, index, action, place))
                index += 1
        return tuple(found)


def actions(level: Level) -> Iterator[tuple[Action, Place]]:
    """The actions of a level, each with its place (of what stands behind ``notify:`` or ``light:``)."""
    for index, action in enumerate(level.then):
        name = "light" if isinstance(action, LightAction) else "notify"
        yield action, Place(level.place.document, (*level.place.path, "then", index, name))


def _tree(condition: Condition | None) -> Any:
    return None if condition is None else condition.tree


def _texts(tree: Any) -> Iterator[str]:
    """All texts of a tree; of ``point.level`` also what stands before the point."""
    if isinstance(tree, str):
        yield tree
        yield tree.partition(".")[0]
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _texts(part)


def _short_hash(what: Any) -> str:
    return sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()[:_SHORT]


_SHORT: Final = 16
