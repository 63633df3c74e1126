"""``vigie history``: what was observed before."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Final, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from services.console.commands import history_quarantine
from services.console.failing import said_plainly
from services.console.posting import Account, Post, portions
from services.telemetry.domain.claim import Rejection
from services.telemetry.sources import csv_history
from services.telemetry.sources.csv_reading import Layout, Read
from shared.errors import InputError

application: Final = typer.Typer(
    help="L'historique des observations. / The history of observations.", no_args_is_help=True
)


application.command()(history_quarantine.quarantine)
application.command()(history_quarantine.release)
application.command()(history_quarantine.discard)


@application.callback()
def group() -> None:
    """L'historique des observations. / The history of observations."""


@application.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV, or CSV.GZ: time,device,<path>... or the national 'measure' table.")
    ],
    url: Annotated[str, typer.Option(help="Where the city answers, e.g. http://127.0.0.1:8080.")],
    key_file: Annotated[Path, typer.Option(help="File with the key of the directorate, or of the device.")],
    zone: Annotated[str | None, typer.Option(help="Zone of times without offset, e.g. Europe/Paris.")] = None,
    device: Annotated[str | None, typer.Option(help="The device of all rows, if the file names none.")] = None,
    columns: Annotated[str | None, typer.Option(help="What columns are: 'datetime=time,LEQ dB -A=laeq'.")] = None,
) -> None:
    """Send a file to a city: late data, which corrects what is shown and raises no alert. Safe to repeat.

    It goes on after errors, and ends with what became of the rows; the last line is JSON. Exit code 1: some were
    refused.
    """
    with said_plainly():
        given = {"zone": zone or "", "device": device or "", "columns": columns or ""}
        post = Post(url, _key(key_file))
        account = _import(file, csv_history.layout(given), post)
        for line in account.shown:
            Console(stderr=True).print(line, highlight=False, markup=False, soft_wrap=True)
        Console().print(account.in_french(), highlight=False, soft_wrap=True)
        typer.echo(json.dumps(account.figures()))
        if account.refused:
            raise typer.Exit(1)


def _key(file: Path) -> str:
    try:
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--key-file: {error}") from error
    if not key.isascii() or not key.isprintable() or not key:
        raise InputError(f"--key-file: {file} holds no key")
    return key


def _import(file: Path, layout: Layout, post: Post) -> Account:
    account = Account()
    with _opened(file) as (lines, raw), _progress() as progress:
        task = progress.add_task(file.name, total=file.stat().st_size)
        for portion in portions(csv_history.read(lines, layout, trace="")):
            _send(portion, post, account)
            progress.update(task, completed=raw.tell())
        progress.update(task, completed=raw.tell())
    return account


def _send(portion: list[Read], post: Post, account: Account) -> None:
    for _line, found in portion:
        if isinstance(found, Rejection):
            account.refuse(found.reason.value, found.detail)
    readable = [row for row in portion if not isinstance(row.found, Rejection)]
    if readable:
        post.send(readable, account)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[IO[str], IO[bytes]]]:
    """The lines of a file, and the file as it lies there, of which is known how much was read."""
    try:
        raw = file.open("rb")
    except OSError as error:
        raise InputError(f"{file} can't be read ({error.strerror})") from error
    with raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        yield io.TextIOWrapper(content, encoding="utf-8", errors="replace", newline=None), raw


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
