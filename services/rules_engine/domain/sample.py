"""A sample: a value as it was observed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.model.observations import Quality


class Sample(msgspec.Struct, frozen=True):
    """The latest value of a property at a point, in the unit of its kind; ``time`` is when it happened, UTC."""

    value: float
    time: datetime
    quality: Quality = Quality.GOOD
