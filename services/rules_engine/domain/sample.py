"""A sample: a value as it was observed, and as it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared.model.observations import Quality


class Sample(msgspec.Struct, frozen=True):
    """The latest value of a property at a point, in the unit of its kind; ``time`` is when it happened, UTC."""

    value: float
    time: datetime
    quality: Quality = Quality.GOOD


@dataclass(frozen=True)
class Seen:
    """One observation, as it comes: ``arrives`` None: at once."""

    point: str
    name: str
    sample: Sample
    arrives: datetime | None = None

    @property
    def moment(self) -> datetime:
        return self.arrives or self.sample.time
