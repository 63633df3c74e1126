"""What the other services told of one point, and how a property is asked for and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from services.portal.domain.answers import Bucket, Indicator, Sample
from shared.model.devices import Heard
from shared.model.registry import Kind

DAY_S: Final = 86_400.0
MOST_SAMPLES: Final = 1500
"""Of a day: each of them is drawn; where there would be more, quarters of an hour are."""

_BAR_S: Final = 900.0
_FAST_S: Final = 10.0

By = Literal["samples", "quarter-hour", "hour", "day"]


class DeviceState(msgspec.Struct, frozen=True):
    """Device registry: a device that stands at the point, and its newest uplink; None: it never spoke."""

    device: str
    heard: Heard | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Manner:
    """How a property is drawn.

    Attributes:
        day: what its day is drawn of; None: there is one value a day, so only the week is drawn.
        week: what the week is drawn of, and what the table's rows are.
        bars: sums are bars from zero, everything else is a line.
        ends: its values stand for the time that ends with them.
        drawn: what there are drawings of.
    """

    day: By | None
    week: By
    bars: bool
    ends: bool
    drawn: tuple[Literal["day", "week"], ...] = ("day", "week")


@dataclass(frozen=True)
class Series:
    """What was told of a property: of its day, by single observations or summed up; of its week. None: no answer."""

    samples: tuple[Sample, ...] | None = None
    quarters: tuple[Bucket, ...] | None = None
    week: tuple[Bucket, ...] | None = None


@dataclass(frozen=True)
class PointTold:
    """Everything that was asked for the page of a point. None: no answer."""

    series: Mapping[str, Series] = field(default_factory=dict)
    figures: tuple[Indicator, ...] | None = None
    devices: tuple[DeviceState, ...] | None = None


def manner_of(kind: Kind, name: str) -> Manner:
    """How a property of a kind is drawn."""
    aggregation = kind.properties[name].aggregation
    bars, ends = aggregation == "sum", aggregation in {"sum", "energy-mean"}
    if bars and kind.period_s >= DAY_S:
        return Manner(None, "day", bars, ends, ("week",))
    # A week of what comes every second would keep telemetry from answering others.
    drawn: tuple[Literal["day", "week"], ...] = ("day",) if kind.period_s < _FAST_S else ("day", "week")
    if bars and kind.period_s < _BAR_S:
        return Manner("hour", "hour", bars, ends, drawn)
    day: By = "samples" if kind.period_s * MOST_SAMPLES >= DAY_S else "quarter-hour"
    return Manner(day, "hour", bars, ends, drawn)
