"""Reads one series of a test: its items, its step and where it begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import Place
from services.rules_engine.domain.testing.moments import Clocks
from services.rules_engine.domain.testing.notation import MOST, WAYS, Item, parse_item
from services.rules_engine.domain.testing.reading_times import read_begin, read_lapse, read_step
from services.rules_engine.domain.testing.series import Grid, Slot, lay_out
from shared.errors import InputError
from shared.model.observations import Quality
from shared.model.registry import Property
from shared.problems import Problem
from shared.units import Quantity

SLUG: Final = "test-wrong"
_DEEPEST: Final = 3
_SERIES: Final = ("values", "step", "from")
_ITEM: Final = ("value", "values", "times", "for", "quality", "late")


@dataclass(frozen=True)
class SeriesReader:
    """Reads the series of a test.

    Attributes:
        grid: on which a series lies that doesn't say otherwise.
    """

    clocks: Clocks
    grid: Grid
    problems: list[Problem]

    def read(self, place: Place, known: Property) -> tuple[Slot, ...]:
        """The slots of the series at a place; what is wrong with it is noted."""
        grid, written = self.grid, place.value
        if isinstance(written, dict):
            fields = Fields(place, self.problems, _SERIES)
            fields.required("values")
            grid = self._grid(fields)
            place = fields.at("values")
            written = fields.value("values")
        items = list(self._items(place, written, 0))
        self._require_one_way(items)
        return tuple(self._laid_out(items, grid, known))

    def _grid(self, fields: Fields) -> Grid:
        begin = read_begin(fields, self.clocks) or self.grid.begin
        return replace(self.grid, begin=begin, step=read_step(fields) or self.grid.step)

    def _laid_out(self, items: list[tuple[Place, Item]], grid: Grid, known: Property) -> Iterator[Slot]:
        index = 0
        for place, item in items:
            try:
                slots = list(lay_out(item, grid, index, known))
            except InputError as error:
                self._fault(place, str(error))
                return
            index += len(slots)
            yield from slots

    def _items(self, place: Place, written: Any, depth: int) -> Iterator[tuple[Place, Item]]:
        if not isinstance(written, list):
            yield from self._item(place, written, depth)
            return
        if not written:
            self._fault(place, "a series without values", f"write {WAYS}")
        for index, each in enumerate(written):
            yield from self._item(place.at(index), each, depth)

    def _item(self, place: Place, written: Any, depth: int) -> Iterator[tuple[Place, Item]]:
        if isinstance(written, dict):
            yield from self._mapping(place, depth)
            return
        item = self._scalar(place, written)
        if item is not None:
            yield place, item

    def _scalar(self, place: Place, written: Any) -> Item | None:
        if written is None:
            return Item(None)
        if isinstance(written, int | float) and not isinstance(written, bool):
            return Item(float(written))
        if not isinstance(written, str):
            self._fault(place, f"{described(written)} is no value", f"write {WAYS}")
            return None
        try:
            return parse_item(written)
        except InputError as error:
            self._fault(place, str(error))
            return None

    def _mapping(self, place: Place, depth: int) -> Iterator[tuple[Place, Item]]:
        fields = Fields(place, self.problems, _ITEM)
        if fields.has("values"):
            yield from self._repeated(fields, depth)
            return
        fields.required("value")
        item = self._one(fields)
        if item is not None:
            yield place, item

    def _one(self, fields: Fields) -> Item | None:
        item = self._scalar(fields.at("value"), fields.value("value")) if fields.has("value") else None
        if item is None:
            return None
        quality = fields.choice("quality", Quality, item.quality)
        late = read_lapse(fields, "late")
        lasting = read_lapse(fields, "for")
        if lasting and fields.has("times"):
            fields.fault("for", "'times' and 'for' both say how often", "leave out one of the two")
        times = None if lasting else item.times
        if fields.has("times"):
            times = _count(fields)
            if times is None:
                return None
        late_by = late.length if late else item.late
        return replace(item, quality=quality, late=late_by, times=times, lasting=lasting or item.lasting)

    def _repeated(self, fields: Fields, depth: int) -> Iterator[tuple[Place, Item]]:
        """Several items, so many times over."""
        if depth >= _DEEPEST:
            self._fault(fields.place, "lists within lists within lists")
            return
        items = list(self._items(fields.at("values"), fields.value("values"), depth + 1))
        times = _count(fields) if fields.has("times") else 1
        if times is None or not items:
            return
        if times * len(items) > MOST:
            self._fault(fields.place, f"a series has at most {MOST} values")
            return
        for _ in range(times):
            yield from items

    def _require_one_way(self, items: list[tuple[Place, Item]]) -> None:
        """``1,2 m`` in brackets is the number 1 and then 2 m; whoever writes units writes them all along."""
        bare = [place for place, item in items if isinstance(item.first, float)]
        if bare and any(isinstance(item.first, Quantity) for _, item in items):
            hint = "write the unit with every value; decimals have a point: 1.2 m"
            self._fault(bare[0], "a value without its unit among values that have one", hint)

    def _fault(self, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(place.problem(SLUG, message, hint=hint))


def _count(fields: Fields) -> int | None:
    times = fields.value("times")
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST:
        fields.fault("times", f"'times' is {described(times)}; it must be a number from 1 to {MOST}")
        return None
    return times
