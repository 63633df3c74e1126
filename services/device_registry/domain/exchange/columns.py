"""The columns of each table: how they are called, which part of a thing they hold, how their cells are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.device_registry.domain.exchange.cells import AMOUNT, AMOUNTS, FLAG, NUMBER, SHAPE, TEXT, WORDS, Cell
from services.device_registry.domain.exchange.faults import UnknownSort


@dataclass(frozen=True)
class Column:
    """A column. ``path``: of its value in the thing as officers write it in YAML."""

    name: str
    path: tuple[str, ...]
    cell: Cell = TEXT
    is_needed: bool = False


def _plain(*names: str, needed: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, (name,), is_needed=needed) for name in names)


_ID: Final = _plain("id", needed=True)
_TITLES: Final = (
    Column("title_fr", ("title", "fr"), is_needed=True),
    Column("title_en", ("title", "en"), is_needed=True),
)

MOUNT: Final = (
    *_plain("device", "since", needed=True),
    *_plain("until"),
    Column("sensor_height", ("sensor_height",), AMOUNT),
    Column("container_height", ("container_height",), AMOUNT),
    Column("dead_zone", ("dead_zone",), AMOUNT),
    Column("offsets", ("offsets",), AMOUNTS),
)
"""What a row of a point says of the device there; a further device has a further row with the same id."""

RECORDING: Final = (
    Column("recording_place", ("recording", "place")),
    Column("recording_period_fr", ("recording", "period", "fr")),
    Column("recording_period_en", ("recording", "period", "en")),
    Column("recording_source", ("recording", "source")),
    Column("recording_licence", ("recording", "licence")),
)
"""Where replayed data come from; a table without replayed points has none of these."""

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "points": (
            *_ID,
            *_plain("title", "kind", "directorate", needed=True),
            Column("longitude", ("longitude",), NUMBER, is_needed=True),
            Column("latitude", ("latitude",), NUMBER, is_needed=True),
            *_plain("zone", "site"),
            Column("tags", ("tags",), WORDS),
            Column("simulated", ("simulated",), FLAG),
            *_plain("retired"),
            *RECORDING,
        ),
        "sites": (*_ID, *_plain("title", needed=True)),
        "devices": (*_ID, *_plain("model", needed=True), *_plain("dev_eui")),
        "areas": (
            Column("id", ("properties", "id"), is_needed=True),
            Column("title_fr", ("properties", "title_fr"), is_needed=True),
            Column("title_en", ("properties", "title_en"), is_needed=True),
            Column("geometry", ("geometry",), SHAPE, is_needed=True),
        ),
        "groups": (
            *_ID,
            *_TITLES,
            *_plain("directorate", needed=True),
            Column("points", ("points",), WORDS, is_needed=True),
        ),
    }
)
"""By the sort of thing; those of points stand beside those of ``MOUNT``."""


_NEVER_TOLD_BY_COLUMNS: Final = frozenset({"sites"})
"""All that they have, points have too."""


def columns_of(sort: str) -> tuple[Column, ...]:
    """All columns that a table of that sort may have.

    Raises:
        UnknownSort: there is no such table.
    """
    if sort not in COLUMNS:
        raise UnknownSort(sort, COLUMNS)
    return (*COLUMNS[sort], *MOUNT) if sort == "points" else COLUMNS[sort]


def sort_of(names: Iterable[str], file: str) -> str | None:
    """The sort of things that a table with these columns holds; None: they fit several sorts equally.

    Where they do, it is the sort by which the file is called: ``sites.csv``. ``id`` and ``title`` are points otherwise.
    """
    given = set(names)
    fitting = {sort: len(given & {column.name for column in columns_of(sort)}) for sort in COLUMNS}
    best = [sort for sort, number in fitting.items() if number == max(fitting.values())]
    called = file.lower().partition(".")[0]
    if called in best:
        return called
    told = [sort for sort in best if sort not in _NEVER_TOLD_BY_COLUMNS]
    return told[0] if len(told) == 1 else None
