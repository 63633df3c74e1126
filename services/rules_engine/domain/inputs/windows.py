"""Windows: what the samples of the last while come to. A window is (t - w, t].

It ends with the newest sample, so that a network's delay doesn't shorten it, and is unknown when that sample is stale
or when fewer samples are there than asked for. Of a window that asks for none (``0 %``, for events that come when they
come) the clock is the end: the events leave it one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.latest import stale_moments
from services.rules_engine.domain.series import GOOD, Series
from services.rules_engine.domain.spans import Span, microseconds
from services.rules_engine.domain.terms import Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker

_HOUR: Final = microseconds(timedelta(hours=1))
_ROUNDING: Final = 1e-9
_DIGITS: Final = 9

Aggregate = Callable[[Sequence[float]], float]


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return math.fsum(values) / len(values)


def energy_mean(values: Sequence[float]) -> float:
    """The mean of levels in dB: 10 log10 of the mean energy (ISO 1996-1, equivalent continuous level)."""
    # Energies are told as parts of the loudest, so that no level is too high or too low for a number.
    loudest = max(values)
    return loudest + 10 * math.log10(math.fsum(10 ** ((value - loudest) / 10) for value in values) / len(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent lie below, interpolated linearly between ranks (Hyndman and Fan, type 7)."""
    ordered = sorted(values)
    rank = (len(ordered) - 1) * percent / 100
    below = int(rank)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (rank - below)


def difference(later: float, earlier: float) -> float:
    """Later minus earlier, to a billionth: from 1.2 m to 1.4 m are 0.2 m, not a trace less, as the doubles have it."""
    return round(later - earlier, _DIGITS)


def slope(times: Sequence[int], values: Sequence[float]) -> float | None:
    """Least squares slope per microsecond; None: all at one moment."""
    middle, level = math.fsum(times) / len(times), mean(values)
    spread = math.fsum((time - middle) ** 2 for time in times)
    together = math.fsum((time - middle) * (value - level) for time, value in zip(times, values, strict=True))
    return together / spread if spread else None


AGGREGATES: Final[Mapping[str, Aggregate]] = {
    "avg": mean, "leq": energy_mean, "min": min, "max": max, "sum": math.fsum,
    "count": lambda values: float(len(values)),
}  # fmt: skip
_OF_NOTHING: Final = {"sum": 0.0, "count": 0.0}
"""What a window that asks for no completeness gives when nothing is in it; the others are unknown then."""


@dataclass(frozen=True)
class Window:
    """A while of a property of which at least a share must have been observed.

    Attributes:
        complete: 0 to 1, of the observations that the kind's period lets expect.
    """

    name: str
    span: Span
    complete: float

    @property
    def depth(self) -> Depth:
        return Depth(self.span.longest)

    @property
    def follows_clock(self) -> bool:
        return self.complete == 0

    def bounds(self, scene: Scene) -> tuple[Series, int, int] | None:
        """The series and the moments (stamps) between which the window lies; None: unknown."""
        series = scene.series.get(self.name)
        if series is None or not series.times:
            return None
        if self.follows_clock:
            end = scene.now_stamp if scene.cut is None else scene.cut
        elif scene.cut is not None:
            end = scene.cut
        elif (end := series.times[-1]) < scene.oldest:
            return None
        return series, self.span.before(end, scene.zone), end

    def inside(self, scene: Scene) -> tuple[Series, int, int] | None:
        """The series and the indexes of the window's samples; None: too few of them."""
        if (found := self.bounds(scene)) is None:
            return None
        series, start, end = found
        low, high = series.until(start), series.until(end)
        good = series.qualities.count(GOOD, low, high)
        expected = (end - start) / 1e6 / scene.kind.period_s
        return (series, low, high) if good >= self.complete * expected - _ROUNDING else None

    def moments(self, scene: Scene) -> Iterable[int]:
        """When the clock alone changes it."""
        if (found := self.bounds(scene)) is None:
            return
        series, start, end = found
        if not self.follows_clock:
            if (moment := end + scene.stale_after + 1) > scene.now_stamp and scene.cut is None:
                yield moment
            return
        for time in series.times[series.until(start) :]:
            if time > end:  # the sensor's clock goes before ours
                yield time
            yield self.span.after(time, scene.zone)

    def values(self, series: Series, low: int, high: int) -> Sequence[float]:
        """The good values between two indexes."""
        values = series.values[low:high]
        if series.qualities.count(GOOD, low, high) == high - low:
            return values
        return [value for value, code in zip(values, series.qualities[low:high], strict=True) if code == GOOD]

    def __str__(self) -> str:
        return str(self.span)


