"""Which values may be believed at a moment: observed, of good quality, and not older than their kind allows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from services.rules_engine.domain.alert import Sample, Used
from services.rules_engine.domain.decision import Input
from shared.model.observations import Quality

Row: TypeAlias = Mapping[str, Sample]
"""The latest sample of each property at a point."""

_INSTANT: Final = timedelta(microseconds=1)


def believed(sample: Sample | None, now: datetime, stale_after: timedelta) -> float | None:
    """The value, or None where it is unknown."""
    return _believed_since(sample, now - stale_after)


def _believed_since(sample: Sample | None, oldest: datetime) -> float | None:
    if sample is None or sample.quality is not Quality.GOOD or sample.time < oldest:
        return None
    return sample.value if math.isfinite(sample.value) else None


def values(inputs: Sequence[Input], row: Row, now: datetime, stale_after: timedelta) -> list[float | None]:
    """The row of a condition."""
    oldest = now - stale_after
    return [_believed_since(row.get(each.name), oldest) for each in inputs]


def used(properties: Sequence[str], row: Row, now: datetime, stale_after: timedelta) -> tuple[Used, ...]:
    """The properties as a decision saw them."""
    return tuple(
        Used(name, believed(row.get(name), now, stale_after), row[name].time if name in row else None)
        for name in properties
    )


def stale_moments(inputs: Sequence[Input], row: Row, now: datetime, stale_after: timedelta) -> list[datetime]:
    """The moments after now at which values grow stale, in order: the first instant at which each is too old."""
    moments = {
        row[each.name].time + stale_after + _INSTANT
        for each in inputs
        if believed(row.get(each.name), now, stale_after) is not None
    }
    return sorted(moment for moment in moments if moment > now)
