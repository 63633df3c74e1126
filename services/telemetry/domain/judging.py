"""Whether a value may be believed, and whether it came in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from shared.model.observations import Quality
from shared.model.registry import Kind, Property

TOLERATED_SKEW: Final = timedelta(minutes=5)
"""How far a sensor's clock may be ahead of ours; beyond it the time is taken for wrong."""


def quality(value: float, seen: Property) -> Quality:
    """Out of the sensor's range is stored, but no comparison believes it."""
    return Quality.GOOD if seen.minimum <= value <= seen.maximum else Quality.OUT_OF_RANGE


def is_late(time: datetime, kind: Kind, now: datetime) -> bool:
    """Whether it came more than the kind's ``max_delay`` after it happened."""
    return now - time > timedelta(seconds=kind.max_delay_s)


def is_from_the_future(time: datetime, now: datetime) -> bool:
    """Whether it claims to have happened later than any clock skew explains."""
    return time > now + TOLERATED_SKEW