@dataclass(frozen=True)
class Aggregated:
    """One number of all values in a window.

    Attributes:
        function: a name of ``AGGREGATES``, or ``percentile``.
        percent: of a percentile.
    """

    function: str
    window: Window
    type: Type
    percent: float = 0.0

    @property
    def turns(self) -> bool:
        return self.window.follows_clock

    @property
    def lapses(self) -> bool:
        return not self.window.follows_clock

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.window.name: self.window.depth}

    def read(self, scene: Scene) -> Value:
        found = self.window.inside(scene)
        if found is None:
            never = self.function == "count" and self.window.follows_clock
            return 0.0 if never and not scene.series.get(self.window.name) else None
        series, low, high = found
        key = (self.function, self.percent, low, high)
        if key not in series.kept:
            series.kept[key] = self._worked_out(self.window.values(series, low, high))
        worked_out = series.kept[key]
        return worked_out if isinstance(worked_out, float) else None

    def _worked_out(self, values: Sequence[float]) -> float | None:
        if not values:
            return _OF_NOTHING.get(self.function)
        return percentile(values, self.percent) if self.function == "percentile" else AGGREGATES[self.function](values)

    def moments(self, scene: Scene) -> Iterable[int]:
        return self.window.moments(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.aggregated(self.function, self.window, self.percent)


@dataclass(frozen=True)
class Difference:
    """How much a value changed over a while: the newest minus the one at t - w, or the newest that was valid then.

    Attributes:
        per_hour: as a rate per hour, over the time between the two samples.
    """

    window: Window
    type: Type
    per_hour: bool = False
    turns: bool = False
    lapses: bool = True

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.window.name: Depth(self.window.depth.span, 2)}

    def read(self, scene: Scene) -> Value:
        series = scene.series.get(self.window.name)
        end = scene.end_of(self.window.name)
        if series is None or end is None:
            return None
        newest = _good_at(series, series.until(end) - 1, scene.oldest)
        start = self.window.span.before(series.times[newest] if newest is not None else end, scene.zone)
        before = _good_at(series, series.until(start) - 1, start - scene.stale_after)
        if newest is None or before is None:
            return None
        change = difference(series.values[newest], series.values[before])
        if not self.per_hour:
            return change
        return change / ((series.times[newest] - series.times[before]) / _HOUR)

    def moments(self, scene: Scene) -> Iterable[int]:
        return self.window.moments(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.difference(self.window, per_hour=self.per_hour)


@dataclass(frozen=True)
class Forecast:
    """What a value comes to in a while if it goes on as over the window: the newest plus horizon times slope."""

    window: Window
    horizon: Span
    type: Type
    lapses: bool = True

    @property
    def turns(self) -> bool:
        return self.window.follows_clock

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.window.name: self.window.depth}

    def read(self, scene: Scene) -> Value:
        found = self.window.inside(scene)
        if found is None:
            return None
        series, low, high = found
        newest = _good_at(series, high - 1, scene.oldest)
        times = [series.times[index] for index in range(low, high) if series.qualities[index] == GOOD]
        steep = slope(times, self.window.values(series, low, high)) if times else None
        if newest is None or steep is None:
            return None
        return series.values[newest] + steep * self.horizon.microseconds

    def moments(self, scene: Scene) -> Iterable[int]:
        yield from self.window.moments(scene)
        if self.window.follows_clock:
            yield from stale_moments(scene, self.window.name)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.forecast(self.window, self.horizon)


def _good_at(series: Series, index: int, oldest: int) -> int | None:
    """The index, if a good sample stands there that is not older."""
    if index < 0 or series.times[index] < oldest or series.qualities[index] != GOOD:
        return None
    return index
