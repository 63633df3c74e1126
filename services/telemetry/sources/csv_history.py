"""History as CSV, of which there are two layouts.

    time,device,laeq,lafmax                             a column for each path of the model
    channel_id,counter_id,start_datetime,end_datetime,count     table ``measure`` of the French schema of counts

Comma, or semicolon and then decimal commas as well. An empty cell is no measure, and never zero. A time has an offset,
or is read in the zone that the sender names. The national schema's counts are those of the channel's device, at the end
of their interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.telemetry.domain.claim import Claim, Rejection, too_many
from services.telemetry.sources import csv_measures
from services.telemetry.sources.csv_reading import Layout, Read, Times, device_of, refused, row_of
from services.telemetry.sources.csv_table import Line, Row, Table
from services.telemetry.sources.observations_json import MOST, Unreadable
from shared.errors import InputError

TIME: Final = "time"
DEVICE: Final = "device"


def read(lines: Iterable[str], layout: Layout, trace: str) -> Iterator[Read]:
    """The claims of a text, line by line, and what in it could not be read; it need not be in memory as a whole."""
    try:
        table = Table(lines, layout.columns)
        reader = _reader(table, layout, trace)
    except Unreadable as error:
        yield refused(1, str(error), None, trace)
        return
    yield from reader(table)


class Body:
    """The body of a request.

    Attributes:
        lines: of the claims that were read, in their order; from 1.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.lines: list[int] = []

    def read(self, body: bytes, trace: str) -> tuple[list[Claim], list[Rejection]]:
        """The claims of a body, and what in it could not be read; their details name the line."""
        claims: list[Claim] = []
        faults: list[Rejection] = []
        # What is not UTF-8 is no number and no id, so it spoils its own cell alone.
        for line, found in read(StringIO(body.decode("utf-8", "replace"), newline=None), self._layout, trace):
            if len(claims) + len(faults) == MOST:
                return [], [too_many(MOST, trace)]
            if isinstance(found, Rejection):
                faults.append(found)
            else:
                claims.append(found)
                self.lines.append(line)
        return claims, faults


def layout(options: Mapping[str, str]) -> Layout:
    """What a sender says about a file: ``zone``, ``device``, and ``columns`` as ``datetime=time,LEQ=laeq``.

    Raises:
        InputError: one of them is wrong.
    """
    zone, device, columns = (options.get(name) or None for name in ("zone", "device", "columns"))
    pairs = [pair.partition("=") for pair in columns.split(",")] if columns else []
    if not all(name.strip() and meant.strip() for name, _, meant in pairs):
        raise InputError(f"columns: '{columns}' is not NAME=time,NAME=path")
    renamed = {name.strip(): meant.strip() for name, _, meant in pairs}
    return Layout(None if zone is None else _zone(zone), device, renamed)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(f"zone: no zone '{name}'; write it as Europe/Paris") from error


def _reader(table: Table, layout: Layout, trace: str) -> Callable[[Table], Iterator[Read]]:
    names = set(table.names)
    if names >= csv_measures.COLUMNS:
        return csv_measures.Measures(layout, trace).read
    if TIME not in names:
        raise Unreadable(f"line 1: no column '{TIME}' among {', '.join(table.names)}: say which one it is")
    if DEVICE not in names and layout.device is None:
        raise Unreadable(f"line 1: no column '{DEVICE}': add one, or say which device it is")
    if not names - {TIME, DEVICE, ""}:
        raise Unreadable("line 1: no column with values")
    return _Values(layout, trace).read


class _Values:
    """The layout with a column for each path."""

    def __init__(self, layout: Layout, trace: str) -> None:
        self._layout = layout
        self._times = Times(layout.zone)
        self._trace = trace

    def read(self, table: Table) -> Iterator[Read]:
        """The claims of a table."""
        for line in table:
            yield self._read(line, table)

    def _read(self, line: Line, table: Table) -> Read:
        device = self._layout.device
        try:
            row = row_of(line)
            device = device or device_of(row, DEVICE)
            claim = Claim(device, self._times.read(row, TIME, device), _values(row, table), self._trace)
        except Unreadable as error:
            return refused(line.number, f"line {line.number}: {error}", device, self._trace)
        return Read(line.number, claim)


def _values(row: Row, table: Table) -> dict[str, Any]:
    """Every column but time and device, at its path."""
    values: dict[str, Any] = {}
    for path, cell in row.items():
        if path and path not in (TIME, DEVICE):
            *outer, last = path.split(".")
            node = values
            for step in outer:
                inner = node.setdefault(step, {})
                node = inner if isinstance(inner, dict) else node
            node[last] = table.value(cell)
    return values
