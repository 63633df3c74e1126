"""Table ``measure`` of the French schema of counts, schema-comptage-mobilites: what was counted from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from services.telemetry.domain.claim import Claim
from services.telemetry.sources.csv_reading import Layout, Read, Times, device_of, refused, row_of
from services.telemetry.sources.csv_table import Line, Table
from services.telemetry.sources.observations_json import Unreadable

COLUMNS: Final = frozenset({"channel_id", "start_datetime", "end_datetime", "count"})


class _Waiting(NamedTuple):
    """A count whose interval's end has to be worked out."""

    line: int
    start: datetime
    values: dict[str, Any]


class Measures:
    """The national schema. Where the end of an interval is empty, it is as long as the channel's shortest step."""

    def __init__(self, layout: Layout, trace: str) -> None:
        self._times = Times(layout.zone)
        self._trace = trace
        self._waiting: dict[str, _Waiting] = {}
        self._steps: dict[str, timedelta] = {}

    def read(self, table: Table) -> Iterator[Read]:
        """The claims of a table."""
        for line in table:
            yield from self._read(line, table)
        for channel, waiting in self._waiting.items():
            yield self._ended(channel, waiting)

    def _read(self, line: Line, table: Table) -> Iterator[Read]:
        channel = None
        try:
            row = row_of(line)
            channel = device_of(row, "channel_id")
            start = self._times.read(row, "start_datetime", channel)
            end = self._times.read(row, "end_datetime", channel) if row["end_datetime"] else None
        except Unreadable as error:
            yield refused(line.number, f"line {line.number}: {error}", channel, self._trace)
            return
        values = {"count": table.value(row["count"])}
        if end is not None:
            yield Read(line.number, Claim(channel, end, values, self._trace))
            return
        yield from self._wait(channel, _Waiting(line.number, start, values))

    def _wait(self, channel: str, coming: _Waiting) -> Iterator[Read]:
        """The next interval's start is the end of the one that waits, unless there is a gap between them."""
        before = self._waiting.get(channel)
        self._waiting[channel] = coming
        if before is not None:
            step = coming.start - before.start
            if step > timedelta():
                self._steps[channel] = min(step, self._steps.get(channel, step))
            yield self._ended(channel, before)

    def _ended(self, channel: str, waiting: _Waiting) -> Read:
        if channel not in self._steps:
            detail = f"line {waiting.line}: column 'end_datetime': empty, and no row after it says when it ended"
            return refused(waiting.line, detail, channel, self._trace)
        return Read(waiting.line, Claim(channel, waiting.start + self._steps[channel], waiting.values, self._trace))
