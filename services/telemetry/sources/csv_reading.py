"""What the layouts of CSV have in common: what a file does not say itself, its times, its devices, its faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.telemetry.domain.claim import Claim, Rejection, legible
from services.telemetry.domain.local_times import NoSuchTime, WallClock
from services.telemetry.sources.csv_table import Line, Row
from services.telemetry.sources.observations_json import Unreadable
from shared.model.rejections import RejectionReason


@dataclass(frozen=True)
class Layout:
    """What a file does not say itself.

    Attributes:
        zone: of times without offset; None: there are none.
        device: of all rows; None: the column ``device`` names it.
        columns: what columns are called in the file, and what they are: ``time``, ``device``, or a path of the model.
    """

    zone: ZoneInfo | None = None
    device: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


class Read(NamedTuple):
    """What a line says; ``line`` counts from 1, and is that of the header for what is wrong with the whole file."""

    line: int
    found: Claim | Rejection


def refused(line: int, detail: str, device: str | None, trace: str) -> Read:
    """Of what could not be read."""
    return Read(line, Rejection(RejectionReason.UNREADABLE, detail, device or None, trace=trace))


class Times:
    """Reads the times of a file; each device's rows are in the order of its own clock."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self._zone = zone
        self._clocks: dict[tuple[str, str], WallClock] = {}

    def read(self, row: Row, column: str, device: str) -> datetime:
        """The moment, UTC, in a cell.

        Raises:
            Unreadable: it holds none.
        """
        text = row[column]
        try:
            shown = datetime.fromisoformat(text)
            if shown.tzinfo is not None:
                return shown.astimezone(UTC)
            if self._zone is not None:
                return self._clocks.setdefault((device, column), WallClock(self._zone)).moment(shown)
        except NoSuchTime as error:
            raise Unreadable(f"column '{column}': {error}") from error
        except (ValueError, OverflowError) as error:
            raise Unreadable(f"column '{column}': '{text[:40]}' is not a time such as 2022-01-10T01:45:00Z") from error
        raise Unreadable(f"column '{column}': '{text[:40]}' has no offset: end it with Z or +01:00, or name the zone")


def row_of(line: Line) -> Row:
    """The cells of a line.

    Raises:
        Unreadable: it has none.
    """
    if isinstance(line.row, Unreadable):
        raise line.row
    return line.row


def device_of(row: Row, column: str) -> str:
    """The device that a column names.

    Raises:
        Unreadable: it names none.
    """
    device = row[column]
    if not device or legible(device) != device:
        raise Unreadable(f"column '{column}': no device's id")
    return device
