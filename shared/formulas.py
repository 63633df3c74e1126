"""Arithmetic on one line, as data: numbers, names, ``+ - * /`` and brackets. It is read here and by nothing else.

x0 / 1000        (x1 - 32768) / 10        (x2 + x3 * 65536) * resolution
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from shared.errors import InputError

Formula = Callable[[Mapping[str, float]], float]
"""The value of a formula for the values of its names. Dividing by 0 raises ``ZeroDivisionError``."""

_LONGEST: Final = 200
_MOST_BRACKETS: Final = 20
_TOKEN: Final = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/()]))")
_SIGNS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class FormulaError(InputError):
    """A formula that can't be read; the text says where, counted from 1."""


def formula(text: str, names: Collection[str]) -> Formula:
    """Read a formula.

    Args:
        names: those that it may use.

    Raises:
        FormulaError: it is not one, or uses another name.
    """
    if len(text) > _LONGEST or text.count("(") > _MOST_BRACKETS:
        raise FormulaError(f"a formula has at most {_LONGEST} characters, and {_MOST_BRACKETS} brackets")
    return _Reading(text, names).whole()


class _Reading:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self._names = names
        self._words = list(_words(text))

    def whole(self) -> Formula:
        found = self._sum()
        column, word = self._words[0]
        if word:
            raise FormulaError(f"'{word}' is not expected at {column}")
        return found

    def _sum(self) -> Formula:
        return self._chain("+-", self._product)

    def _product(self) -> Formula:
        return self._chain("*/", self._factor)

    def _chain(self, signs: str, part: Callable[[], Formula]) -> Formula:
        left = part()
        while (sign := self._words[0][1]) and sign in signs:
            self._words.pop(0)
            left = _joined(_SIGNS[sign], left, part())
        return left

    def _factor(self) -> Formula:
        column, word = self._words.pop(0)
        if word == "-":
            return _joined(operator.sub, _number(0.0), self._factor())
        if word == "(":
            return self._bracket(column)
        if word[:1].isdigit():
            return _number(float(word))
        if word in self._names:
            return operator.itemgetter(word)
        raise FormulaError(_unexpected(column, word, self._names))

    def _bracket(self, opened: int) -> Formula:
        inner = self._sum()
        if self._words[0][1] != ")":
            raise FormulaError(f"the bracket at {opened} is not closed")
        self._words.pop(0)
        return inner


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Each word with its column; the last is empty and stands for the end."""
    place = 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None:
            raise FormulaError(f"'{text[place:].strip()[0]}' means nothing here")
        number, name, sign = found.groups()
        word = number or name or sign
        yield found.end() - len(word) + 1, word
        place = found.end()
    yield len(text) + 1, ""


def _unexpected(column: int, word: str, names: Collection[str]) -> str:
    if word[:1].isalpha() or word[:1] == "_":
        return f"no value '{word}' here; there is: {', '.join(sorted(names))}"
    return f"a number, a name or a bracket is wanted at {column}"


def _number(value: float) -> Formula:
    return lambda _values: value


def _joined(sign: Callable[[float, float], float], left: Formula, right: Formula) -> Formula:
    return lambda values: sign(left(values), right(values))
