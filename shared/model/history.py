"""What the rules engine asks telemetry for, so that a rule that is new knows the past that it reads."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.model.message import Message


class SeriesWanted(msgspec.Struct, frozen=True, kw_only=True):
    """History of one property of one point.

    Attributes:
        since: all from then on is wanted, with the value that was valid then, UTC.
        samples: and at least so many of the newest.
    """

    point: str
    property: str
    since: datetime
    samples: int = 1


class HistoryRequested(Message, frozen=True, kw_only=True):
    """History of points of one partition; it comes among the observations of that partition, as late ones."""

    partition: int
    wanted: tuple[SeriesWanted, ...]
