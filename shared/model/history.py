"""The rules engine's wish for what was observed before its rules were there."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.model.message import Message


class SeriesWanted(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a series is wanted: all that any of these asks for.

    Attributes:
        since: whatever was observed from then on, and the one value that was valid then.
        samples: at least so many of the newest observations, however old they are.
    """

    point: str
    property: str
    since: datetime
    samples: int = 0


class HistoryRequested(Message, frozen=True, kw_only=True):
    """Series of one partition whose stored observations are wanted, as ``Observations`` that are late.

    The last of them says so (``Observations.complete``).
    """

    partition: int
    wanted: tuple[SeriesWanted, ...]
