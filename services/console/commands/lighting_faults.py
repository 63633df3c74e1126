"""``vigie lighting faults``: what is wrong with street lights, for who mends them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.console.failing import said_plainly
from services.console.lighting_words import FAULTS
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from shared.civil_time import PARIS

_HEADS: Final = (
    "luminaire",
    "armoire / cabinet",
    "défaut / fault",
    "depuis / since",
    "jusqu'à / until",
    "essais / tries",
    "voulu / wanted",
    "signalé / reported",
    "entendu / heard",
)
_COLUMNS: Final = (
    "luminaire",
    "cabinet",
    "gateway",
    "groups",
    "fault",
    "since",
    "until",
    "tries",
    "muted",
    "target",
    "feedback",
    "actual",
    "power_w",
    "reported_at",
)


class Form(StrEnum):
    """How the list is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def faults(
    ended: Annotated[int, typer.Option(min=0, max=99999, help="Also what ended in so many hours.")] = 0,
    form: Annotated[Form, typer.Option("--format", help="table, csv or json.")] = Form.TABLE,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Les défauts des luminaires, pour la maintenance. / What is wrong with street lights.

    The table shows times of Paris; CSV and JSON have them in RFC 3339, UTC.

    Example: vigie lighting faults --ended 168 --format csv
    """
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("lighting/faults", ended_h=ended or None))
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif form is Form.CSV:
            typer.echo(as_table_text(found), nl=False)
        else:
            Console().print(_table(found) if found else "Aucun défaut. / No fault.")


def as_table_text(found: Sequence[Mapping[str, Any]]) -> str:
    """The faults as CSV, with a header; an empty cell is not known, or not over."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for item in found:
        writer.writerow(_cell(item[name]) for name in _COLUMNS)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _table(found: Sequence[Mapping[str, Any]]) -> Table:
    table = Table()
    for head in _HEADS:
        table.add_column(head, overflow="fold")
    for item in found:
        table.add_row(*(Text(cell) for cell in _row(item)))
    return table


def _row(item: Mapping[str, Any]) -> tuple[str, ...]:
    muted = " (armoire coupée / cabinet off)" if item["muted"] else ""
    return (
        item["luminaire"],
        item["cabinet"],
        FAULTS[item["fault"]] + muted,
        _local(item["since"]),
        _local(item["until"]),
        str(item["tries"]),
        _percent(item["target"]),
        _percent(item["feedback"] if item["actual"] is None else item["actual"]),
        _local(item["reported_at"]),
    )


def _percent(level: int | None) -> str:
    return "" if level is None else f"{level} %"


def _local(time: str | None) -> str:
    return "" if time is None else f"{datetime.fromisoformat(time).astimezone(PARIS):%Y-%m-%d %H:%M}"
