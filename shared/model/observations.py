"""What sensors saw, after telemetry has decoded, calibrated and judged it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from shared.model.history import SeriesWanted
from shared.model.message import Message


class Quality(StrEnum):
    """Whether a value may be believed. Comparisons take only GOOD ones; the others are unknown to them.

    SIMULATED: a network server made the uplink up, to try the way; nobody may be woken by it.
    """

    GOOD = "good"
    OUT_OF_RANGE = "out-of-range"
    SUSPECT = "suspect"
    SIMULATED = "simulated"


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one property of one point.

    Attributes:
        point: id of the place that is measured.
        property: as its kind names it, e.g. ``level``.
        time: when it happened (the end of an interval), UTC.
        value: in ``unit``, calibrated.
        unit: UCUM code, that of the kind.
        quality: see ``Quality``.
        late: it came more than the kind's ``max_delay`` after it happened.
        trace: id that follows it from the uplink to the text message.
    """

    point: str
    property: str
    time: datetime
    value: float
    unit: str
    quality: Quality = Quality.GOOD
    late: bool = False
    trace: str = ""


class Observations(Message, frozen=True, kw_only=True):
    """Observations of one partition, in the order in which they were stored.

    Attributes:
        complete: wishes for history that are fulfilled with this message.
    """

    partition: int
    observations: tuple[Observation, ...]
    complete: tuple[SeriesWanted, ...] = ()
