"""Matchers, in Alertmanager's manner: ``rule=gemapi.*``, ``severity!=red``, ``point=~velo-(prado|sextius)``.

A value with ``*`` or ``?`` is a pattern of whole values. ``=~`` takes a small dialect of regular expressions: who may
silence may not bring the notifier to a halt, so what can take long to match is refused beforehand.
"""

from __future__ import annotations

import fnmatch
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from services.notifier.domain.muting.traits import LABEL, PROPERTIES, Traits
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.model.alerts import SEVERITIES, Criticality

LONGEST: Final = 200
"""Of a matcher's value, and of what a regular expression looks at, in characters."""

_WRITTEN: Final = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_LISTED: Final = {"severity": SEVERITIES, "criticality": tuple(one.value for one in Criticality)}
_MOST_REPEATS: Final = 3
_MOST_UNBOUNDED: Final = 2
_MOST_STARS: Final = 5
_REPEAT: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|([*+?{])|(\)[*+?{])", re.DOTALL)


class MatcherError(InputError):
    """A matcher can't be read; the text says why and what may stand there."""


class Operator(StrEnum):
    """How values are compared."""

    IS = "="
    IS_NOT = "!="
    FITS = "=~"
    FITS_NOT = "!~"


@dataclass(frozen=True)
class Matcher:
    """One comparison of a property with a value. Of a property with several values, one that fits is enough."""

    name: str
    operator: Operator
    value: str

    def matches(self, traits: Traits) -> bool:
        """Whether the alert is one of those meant."""
        wanted = self.operator in (Operator.IS, Operator.FITS)
        fits = _pattern(self.operator in (Operator.FITS, Operator.FITS_NOT), self.value)
        return any(fits.fullmatch(value[:LONGEST]) is not None for value in traits.values(self.name)) is wanted

    def __str__(self) -> str:
        return f"{self.name}{self.operator.value}{self.value}"


def all_match(matchers: Iterable[Matcher], traits: Traits) -> bool:
    """Whether every one of them does."""
    return all(matcher.matches(traits) for matcher in matchers)


@cache
def matcher(text: str) -> Matcher:
    """Read a matcher.

    Raises:
        MatcherError: with what is wrong and what may stand there.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise MatcherError(f"'{text}' : pas un comparateur / is no matcher: PROPERTY=VALUE, with =, !=, =~ or !~")
    name, operator, value = found[1], Operator(found[2]), found[3]
    if name not in PROPERTIES and not (name.startswith(LABEL) and len(name) > len(LABEL)):
        hint = did_you_mean(name, PROPERTIES) or f"{', '.join(PROPERTIES)}, {LABEL}NAME"
        raise MatcherError(f"'{text}' : propriété inconnue / no property '{name}'; {hint}")
    if not value or len(value) > LONGEST:
        raise MatcherError(f"'{text}' : valeur de 1 à {LONGEST} caractères / a value has 1 to {LONGEST} characters")
    _check(operator, value)
    return Matcher(name, operator, value)


def new_matcher(text: str) -> Matcher:
    """Read a matcher that somebody writes now: a severity or criticality that there is not is a slip, and would match
    nothing. What was stored before is read by :func:`matcher`.

    Raises:
        MatcherError: as there.
    """
    found = matcher(text)
    listed = _LISTED.get(found.name)
    pattern = _pattern(found.operator in (Operator.FITS, Operator.FITS_NOT), found.value)
    if listed is not None and not any(pattern.fullmatch(one) for one in listed):
        hint = did_you_mean(found.value, listed) or ", ".join(listed)
        raise MatcherError(f"'{text}' : valeur inconnue / no such {found.name}; {hint}")
    return found


def _check(operator: Operator, value: str) -> None:
    if operator in (Operator.IS, Operator.IS_NOT):
        if value.count("*") > _MOST_STARS:
            raise MatcherError(f"'{value}' : au plus / at most {_MOST_STARS} '*'")
        return
    repeats = [found[0] for found in _REPEAT.finditer(value) if found[1] or found[2]]
    if any(len(repeat) > 1 for repeat in repeats):
        said = "un groupe ne se répète pas ici / a group in parentheses can't be repeated here"
        raise MatcherError(f"'{value}' : {said}")
    if any(repeat == "{" for repeat in repeats) or "(?" in value or re.search(r"\\\d", value):
        said = "ni {...}, ni (?...), ni renvoi à un groupe / no {...}, no (?...) and no reference to a group here"
        raise MatcherError(f"'{value}' : {said}")
    if len(repeats) > _MOST_REPEATS or sum(repeat in "*+" for repeat in repeats) > _MOST_UNBOUNDED:
        said = f"{_MOST_REPEATS} × * + ?, dont / of these {_MOST_UNBOUNDED} × * +"
        raise MatcherError(f"'{value}' : au plus / at most {said}")
    try:
        with warnings.catch_warnings():
            # Such as [[a]: it may mean something else to a later Python.
            warnings.simplefilter("error")
            re.compile(value)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise MatcherError(f"'{value}' : pas une expression / is no regular expression: {error}") from error


@cache
def _pattern(is_expression: bool, value: str) -> re.Pattern[str]:
    if is_expression:
        return re.compile(value)
    # A bracket is a bracket: ids have none, but labels may.
    return re.compile(fnmatch.translate(value.replace("[", "[[]")))
