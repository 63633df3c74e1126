"""What a property did: the value before, whether it changed, how old it is, whether it fell silent or stuck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.latest import newest_good, stale_moments
from services.rules_engine.domain.inputs.windows import difference
from services.rules_engine.domain.series import GOOD, Series
from services.rules_engine.domain.spans import Span, stamp
from services.rules_engine.domain.terms import BOOLEAN, TEXT, Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker

_LOOKED_BACK: Final = 16
"""Among how many of the newest samples the last good value is looked for."""
_QUALITIES: Final = ("good", "out-of-range", "suspect", "simulated")
STALE: Final = "stale"
MISSING: Final = "missing"
QUALITIES: Final = (*_QUALITIES, STALE, MISSING)


def _after(moment: int, scene: Scene) -> tuple[int, ...]:
    return () if moment <= scene.now_stamp else (moment,)


def _newest(scene: Scene, names: Iterable[str]) -> int | None:
    """When anything was observed last, whatever its quality; a stamp."""
    times = [
        series.times[count - 1]
        for name in names
        if (series := scene.series.get(name)) is not None and (count := series.until(scene.cut))
    ]
    return max(times, default=None)


@dataclass(frozen=True)
class Before:
    """The value before the newest, or what it has to do with it; both must be good, and the newest not stale.

    Attributes:
        gives: the value itself; how much the newest differs from it; whether it does.
    """

    name: str
    type: Type
    gives: Literal["value", "change", "changed"] = "value"
    turns: bool = False
    lapses: bool = True

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth(samples=2)}

    def read(self, scene: Scene) -> Value:
        newest, series = newest_good(scene, self.name), scene.series.get(self.name)
        if newest is None or series is None:
            return None
        index = series.until(scene.cut) - 2
        if index < 0 or series.qualities[index] != GOOD:
            return None
        before = series.values[index]
        if self.gives == "value":
            return before
        return difference(newest[0], before) if self.gives == "change" else newest[0] != before

    def moments(self, scene: Scene) -> Iterable[int]:
        return stale_moments(scene, self.name)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.before(self.name, self.gives)


@dataclass(frozen=True)
class Last:
    """The last good value, however old it is."""

    name: str
    type: Type
    turns: bool = False
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth(samples=_LOOKED_BACK)}

    def read(self, scene: Scene) -> Value:
        series = scene.series.get(self.name)
        if series is None:
            return None
        count = series.until(scene.cut)
        # No further than what is kept for it alone, so that no other rule's windows change what it finds.
        looked_at = range(count - 1, max(count - _LOOKED_BACK, 0) - 1, -1)
        return next((series.values[index] for index in looked_at if series.qualities[index] == GOOD), None)

    def moments(self, scene: Scene) -> Iterable[int]:
        return ()

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.last(self.name)


@dataclass(frozen=True)
class Age:
    """Seconds since the newest observation of a property, whatever its quality, by the clock.

    What was observed before the rule watched (history that is imported) counts from when it began to.

    Attributes:
        marks: the ages that it is compared with, seconds; none: it is reckoned with, and looked at each period.
    """

    name: str
    type: Type
    marks: tuple[float, ...] = ()
    turns: bool = True
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth()}

    def read(self, scene: Scene) -> Value:
        heard = self._heard(scene)
        return None if heard is None else (scene.now_stamp - heard) / 1e6

    def moments(self, scene: Scene) -> Iterable[int]:
        heard = self._heard(scene)
        if heard is None:
            return
        if not self.marks:
            yield scene.now_stamp + int(scene.kind.period_s * 1e6)
        for mark in self.marks:
            # At the mark itself ``at_least`` turns true, one instant later ``above`` does.
            yield from _after(heard + int(mark * 1e6), scene)
            yield from _after(heard + int(mark * 1e6) + 1, scene)

    def _heard(self, scene: Scene) -> int | None:
        newest = _newest(scene, [self.name])
        return newest if newest is None or scene.since is None else max(newest, stamp(scene.since))

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.age(self.name)


@dataclass(frozen=True)
class Absent:
    """Whether nothing was observed for a while; a point that never spoke counts from when it was first watched.

    Attributes:
        names: the properties of which one observation is enough.
        whole: all properties of the point are meant.
    """

    names: tuple[str, ...]
    span: Span
    whole: bool = False
    type: Type = BOOLEAN
    turns: bool = True
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {name: Depth() for name in self.names}

    def read(self, scene: Scene) -> Value:
        heard = self._heard(scene)
        return heard is None or self.span.before(scene.now_stamp, scene.zone) >= heard

    def moments(self, scene: Scene) -> Iterable[int]:
        heard = self._heard(scene)
        return () if heard is None else _after(self.span.after(heard, scene.zone), scene)

    def _heard(self, scene: Scene) -> int | None:
        newest = _newest(scene, self.names)
        return newest if newest is not None or scene.since is None else stamp(scene.since)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.absent(() if self.whole else self.names, self.span)


@dataclass(frozen=True)
class Unchanged:
    """Whether a property has shown one value for a while and is still observed; unknown before it was known so long."""

    name: str
    span: Span
    type: Type = BOOLEAN
    turns: bool = False
    lapses: bool = True

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth(self.span.longest, 2)}

    def read(self, scene: Scene) -> Value:
        newest, series = newest_good(scene, self.name), scene.series.get(self.name)
        if newest is None or series is None:
            return None
        value, time = newest
        return _unchanged(series, value, series.until(scene.cut), self.span.before(time, scene.zone))

    def moments(self, scene: Scene) -> Iterable[int]:
        return stale_moments(scene, self.name)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.unchanged(self.name, self.span)


def _unchanged(series: Series, value: float, count: int, start: int) -> bool | None:
    first = series.until(start) - 1
    for index in range(count - 1, max(first, 0) - 1, -1):
        if series.qualities[index] == GOOD and series.values[index] != value:
            return False
    # What was not known when the while began may have been anything.
    return True if first >= 0 and series.qualities[first] == GOOD else None


@dataclass(frozen=True)
class QualityOf:
    """The quality of the newest observation as a word; ``stale`` if it is too old, ``missing`` if there is none."""

    name: str
    type: Type = TEXT
    turns: bool = True
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth()}

    def read(self, scene: Scene) -> Value:
        series = scene.series.get(self.name)
        index = (series.until(scene.cut) if series is not None else 0) - 1
        if series is None or index < 0:
            return MISSING
        return STALE if series.times[index] < scene.oldest else _QUALITIES[series.qualities[index]]

    def moments(self, scene: Scene) -> Iterable[int]:
        newest = _newest(scene, [self.name])
        return () if newest is None else _after(newest + scene.stale_after + 1, scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.quality(self.name)
