"""The properties as a decision saw them: which values could be believed, and when they were observed."""

from __future__ import annotations

from collections.abc import Iterable

from services.rules_engine.domain.alert import Used
from services.rules_engine.domain.inputs.latest import newest_good
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.spans import moment_of


def used(properties: Iterable[str], scene: Scene) -> tuple[Used, ...]:
    """The newest value of each; None where it can't be believed, and no time where nothing was ever observed."""
    return tuple(_used(name, scene) for name in properties)


def _used(name: str, scene: Scene) -> Used:
    known, series = newest_good(scene, name), scene.series.get(name)
    count = 0 if series is None else series.until(scene.cut)
    time = moment_of(series.times[count - 1]) if series is not None and count else None
    return Used(name, None if known is None else known[0], time)
