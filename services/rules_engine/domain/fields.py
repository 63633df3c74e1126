"""Reads the properties of a mapping one by one, each as what it must be, and notes every fault with its place.

A reader never guesses: a scalar of the wrong sort is a problem. What could not be read is None, or its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from services.rules_engine.domain.rule import Lasting, Place
from services.rules_engine.domain.spans import Span, parse_span, within_reach
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.problems import Problem
from shared.units import convert, parse_duration, parse_quantity

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

SHAPE: Final = "shape"
_CLOCK_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TIMES: Final = re.compile(r"(\d{1,4})\s*(?:times|fois)")
MOST_TIMES: Final = 1000
_SORTS: Final = {str: "text", bool: "a truth", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
_EXAMPLES: Final = {
    "id": "gemapi.huveaune.alerte", "title": '"Huveaune : alerte"', "owner": "gemapi", "severity": "yellow",
    "for_each": "{kind: water-level, area: huveaune}", "kind": "water-level", "when": "{above: [level, 2 m]}",
    "then": "[{notify: ...}]", "team": "gemapi-astreinte", "message": '"{point} : {level}"', "level": "80 %",
    "reason": "crue", "group": "berges-huveaune", "rule": "gemapi.huveaune.alerte",
}  # fmt: skip


class Fields:
    """The properties of the mapping at a place; ``problems`` is shared with the mappings inside it."""

    def __init__(self, place: Place, problems: list[Problem], allowed: Iterable[str]) -> None:
        self.place = place
        self.problems = problems
        value = place.document.data
        for step in place.path:
            value = value[step]
        self._is_mapping = isinstance(value, dict)
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}
        if isinstance(value, dict):
            problems.extend(place.document.unknown_keys(place.path, allowed))
        else:
            problems.append(place.problem(SHAPE, f"{described(value)} where properties are meant"))

    @property
    def is_mapping(self) -> bool:
        """Whether properties stand there at all; if not, that was noted as a problem."""
        return self._is_mapping

    def has(self, key: str) -> bool:
        return key in self._values

    def value(self, key: str) -> Any:
        """As it stands there."""
        return self._values.get(key)

    def at(self, key: str | int, *more: str | int) -> Place:
        """The place of a property."""
        return Place(self.place.document, (*self.place.path, key, *more))

    def fault(self, key: str, message: str, hint: str | None = None) -> None:
        """Note that a property is wrong."""
        self.problems.append(self.place.problem(SHAPE, message, key, hint=hint))

    def required(self, *keys: str) -> None:
        """Note each of the properties that is not there."""
        for key in keys:
            if not self.has(key):
                hint = f"for example {key}: {_EXAMPLES[key]}" if key in _EXAMPLES else None
                self.problems.append(self.place.problem("missing-property", f"'{key}' is missing here", hint=hint))

    def text(self, key: str) -> str | None:
        """Text that says something."""
        return self._read(key, _text, "text")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        written = self.value(key)
        for index, item in enumerate(written if isinstance(written, list) else ()):
            if isinstance(item, bool | int | float):
                hint = _quoting("text", item)
                self.problems.append(
                    self.place.problem(SHAPE, f"{described(item)} where a text is meant", key, index, hint=hint)
                )
                return ()
        return self._read(key, _texts, "a list of texts") or ()

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false if it isn't there."""
        return self._read(key, lambda value: _of(bool, value), "true or false") or False

    def duration(self, key: str) -> timedelta | None:
        """A time span with its unit, as in ``10 min``."""
        return self._read(key, _duration, "a duration such as 10 min, 4 h, 30 s or 2 d")

    def span(self, key: str) -> Span | None:
        """A time span in which days are civil days."""
        return self._read(key, lambda value: parse_span(_text(value)), "a span such as 15 min, 12 h or 1 d")

    def lasting(self, key: str) -> Lasting:
        """How long something must hold: ``10 min``, or ``3 times`` for three observations in a row."""
        return self._read(key, _lasting, "a duration such as 10 min, or a count such as 3 times") or Lasting()

    def clock_time(self, key: str) -> str | None:
        """``HH:MM``."""
        return self._read(key, _clock_time, "a time of day such as 05:00")

    def day(self, key: str) -> date | None:
        """``YYYY-MM-DD``."""
        return self._read(key, lambda value: date.fromisoformat(_text(value)), "a date such as 2027-06-30")

    def percent(self, key: str) -> int | None:
        """A whole number of percent from 0 to 100, as in ``80 %``; a number alone is percent too."""
        return self._read(key, _percent, "a level from 0 % to 100 %")

    def choice(self, key: str, words: type[E], default: E) -> E:
        """One word of a closed list."""
        value = self.value(key)
        if not self.has(key):
            return default
        known = [word.value for word in words]
        if value in known:
            return words(value)
        near = did_you_mean(value, known) if isinstance(value, str) else None
        self.fault(key, f"{described(value)} is none of: {', '.join(known)}", near)
        return default

    def _read(self, key: str, reader: Callable[[Any], T], wanted: str) -> T | None:
        if not self.has(key):
            return None
        try:
            return reader(self.value(key))
        except (InputError, ValueError):
            self.fault(
                key, f"'{key}' is {described(self.value(key))}; it must be {wanted}", _quoting(wanted, self.value(key))
            )
            return None


def described(value: Any) -> str:
    """A value as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, list | dict):
        return _SORTS[type(value)]
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"the {_SORTS[type(value)].split()[-1]} '{shown}'"


def _quoting(wanted: str, value: Any) -> str | None:
    if wanted != "text":
        return None
    if isinstance(value, dict) and list(value.values()) == [None]:
        return f'braces begin a mapping; write it in quotes: "{{{next(iter(value))}}}"'
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f'write it in quotes: "{shown}"' if isinstance(value, int | float) else None


def _of(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise ValueError(value)  # noqa: TRY004 - the sort of a scalar is what its author wrote, not a type in our code
    return value


def _text(value: Any) -> str:
    text = _of(str, value)
    if not text.strip():
        raise ValueError
    return text


def _texts(value: Any) -> tuple[str, ...]:
    items: Iterator[Any] = iter(value) if isinstance(value, list) else iter([value])
    return tuple(_text(item) for item in items)


def _lasting(value: Any) -> Lasting:
    if match := _TIMES.fullmatch(_text(value).strip()):
        if not 1 <= int(match[1]) <= MOST_TIMES:
            raise ValueError
        return Lasting(times=int(match[1]))
    return Lasting(_duration(value))


def _duration(value: Any) -> timedelta:
    return within_reach(parse_duration(_text(value)), _text(value))


def _clock_time(value: Any) -> str:
    if not _CLOCK_TIME.fullmatch(_text(value)):
        raise ValueError
    return _text(value)


def _percent(value: Any) -> int:
    if isinstance(value, str):
        quantity = parse_quantity(value)
        value = convert(quantity.value, quantity.unit, "%")
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or not 0 <= value <= 100:
        raise ValueError
    return int(value)
