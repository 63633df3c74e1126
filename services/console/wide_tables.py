"""Prints a table whole: wider than the terminal rather than with figures cut off."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_WIDEST: Final = 1000


def print_whole(console: Console, table: Table) -> None:
    """Print it as wide as its longest cells, on a narrow terminal too, which then wraps its lines."""
    wanted = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    # A console prints nothing wider than itself, whatever width it is asked for.
    narrow, console.width = console.width, max(console.width, wanted)
    try:
        console.print(table, crop=False)
    finally:
        console.width = narrow
