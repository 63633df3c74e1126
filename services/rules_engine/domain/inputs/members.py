"""Other points: how many of them hold a condition, what share, and what their values come to together.

A member whose condition is unknown may hold it or not, so a census has two ends; a comparison with it is known only
where both ends agree (``operators/agreeing.py``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.windows import energy_mean
from services.rules_engine.domain.terms import Type
from services.rules_engine.domain.truth import Truth

if TYPE_CHECKING:
    from services.rules_engine.domain.decision import Compiled
    from services.rules_engine.domain.rule import Selector
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker

_EARTH: Final = 6_371_008.8
"""Mean radius of the earth, metres (IUGG)."""

TOGETHER: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "sum": math.fsum, "avg": lambda values: math.fsum(values) / len(values), "min": min, "max": max, "median": median,
}  # fmt: skip


@lru_cache(maxsize=65536)
def distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Metres between two places (longitude, latitude in degrees) on the sphere, by the haversine formula."""
    (east, north), (other_east, other_north) = (tuple(map(math.radians, place)) for place in (first, second))
    height = math.sin((other_north - north) / 2) ** 2
    width = math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(min(height + width, 1.0)))


def _soonest(asked: Compiled, scenes: Iterable[Scene]) -> Sequence[int]:
    """The first moment at which the clock changes what is asked anywhere, if there is one."""
    moments = (moment for each in scenes for moment in asked.moments(each))
    return tuple(moment for moment in (min(moments, default=None),) if moment is not None)


def _place(scene: Scene) -> tuple[float, float] | None:
    return None if scene.point is None else (scene.point.longitude, scene.point.latitude)


def _near(scene: Scene, other: Scene, metres: float) -> bool:
    here, there = _place(scene), _place(other)
    return here is not None and there is not None and distance(here, there) <= metres


@dataclass(frozen=True)
class Among:
    """Which points are looked at.

    Attributes:
        selector: of the points.
        others: without the point that the decision is about.
        within: metres: of that point; of a group, only members that lie so near to one another count.
    """

    selector: Selector
    own: bool = True
    within: float | None = None

    def scenes(self, scene: Scene) -> Sequence[Scene]:
        """The points, seen at the scene's moment; the one that is decided about is not its own neighbour."""
        found = scene.memo.get(self)
        if found is None:
            found = [each for each in scene.city.members(scene, self) if each.subject != scene.subject]
            if self.within is not None and scene.point is not None:
                found = [each for each in found if _near(scene, each, self.within)]
            scene.memo[self] = found
        return found


@dataclass(frozen=True, eq=False)
class Census:
    """How many of the points hold a condition, each by its own samples.

    Attributes:
        kind: of points, over which the condition was compiled.
    """

    among: Among
    where: Compiled

    def truths(self, scene: Scene) -> Sequence[tuple[Scene, Truth]]:
        """Each point with whether it holds."""
        found = scene.memo.get(self)
        if found is None:
            found = [(each, self.where.decide_in(each)) for each in self.among.scenes(scene)]
            scene.memo[self] = found
        return found

    def count(self, scene: Scene, wanted: tuple[Truth, ...]) -> int:
        """How many have one of these truths; with a radius in a group, the most that lie so near one of them."""
        return len(self._crowd(scene, wanted))

    def holding(self, scene: Scene) -> tuple[str, ...]:
        """The ids of those that surely hold it; with a radius in a group, of those that were counted."""
        return tuple(each.subject for each in self._crowd(scene, (True,)))

    def moments(self, scene: Scene) -> Sequence[int]:
        """When the clock next changes one of the points. One moment is enough: until it comes nothing changes."""
        key = (self, "moments")
        found = scene.memo.get(key)
        if found is None:
            found = _soonest(self.where, self.among.scenes(scene))
            scene.memo[key] = found
        return found

    def _crowd(self, scene: Scene, wanted: tuple[Truth, ...]) -> Sequence[Scene]:
        chosen = [each for each, truth in self.truths(scene) if truth in wanted]
        within = self.among.within
        if within is None or scene.point is not None:
            return chosen
        crowds = ([other for other in chosen if _near(each, other, within)] for each in chosen)
        return max(crowds, key=len, default=[])


@dataclass(frozen=True)
class Counted:
    """A census: how many surely hold the condition, or may hold it.

    Attributes:
        end: which of the two; None: the number itself, unknown where they differ.
        share: in percent of the points, not as a number.
    """

    census: Census
    type: Type
    end: Literal["least", "most"] | None = None
    share: bool = False
    turns: bool = True
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {}

    @property
    def members(self) -> tuple[Among, Mapping[str, Depth]]:
        return self.census.among, self.census.where.needs

    @property
    def asked(self) -> Compiled:
        return self.census.where

    def read(self, scene: Scene) -> Value:
        count = float(self.census.count(scene, (True, None) if self.end == "most" else (True,)))
        if self.end is None and count != self.census.count(scene, (True, None)):
            return None
        if not self.share:
            return count
        total = len(self.census.truths(scene))
        return 100.0 * count / total if total else None

    def moments(self, scene: Scene) -> Iterable[int]:
        return self.census.moments(scene)

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.counted(self)


@dataclass(frozen=True, eq=False)
class Together:
    """One number of the values of all points that have one; unknown where fewer than half are known.

    Attributes:
        function: a name of ``TOGETHER``.
        value: worked out at each point.
        energy: they are levels in dB, of which the mean is that of their energy.
    """

    function: str
    among: Among
    value: Compiled
    type: Type
    energy: bool = False
    turns: bool = True
    lapses: bool = False

    @property
    def needs(self) -> Mapping[str, Depth]:
        return {}

    @property
    def members(self) -> tuple[Among, Mapping[str, Depth]]:
        return self.among, self.value.needs

    @property
    def asked(self) -> Compiled:
        return self.value

    def read(self, scene: Scene) -> Value:
        found = [self.value.work_out_in(each) for each in self.among.scenes(scene)]
        known = [float(value) for value in found if isinstance(value, int | float)]
        if not known or 2 * len(known) < len(found):
            return None
        return energy_mean(known) if self.energy else TOGETHER[self.function](known)

    def moments(self, scene: Scene) -> Iterable[int]:
        return _soonest(self.value, self.among.scenes(scene))

    def phrase(self, speaker: Speaker) -> Phrase:
        return speaker.together(self)


Correlated: TypeAlias = Counted | Together
"""The inputs that read other points."""
