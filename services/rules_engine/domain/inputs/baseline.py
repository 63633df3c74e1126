"""What is usual: the median of the same window at earlier moments, such as the same weekday and hour of past weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.windows import Aggregated
from services.rules_engine.domain.spans import Span, moment_of
from services.rules_engine.domain.terms import Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker


@dataclass(frozen=True)
class Baseline:
    """The median of a window as it was one step ago, two steps ago, and so on, as far as a span reaches.

    Attributes:
        of: the window.
        step: civil days: ``7 d`` is the same weekday and hour, ``1 d`` the same hour of each day.
        least: how many of the earlier values must be known.
    """

    of: Aggregated
    step: Span
    span: Span
    least: int
    turns: bool = False
    lapses: bool = True

    @property
    def type(self) -> Type:
        return self.of.type

    @property
    def needs(self) -> Mapping[str, Depth]:
        own = self.of.window.depth.span + self.step.length + self.span.length
        return {self.of.window.name: Depth(own)}

    @property
    def _times(self) -> int:
        return self.span.microseconds // self.step.microseconds

    def read(self, scene: Scene) -> Value:
        end = scene.end_of(self.of.window.name)
        if end is None or (scene.cut is None and end < scene.oldest):
            return None
        found = [self._at(scene, self._earlier(index).before(end, scene.zone)) for index in range(1, self._times + 1)]
        known = [value for value in found if value is not None]
        return median(known) if len(known) >= self.least else None

    def _earlier(self, index: int) -> Span:
        return Span(self.step.time * index, self.step.days * index)

    def _at(self, scene: Scene, end: int) -> float | None:
        moment = moment_of(end)
        value = self.of.read(replace(scene, at=moment, now=moment, cut=end))
        return float(value) if isinstance(value, int | float) else None

    def moments(self, scene: Scene) -> Iterable[int]:
        return self.of.window.moments(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.baseline(self.of, self.step, self.span)
