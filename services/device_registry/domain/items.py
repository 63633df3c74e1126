"""One thing in a document, read with the place of every fault; many things, read with the faults of all."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

import msgspec

from shared.documents import Document, Path
from shared.errors import ProblemsFound
from shared.model.registry import Entity
from shared.problems import Problem
from shared.units import Quantity, UnitError, convert, known_unit, parse_duration, parse_quantity

A = TypeVar("A")
B = TypeVar("B")
E = TypeVar("E", bound=Entity)
S = TypeVar("S", bound=msgspec.Struct)

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Item:
    """A value in a document."""

    document: Document
    path: Path

    @property
    def value(self) -> Any:
        """The value as plain data."""
        found = self.document.data
        for step in self.path:
            found = found[step]
        return found

    def at(self, *steps: str | int) -> Item:
        """A value within this one."""
        return Item(self.document, (*self.path, *steps))

    def problem(self, slug: str, message: str, hint: str | None = None) -> Problem:
        """A problem at this value."""
        return self.document.problem(self.path, slug, message, hint)

    def fault(self, slug: str, message: str, hint: str | None = None) -> ProblemsFound:
        """The same, to be raised."""
        return ProblemsFound([self.problem(slug, message, hint)])

    def read(self, shape: type[S]) -> S:
        """The value in that shape, nothing more.

        Raises:
            ProblemsFound: a property is missing, unknown or of another type.
        """
        if not isinstance(self.value, dict):
            raise self.fault("shape", f"properties are wanted here: {', '.join(shape.__struct_fields__)}")
        if unknown := list(self.document.unknown_keys(self.path, shape.__struct_fields__)):
            raise ProblemsFound(unknown)
        return self.read_tolerant(shape)

    def read_tolerant(self, shape: type[S]) -> S:
        """The value in that shape; properties that it doesn't have are passed over."""
        try:
            return self.document.convert(self.path, shape)
        except ProblemsFound as error:
            raise ProblemsFound([_with_hint(problem) for problem in error.problems]) from error

    def identifier(self, text: str) -> str:
        """The same text, if it can name a thing in rules, addresses and topics."""
        if not _ID.fullmatch(text):
            hint = "letters without accents, digits, '-', '_', '.'"
            raise self.at("id").fault("id", f"'{text}' can't be an id", hint)
        return text

    @contextmanager
    def units(self, *steps: str | int) -> Iterator[None]:
        """A fault with a unit in this block is one at the value within this one."""
        try:
            yield
        except UnitError as error:
            raise self.at(*steps).fault("unit", str(error)) from error

    def unit(self, code: str, *steps: str | int) -> str:
        """The UCUM code, if it is known."""
        with self.units(*steps):
            return known_unit(code)

    def amount(self, written: float | str, unit: str, *steps: str | int) -> float:
        """A number in the unit; text has a unit of its own and is converted."""
        with self.units(*steps):
            quantity = parse_quantity(written) if isinstance(written, str) else Quantity(written, unit)
            if not math.isfinite(quantity.value):
                raise UnitError(f"'{written}' is too large a number")
            return convert(quantity.value, quantity.unit, unit)

    def seconds(self, written: str, *steps: str | int) -> float:
        """A duration, more than nothing, in seconds."""
        with self.units(*steps):
            seconds = parse_duration(written).total_seconds()
        if seconds <= 0:
            raise self.at(*steps).fault("duration", f"'{written}' is no time at all")
        return seconds


@dataclass(frozen=True)
class Entry(Generic[E]):
    """A thing of the inventory and where it is written."""

    entity: E
    item: Item


def _with_hint(problem: Problem) -> Problem:
    """An id of digits alone is read as a number; the hint says what to do."""
    number_for_text = re.match(r"Expected `str.*, got `(int|float|bool)`", problem.message)
    return replace(problem, hint="this is text: put it in quotes") if number_for_text else problem


def attempt(read: Callable[[A], B], things: Iterable[A]) -> tuple[list[B], list[Problem]]:
    """What could be read of all things, and the problems of those that couldn't."""
    results: list[B] = []
    problems: list[Problem] = []
    for thing in things:
        try:
            results.append(read(thing))
        except ProblemsFound as error:
            problems.extend(error.problems)
    return results, problems


def every(read: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """What was read of all things.

    Raises:
        ProblemsFound: with the problems of all that couldn't be read.
    """
    results, problems = attempt(read, things)
    if problems:
        raise ProblemsFound(problems)
    return results
