"""The newest value of a property: believed if it is good and not older than its kind allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.series import GOOD
from services.rules_engine.domain.terms import Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker


def newest_good(scene: Scene, name: str) -> tuple[float, int] | None:
    """Value and time (a stamp) of the newest sample, if it may be believed."""
    series = scene.series.get(name)
    if series is None:
        return None
    index = (len(series.times) if scene.cut is None else series.until(scene.cut)) - 1
    if index < 0:
        return None
    time, value = series.times[index], series.values[index]
    if time < scene.oldest or series.qualities[index] != GOOD:
        return None
    return value, time


def stale_moments(scene: Scene, name: str) -> tuple[int, ...]:
    """The first instant after now at which the newest sample is too old; none: it can't be believed now."""
    known = newest_good(scene, name)
    return () if known is None else (known[1] + scene.stale_after + 1,)


@dataclass(frozen=True)
class Latest:
    """The newest value of a property, in the unit of its kind."""

    name: str
    type: Type
    turns: bool = False
    lapses: bool = True

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {self.name: Depth()}

    def read(self, scene: Scene) -> Value:
        known = newest_good(scene, self.name)
        return None if known is None else known[0]

    def moments(self, scene: Scene) -> Iterable[int]:
        return stale_moments(scene, self.name)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.property(self.name)
