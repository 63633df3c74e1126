"""Turns the text of ``muting.yaml`` into a plan, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec

from services.notifier.domain.incidents.inhibition import Inhibition
from services.notifier.domain.muting.matching import Matcher, MatcherError, new_matcher
from services.notifier.domain.muting.muting_plan import Flap, Grouping, MutingPlan, Storm
from services.notifier.domain.muting.traits import LABEL, PROPERTIES
from services.notifier.domain.written_entries import read_entry
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")


class _Inhibition(msgspec.Struct):
    id: str
    source: list[str]
    target: list[str]
    equal: list[str]
    wait: str = "0 s"


class _Grouping(msgspec.Struct):
    id: str
    by: list[str]
    match: list[str] = []
    wait: str = "30 s"
    interval: str = "15 min"


class _Storm(msgspec.Struct):
    alerts: int = 19
    within: str = "1 min"
    wait: str = "30 s"
    interval: str = "10 min"
    calm: str = "10 min"


class _Flap(msgspec.Struct):
    episodes: int = 6
    within: str = "1 h"
    including_vital: bool = False


def load_muting(text: str, file: str) -> MutingPlan:
    """Read the file. What it doesn't mention is as without it; ``storm: off`` and ``flapping: off`` switch off.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    document = read(text, file)
    if document.data is None:
        return MutingPlan()
    if not isinstance(document.data, dict):
        raise ProblemsFound([document.problem((), "shape", f"sections are wanted here: {', '.join(_SECTIONS)}")])
    reading = _Reading(document)
    plan = MutingPlan(
        inhibitions=tuple(reading.each("inhibitions", _Inhibition, reading.inhibition)),
        groupings=tuple(reading.each("groups", _Grouping, reading.grouping)),
        storm=reading.switched("storm", _Storm, reading.storm, Storm()),
        flap=reading.switched("flapping", _Flap, reading.flap, Flap()),
    )
    if reading.problems:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda found: (found.span.line, found.span.column)))
    return plan


_SECTIONS: Final = ("inhibitions", "groups", "storm", "flapping")


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = list(document.unknown_keys((), _SECTIONS))

    def each(self, section: str, shape: type[S], make: Callable[[Path, S], T]) -> list[T]:
        """The things of a section, which is a list."""
        things = self._document.data.get(section)
        if things is None:
            return []
        if not isinstance(things, list):
            self._note((section,), "shape", f"a list is wanted under {section}: each begins with '- '")
            return []
        written = [((section, index), self._written((section, index), shape)) for index in range(len(things))]
        self._check_ids([(path, item) for path, item in written if item is not None])
        return [make(path, item) for path, item in written if item is not None]

    def switched(self, section: str, shape: type[S], make: Callable[[Path, S], T], default: T) -> T | None:
        """A section that may be switched off."""
        value = self._document.data.get(section)
        if value is None:
            return default
        if value in ("off", False):
            return None
        written = self._written((section,), shape)
        return default if written is None else make((section,), written)

    def inhibition(self, path: Path, written: _Inhibition) -> Inhibition:
        for side in ("source", "target"):
            if not getattr(written, side):
                self._note((*path, side), "empty", f"'{written.id}' hushes everything", "name at least one matcher")
        return Inhibition(
            id=written.id,
            source=self._matchers((*path, "source"), written.source),
            target=self._matchers((*path, "target"), written.target),
            equal=self._properties((*path, "equal"), written.equal),
            wait=self._length((*path, "wait"), written.wait),
        )

    def grouping(self, path: Path, written: _Grouping) -> Grouping:
        return Grouping(
            id=written.id,
            match=self._matchers((*path, "match"), written.match),
            by=self._properties((*path, "by"), written.by),
            wait=self._length((*path, "wait"), written.wait),
            interval=self._length((*path, "interval"), written.interval),
        )

    def storm(self, path: Path, written: _Storm) -> Storm:
        return Storm(
            alerts=self._positive((*path, "alerts"), written.alerts),
            within=self._length((*path, "within"), written.within),
            wait=self._length((*path, "wait"), written.wait),
            interval=self._length((*path, "interval"), written.interval),
            calm=self._length((*path, "calm"), written.calm),
        )

    def flap(self, path: Path, written: _Flap) -> Flap:
        return Flap(
            episodes=self._positive((*path, "episodes"), written.episodes),
            within=self._length((*path, "within"), written.within),
            including_vital=written.including_vital,
        )

    def _written(self, path: Path, shape: type[S]) -> S | None:
        found, problems = read_entry(self._document, path, shape)
        self.problems.extend(problems)
        return found

    def _check_ids(self, written: Sequence[tuple[Path, Any]]) -> None:
        taken: set[str] = set()
        for path, item in written:
            if not _ID.fullmatch(item.id):
                self._note((*path, "id"), "id", f"'{item.id}' can't be an id", "small letters, digits, '-', '_', '.'")
            if item.id in taken:
                self._note((*path, "id"), "double-id", f"a second '{item.id}'")
            taken.add(item.id)

    def _matchers(self, path: Path, written: Sequence[str]) -> tuple[Matcher, ...]:
        found = []
        for index, text in enumerate(written):
            try:
                found.append(new_matcher(text))
            except MatcherError as error:
                self._note((*path, index), "matcher", str(error), "for example rule=gemapi.* or severity=~orange|red")
        return tuple(found)

    def _properties(self, path: Path, written: Sequence[str]) -> tuple[str, ...]:
        if not written:
            self._note(path, "empty", "nothing that alerts must have in common", f"for example [{PROPERTIES[0]}]")
        for index, name in enumerate(written):
            if name not in PROPERTIES and not name.startswith(LABEL):
                hint = did_you_mean(name, PROPERTIES) or f"{', '.join(PROPERTIES)}, {LABEL}NAME"
                self._note((*path, index), "unknown-property", f"no property '{name}' of alerts", hint)
        return tuple(written)

    def _length(self, path: Path, written: str) -> timedelta:
        try:
            return parse_duration(written)
        except UnitError as error:
            self._note(path, "duration", str(error))
            return timedelta(0)

    def _positive(self, path: Path, written: int) -> int:
        if written < 1:
            self._note(path, "number", f"{written} is less than 1")
        return written

    def _note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))
