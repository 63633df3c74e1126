"""One value of many: partial sums that can be put together, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import msgspec

from services.telemetry.domain.periods import Period
from shared.model.registry import Aggregation


class Partial(msgspec.Struct, frozen=True):
    """Sums over the believed values of a bin of time.

    Attributes:
        start: of the bin, seconds since 1970.
        power: the sum of 10^(value/10), for levels in dB; 0 unless it was asked for.
        last: the newest value; 0 unless it was asked for.
    """

    start: int
    count: int
    total: float
    minimum: float
    maximum: float
    power: float = 0.0
    last: float = 0.0

    def __add__(self, later: Partial) -> Partial:
        return Partial(
            self.start,
            self.count + later.count,
            self.total + later.total,
            min(self.minimum, later.minimum),
            max(self.maximum, later.maximum),
            self.power + later.power,
            later.last,
        )


def together(partials: Iterable[Partial]) -> Partial | None:
    """All of them, which come in the order of time, as one; None of none."""
    whole: Partial | None = None
    for partial in partials:
        whole = partial if whole is None else whole + partial
    return whole


def value_of(partial: Partial, aggregation: Aggregation) -> float:
    """The one value that makes sense for a property."""
    match aggregation:
        case "mean":
            return partial.total / partial.count
        case "energy-mean":
            return energy_mean(partial.power, partial.count)
        case "sum":
            return partial.total
        case "max":
            return partial.maximum
        case "last":
            return partial.last


def energy_mean(power: float, count: float) -> float:
    """The level in dB of as many equal parts whose 10^(level/10) sum up to ``power``."""
    return 10 * math.log10(power / count)


def by_period(partials: Iterable[Partial], found: Iterable[Period]) -> Iterator[tuple[Period, list[Partial]]]:
    """The bins of each period; both come in the order of time, and no bin crosses a period's end."""
    coming = iter(partials)
    partial = next(coming, None)
    for period in found:
        since, until = period.since.timestamp(), period.until.timestamp()
        inside: list[Partial] = []
        while partial is not None and partial.start < until:
            if partial.start >= since:
                inside.append(partial)
            partial = next(coming, None)
        yield period, inside
