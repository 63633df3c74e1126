"""``vigie notify``: what messages cost, and what a text message would."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from services.notifier.domain import sms_text

application: Final = typer.Typer(
    help="Les messages aux personnes. / The messages to people.", no_args_is_help=True, add_completion=False
)

_HEADS: Final = (
    "direction / directorate", "budget €", "dépensé / spent €", "part / share", "SMS", "segments",
    "courriels / e-mails", "regroupés / folded",
)  # fmt: skip
_COLUMNS: Final = ("directorate", "month", "budget", "spent", "share", "sms", "segments", "emails", "folded")


class Form(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@application.command()
def budget(
    month: Annotated[str | None, typer.Option(help="Such as 2026-11, in Paris; by default the present one.")] = None,
    form: Annotated[Form, typer.Option("--format", help="table, csv or json.")] = Form.TABLE,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Ce que chaque direction a dépensé en messages. / What each directorate spent on messages in a month.

    Example: vigie notify budget --month 2026-11 --format csv
    """
    with said_plainly():
        rows = json.loads(OperatorLink.to(url, key_file, None).get("spending", month=month))
    if form is Form.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form is Form.CSV:
        writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        Console().print(_table(rows))


@application.command()
def sms(
    text: Annotated[str, typer.Argument(help="As you would write it.")],
) -> None:
    """Ce qu'un texte coûterait en SMS. / How many segments a text takes, and which letters double its price.

    Layouts are folded into the cheap alphabet before they go out; the second line says what remains.

    Example: vigie notify sms "Crue en forêt domaniale"
    """
    typer.echo(sms_text.measure(text).explained())
    sent = sms_text.fit(text)
    if sent != text:
        typer.echo(f"{sent}\n{sms_text.measure(sent).explained()}")


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(*_HEADS)
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: Mapping[str, Any]) -> list[str]:
    folded = ", ".join(f"{cause} {count}" for cause, count in row["folded_by"].items())
    return [
        row["directorate"] or "-",
        "-" if row["budget"] is None else f"{row['budget']:.2f}",
        f"{row['spent']:.2f}",
        "-" if row["share"] is None else f"{row['share']} %",
        *(str(row[name]) for name in ("sms", "segments", "emails")),
        f"{row['folded']} ({folded})" if folded else "0",
    ]
