"""Turns the text of ``rules/notifier/budgets.yaml`` into budgets, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final, TypeVar

import msgspec

from services.notifier.domain.delivering.budgets import LIMITS, MEDIA, MILLIONTHS, VOICE, Budgets, Price, Rate
from services.notifier.domain.written_entries import read_entry
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.units import UnitError, parse_duration

S = TypeVar("S", bound=msgspec.Struct)

_PREFIX: Final = re.compile(r"\+[1-9]\d{0,13}|")
_SECTIONS: Final = ("prices", "budgets", "limits", "digest")
_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(days=1)


class _WrittenPrice(msgspec.Struct):
    medium: str
    segment: float | None = None
    minute: float | None = None
    channel: str | None = None
    to: str = ""


class _WrittenBudget(msgspec.Struct):
    directorate: str
    month: float


class _WrittenRate(msgspec.Struct):
    most: int
    within: str


class _WrittenDigest(msgspec.Struct):
    every: str


def load_budgets(text: str, file: str, directorates: Collection[str]) -> Budgets:
    """Read the file.

    Args:
        directorates: those that there are.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    reading = _Reading(read(text, file))
    reading.check_root()
    found = Budgets(
        prices=tuple(reading.prices()),
        monthly=dict(reading.monthly(directorates)),
        limits={**LIMITS, **dict(reading.limits())},
        digest_every=reading.digest_every(),
    )
    if reading.problems:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda each: (each.span.line, each.span.column)))
    return found


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = []

    def note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))

    def check_root(self) -> None:
        if not isinstance(self._document.data, dict):
            message = f"sections are wanted here: {', '.join(_SECTIONS)}"
            raise ProblemsFound([self._document.problem((), "shape", message)])
        self.problems.extend(self._document.unknown_keys((), _SECTIONS))

    def prices(self) -> Iterator[Price]:
        for path, written in self._each(("prices",), _WrittenPrice):
            self._check_medium(path, written.medium)
            if not _PREFIX.fullmatch(written.to):
                hint = "'+' and the first digits, in quotes: \"+33\"; leave it out for anywhere"
                self.note((*path, "to"), "prefix", f"'{written.to}' begins no number", hint)
            unit = "minute" if written.medium == VOICE else "segment"
            amount = getattr(written, unit)
            if amount is None or (written.segment is not None and written.minute is not None):
                self.note(path, "price", f"'{written.medium}' has one price: {unit}, in euros", f"{unit}: 0.0725")
                continue
            yield Price(
                medium=written.medium, channel=written.channel, to=written.to, amount=self._money((*path, unit), amount)
            )

    def monthly(self, directorates: Collection[str]) -> Iterator[tuple[str, int]]:
        seen: set[str] = set()
        for path, written in self._each(("budgets",), _WrittenBudget):
            name = written.directorate
            if name not in directorates:
                hint = did_you_mean(name, directorates) or "a team of teams.yaml is owner_of each directorate"
                self.note((*path, "directorate"), "unknown-directorate", f"no team answers for '{name}'", hint)
            if name in seen:
                self.note((*path, "directorate"), "double-id", f"a second budget of '{name}'")
            seen.add(name)
            yield name, self._money((*path, "month"), written.month)

    def limits(self) -> Iterator[tuple[str, tuple[Rate, ...]]]:
        written = self._document.data.get("limits", {})
        if not isinstance(written, dict):
            self.note(("limits",), "shape", f"media are wanted here: {', '.join(MEDIA)}")
            return
        for medium in written:
            self._check_medium(("limits", medium), medium)
            yield medium, tuple(self._rates(medium))

    def digest_every(self) -> timedelta:
        if "digest" not in self._document.data:
            return Budgets().digest_every
        written = self._written(("digest",), _WrittenDigest)
        return Budgets().digest_every if written is None else self._duration(("digest", "every"), written.every)

    def _rates(self, medium: str) -> Iterator[Rate]:
        for path, written in self._each(("limits", medium), _WrittenRate):
            if written.most < 1:
                hint = "an empty list sets no limit: []"
                self.note((*path, "most"), "limit", "nobody could be told anything; 1 is the least", hint)
            yield Rate(written.most, self._duration((*path, "within"), written.within))

    def _each(self, section: Path, shape: type[S]) -> Iterator[tuple[Path, S]]:
        things = self._document.data
        for step in section:
            things = things.get(step, [])
        if not isinstance(things, list):
            self.note(section, "shape", f"a list is wanted under {section[-1]}: each begins with '- '")
            return
        for index, _ in enumerate(things):
            path: Path = (*section, index)
            if (written := self._written(path, shape)) is not None:
                yield path, written

    def _written(self, path: Path, shape: type[S]) -> S | None:
        found, problems = read_entry(self._document, path, shape)
        self.problems.extend(problems)
        return found

    def _check_medium(self, path: Path, medium: str) -> None:
        if medium not in MEDIA:
            hint = did_you_mean(medium, MEDIA) or f"one of {', '.join(MEDIA)}"
            place = path if path[0] == "limits" else (*path, "medium")
            self.note(place, "medium", f"'{medium}' is no medium", hint)

    def _money(self, path: Path, amount: float) -> int:
        if not 0 <= amount < MILLIONTHS:
            self.note(path, "money", f"{amount:g} euros make no sense here", "0 or more, less than a million")
            return 0
        return round(amount * MILLIONTHS)

    def _duration(self, path: Path, text: str) -> timedelta:
        try:
            found = parse_duration(text)
        except UnitError as error:
            self.note(path, "duration", str(error))
            return _SHORTEST
        if not _SHORTEST <= found <= _LONGEST:
            self.note(path, "duration", f"'{text}' is shorter than a second or longer than a day")
        return found
