"""How much a condition has to do at most: it is gone through as it would be decided, with sizes in place of values.

What a condition over properties does depends on its lists alone, and how long they are is written in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from services.rules_engine.domain.examining.branches import operands
from services.rules_engine.domain.operators import access
from services.rules_engine.domain.operators.loops import LOOPS
from shared.documents import Path

_CHARACTERS: Final = 25
"""That weigh as much as a value: no number is told in more."""


@dataclass(frozen=True)
class Size:
    """Of a value: how many values it is, with those in its lists; of a list, its elements too."""

    weight: int = 1
    elements: tuple[Size, ...] | None = None


_ONE: Final = Size()
_Scope: TypeAlias = Mapping[str, Size]
_Part: TypeAlias = tuple[Any, Path]


class TooMuch(Exception):
    """There is more to do than the limit, in the loop at the path or, if that is empty, outside of loops."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)


class Meter:
    """Goes through one condition and counts, up to a limit.

    ``size`` raises ``TooMuch`` where the limit is passed, so that counting takes no longer than deciding may.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spent = 0
        self._outermost: Path = ()

    def size(self, tree: Any, path: Path, scope: _Scope) -> Size:
        """The largest that a value can be."""
        self._spend(1)
        if isinstance(tree, list):
            return self._listed([self.size(part, (*path, index), scope) for index, part in enumerate(tree)])
        if isinstance(tree, str):
            return Size(1 + len(tree) // _CHARACTERS)
        found = _ONE
        for name, operand in tree.items() if isinstance(tree, dict) else ():
            listed = isinstance(operand, list)
            places = [(*path, name, index) if listed else (*path, name) for index in range(len(operands(operand)))]
            found = self._called(name, list(zip(operands(operand), places, strict=True)), scope)
        return found

    def _called(self, name: str, parts: Sequence[_Part], scope: _Scope) -> Size:
        if name in LOOPS and len(parts) > 1:
            return self._loop(name, parts, scope)
        sizes = [self.size(*part, scope) for part in parts]
        if name == access.NAME and parts:
            return self._largest([_found(parts[0][0], scope), *sizes[1:]])
        if name in ("merge", "missing", "missing_some"):
            named = sizes[1:] if name == "missing_some" else sizes
            lists = ((size,) if size.elements is None else size.elements for size in named)
            return self._listed([each for elements in lists for each in elements])
        if name in ("if", "?:"):
            return self._largest([*sizes[1::2], *(sizes[-1:] if len(sizes) % 2 else ())])
        if name in ("and", "or"):
            return self._largest(sizes)
        if name in ("cat", "substr"):
            return self._weighed(Size(sum(size.weight for size in sizes[: None if name == "cat" else 1])))
        self._spend(sum(len(size.elements or ()) for size in sizes))
        return _ONE

    def _loop(self, name: str, parts: Sequence[_Part], scope: _Scope) -> Size:
        source, *rest = (self.size(*part, scope) for index, part in enumerate(parts) if index != 1)
        outer, self._outermost = self._outermost, self._outermost or parts[1][1][:-1]
        so_far, found = rest[0] if rest else _ONE, []
        for element in source.elements or ():
            inner = {"current": element, "accumulator": so_far} if name == "reduce" else {"": element}
            so_far = self.size(*parts[1], inner)
            found.append(so_far)
        self._outermost = outer
        if name == "map":
            return self._listed(found)
        return {"filter": source, "reduce": so_far}.get(name, _ONE)

    def _listed(self, elements: Sequence[Size]) -> Size:
        self._spend(len(elements))
        return self._weighed(Size(1 + sum(element.weight for element in elements), tuple(elements)))

    def _largest(self, sizes: Sequence[Size]) -> Size:
        """As large as the largest of them, and every element as the largest in its place."""
        weight = max((size.weight for size in sizes), default=1)
        lists = [size.elements for size in sizes if size.elements is not None]
        if not lists:
            return Size(weight)
        self._spend(max(map(len, lists)))
        elements = (self._largest([each for each in some if each is not None]) for some in zip_longest(*lists))
        return self._weighed(Size(weight, tuple(elements)))

    def _weighed(self, size: Size) -> Size:
        if size.weight > self._limit:
            raise TooMuch(self._outermost)
        return size

    def _spend(self, steps: int) -> None:
        self._spent += steps
        if self._spent > self._limit:
            raise TooMuch(self._outermost)


def _found(name: Any, scope: _Scope) -> Size:
    """What ``var`` finds in a scope; a property, or nothing, is one value."""
    steps = access.steps_of(name) if isinstance(name, str | int | float) else ()
    size, below = (scope[""], steps) if "" in scope else (scope.get(steps[0] if steps else "", _ONE), steps[1:])
    for step in below:
        index = int(step) if step.isdecimal() and len(step) < _CHARACTERS else -1
        inside = size.elements or ()
        size = inside[index] if 0 <= index < len(inside) else _ONE
    return size
