"""The samples of one property at one point, in order of time, as compact as numbers can be."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.spans import microseconds, moment_of, stamp
from shared.model.observations import Quality

_QUALITIES: Final = tuple(Quality)
CODES: Final = {quality: code for code, quality in enumerate(_QUALITIES)}
_FEW: Final = 4
LARGEST: Final = 1e100
"""A number that is larger, or none at all, is distrusted: nothing is measured so, and sums of it overflow."""
GOOD: Final = CODES[Quality.GOOD]


class Series:
    """Samples ordered by time, at most one for each moment.

    Attributes:
        times: microseconds since 1970, UTC.
        values: in the unit of the kind.
        qualities: a code for each; ``GOOD`` may be believed, and is a number that can be counted with.
        kept: what was worked out of the samples as they are; forgotten with every change.
    """

    __slots__ = ("kept", "qualities", "times", "values")

    def __init__(self, samples: Iterable[Sample] = ()) -> None:
        self.times = array("q")
        self.values = array("d")
        self.qualities = bytearray()
        self.kept: dict[object, object] = {}
        for sample in samples:
            self.add(sample)

    @classmethod
    def of(cls, times: array[int], values: array[float], qualities: bytearray) -> Series:
        """Of columns that are in order, and hold no moment twice and no number that is none; they are not copied."""
        series = cls()
        series.times, series.values, series.qualities = times, values, qualities
        return series

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[Sample]:
        return (self.sample(index) for index in range(len(self.times)))

    def add(self, sample: Sample) -> bool:
        """Put a sample where its time belongs; whether it is newer than all others.

        One at the same time is replaced: it was corrected, and that is no new observation.
        """
        time, code = stamp(sample.time), CODES[sample.quality]
        if not abs(sample.value) <= LARGEST:
            code = CODES[Quality.SUSPECT]
        self.kept.clear()
        if not self.times or time > self.times[-1]:
            self.times.append(time)
            self.values.append(sample.value)
            self.qualities.append(code)
            return True
        index = bisect_left(self.times, time)
        if self.times[index] == time:
            self.values[index], self.qualities[index] = sample.value, code
        else:
            self.times.insert(index, time)
            self.values.insert(index, sample.value)
            self.qualities.insert(index, code)
        return False

    def sample(self, index: int) -> Sample:
        """The sample at an index, from the end if negative."""
        return Sample(self.values[index], moment_of(self.times[index]), _QUALITIES[self.qualities[index]])

    @property
    def newest(self) -> Sample | None:
        return self.sample(-1) if self.times else None

    def until(self, time: int | None) -> int:
        """How many samples are not later than a moment; None: all."""
        return len(self.times) if time is None else bisect_right(self.times, time)

    def reaches(self, span: timedelta, least: int) -> bool:
        """Whether nothing older is needed to see a span before the newest, and so many samples."""
        return len(self.times) >= max(least, 1) and self.times[0] <= self.times[-1] - microseconds(span)

    def keep(self, span: timedelta, least: int) -> bool:
        """Forget what is older than a span before the newest, and one more; but so many of the newest stay.

        The one more is the value that was valid when the span began. It is done now and then, not with each sample;
        whether anything went.
        """
        if len(self.times) <= max(2 * least, _FEW):
            return False
        oldest = self.times[-1] - microseconds(span)
        index = min(bisect_right(self.times, oldest) - 1, len(self.times) - least)
        if index <= len(self.times) // 8:
            return False
        del self.times[:index], self.values[:index], self.qualities[:index]
        self.kept.clear()
        return True
