"""The values of a series, each with its time: the items of its author laid out on a grid of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.moments import later
from services.rules_engine.domain.testing.notation import MOST, Item
from shared.errors import InputError
from shared.model.observations import Quality
from shared.model.registry import Property
from shared.units import Quantity, convert

_DECIMALS = 9
"""A ramp is rounded to so many, so that 1.2 to 1.9 passes through 1.3 and not 1.2999999999999998."""


@dataclass(frozen=True)
class Grid:
    """The moments at which a series has its values.

    Attributes:
        begin: of the first, UTC.
        step: days of it are civil days.
    """

    begin: datetime
    step: Span
    zone: ZoneInfo

    def moment(self, index: int) -> datetime:
        """The time of a value, counted from 0."""
        return later(self.begin, Span(self.step.time * index, self.step.days * index), self.zone)

    def steps(self, index: int, lasting: Span) -> int:
        """How many values fill a span that begins with the value at an index.

        Raises:
            InputError: the span ends between two values, or has more than a test may have.
        """
        end = later(self.moment(index), lasting, self.zone)
        # A day is at least 23 hours long, so this many are too few or just enough.
        count = max((end - self.moment(index)) // (self.step.length + timedelta(hours=2 * bool(self.step.days))), 1)
        if count > MOST:
            raise InputError(f"{lasting} are more than {MOST} values with a step of {self.step}")
        while self.moment(index + count) < end:
            count += 1
        if self.moment(index + count) != end:
            raise InputError(f"{lasting} is no whole number of steps of {self.step}")
        return count


@dataclass(frozen=True)
class Slot:
    """A place on the grid; ``sample`` None: nothing is observed there."""

    time: datetime
    sample: Sample | None
    late: timedelta = timedelta()

    @property
    def arrives(self) -> datetime:
        return self.time + self.late


def lay_out(item: Item, grid: Grid, index: int, known: Property) -> Iterator[Slot]:
    """The slots of an item that begins at an index of the grid; values are told in the unit of the kind.

    A value that the sensor can't show is marked out of range, as telemetry does it.

    Raises:
        InputError: a unit of another sort, or too many values.
    """
    count = item.times if item.lasting is None else grid.steps(index, item.lasting)
    if count is None or index + count > MOST:
        raise InputError(f"a series has at most {MOST} values")
    first = None if item.first is None else _converted(item.first, known)
    last = first if item.last is None else _converted(item.last, known)
    for number in range(count):
        time = grid.moment(index + number)
        if first is None or last is None:
            yield Slot(time, None)
            continue
        value = first if last == first else round(first + (last - first) * number / (count - 1), _DECIMALS)
        yield Slot(time, Sample(value, time, _quality(item.quality, value, known)), item.late)


def _converted(value: Quantity | float, known: Property) -> float:
    return convert(value.value, value.unit, known.unit) if isinstance(value, Quantity) else float(value)


def _quality(given: Quality, value: float, known: Property) -> Quality:
    believed = given is not Quality.GOOD or known.minimum <= value <= known.maximum
    return given if believed else Quality.OUT_OF_RANGE
