"""Another value for a moment that has one, and what was decided of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.telemetry.domain.claim import Reading
from services.telemetry.domain.comparing import Key
from services.telemetry.domain.decoding import wraps_at
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.judging import quality
from shared.errors import InputError
from shared.model.observations import Observation, Quality
from shared.model.registry import Property


class Verdict(StrEnum):
    """RELEASED: it is what is stored now. DISCARDED: what was stored stays."""

    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Disputed:
    """A value in quarantine.

    Attributes:
        name: the property's.
        value, stored_value: what is offered, and what stands there; of a counter, what it showed.
        quality: as it was judged when it came; None: of a counter, or before that was noted.
        device, path: which device offers it and, of a counter, where its uplinks carry the number. None: not noted.
        verdict: None while nothing is decided.
    """

    id: int
    point: str
    name: str
    time: datetime
    value: float
    stored_value: float
    unit: str
    received_at: datetime
    trace: str
    quality: Quality | None = None
    device: str | None = None
    path: str | None = None
    verdict: Verdict | None = None
    settled_at: datetime | None = None

    @property
    def key(self) -> Key:
        """Of the observation that it contradicts."""
        return self.point, self.name, self.time

    def in_words(self) -> str:
        """What would change, for the audit."""
        return f"{self.time.isoformat()}: {self.stored_value:g} {self.unit} -> {self.value:g} {self.unit}"

    def observation(self, directory: Directory) -> Observation:
        """What is observed if it is right; it is late, so that it decides nothing of the past."""
        judged = self.quality or quality(self.value, self._seen(directory))
        return Observation(
            point=self.point,
            property=self.name,
            time=self.time,
            value=self.value,
            unit=self.unit,
            quality=judged,
            late=True,
            trace=self.trace,
        )

    def reading(self, directory: Directory, device: str, path: str) -> Reading:
        """What a counter showed if it is right."""
        seen = self._seen(directory)
        known = directory.device(device)
        field = None if known is None else directory.models[known.model].observes.get(self.name)
        largest = None if field is None else wraps_at(field, seen.unit)
        return Reading(self.observation(directory), device, path, seen, largest)

    def _seen(self, directory: Directory) -> Property:
        point = directory.points.get(self.point)
        seen = None if point is None else directory.kinds[point.kind].properties.get(self.name)
        if seen is None:
            raise InputError(f"the registry knows no '{self.name}' at '{self.point}' any more: it can't be judged")
        return seen
