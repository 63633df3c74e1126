"""What is usual: the median of the same window at earlier moments, such as the same weekday and hour of past weeks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.windows import Aggregated
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span, moment_of
from services.rules_engine.domain.terms import Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker


@dataclass(frozen=True)
class Baseline:
    """The median of a window as it was one step ago, two steps ago, and so on, as far as a span reaches.

    Like the window it ends with the newest sample, and for events with the clock.

    Attributes:
        of: the window.
        step: civil days: ``7 d`` is the same weekday and hour, ``1 d`` the same hour of each day.
        least: how many of the earlier values must be known.
    """

    of: Aggregated
    step: Span
    span: Span
    least: int

    @property
    def type(self) -> Type:
        return self.of.type

    @property
    def turns(self) -> bool:
        return self.of.turns

    @property
    def lapses(self) -> bool:
        return self.of.lapses

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.of.window.name: Depth(self.of.window.depth.span + self._earlier[-1].longest)}

    @cached_property
    def _earlier(self) -> tuple[Span, ...]:
        """How long before now the earlier windows ended."""
        times = self.span.microseconds // self.step.microseconds
        return tuple(Span(self.step.time * index, self.step.days * index) for index in range(1, times + 1))

    def read(self, scene: Scene) -> Value:
        bounds = self.of.window.bounds(scene)
        if bounds is None:
            return None
        found = [self._at(scene, back.before(bounds[2], scene.zone)) for back in self._earlier]
        known = [value for value in found if value is not None]
        return median(known) if len(known) >= self.least else None

    def _at(self, scene: Scene, end: int) -> float | None:
        moment = moment_of(end)
        value = self.of.read(replace(scene, at=moment, now=moment, cut=end))
        return float(value) if isinstance(value, int | float) else None

    def moments(self, scene: Scene) -> Iterable[int]:
        if not self.of.window.follows_clock:
            yield from self.of.window.moments(scene)
        elif bounds := self.of.window.bounds(scene):
            # One is enough: until it comes nothing changes.
            yield from sorted(self._turns(*bounds[::2], scene.zone))[:1]

    def _turns(self, series: Series, now: int, zone: str) -> Iterator[int]:
        """When the next event enters each of the earlier windows, and when the next one leaves it."""
        window = self.of.window.span
        for back in self._earlier:
            end = back.before(now, zone)
            coming = series.until(end)
            leaving = series.until(window.before(end, zone))
            if coming < len(series):
                yield back.after(series.times[coming], zone)
            if leaving < coming:
                yield back.after(window.after(series.times[leaving], zone), zone)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.baseline(self.of, self.step, self.span)
