"""``vigie history quarantine``, ``release`` and ``discard``: values that contradict what is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from shared.civil_time import PARIS

Ids = Annotated[list[int], typer.Argument(help="As vigie history quarantine lists them.")]
Reason = Annotated[str, typer.Option(help="Why; the audit keeps it.")]

_HEADS: Final = ("id", "point", "grandeur / property", "heure / time", "stocké / stored", "proposé / offered")
_BECAME: Final = {"released": "remplacée / released", "discarded": "refusée / discarded"}


def quarantine(
    point: Annotated[list[str] | None, typer.Option(help="Only of this point; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 100,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Les valeurs contredites, en attente d'une décision. / Values that contradict what is stored, newest first.

    Times are those of Paris. Of a counter the numbers are what it showed.
    """
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("quarantine", point=point, limit=limit))
        Console().print(_table(found) if found else "Rien en quarantaine. / Nothing is in quarantine.")


def release(
    ids: Ids,
    reason: Reason,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Prendre les valeurs proposées. / What is offered is right: it is stored, and corrects days and windows.

    All of them or none. It counts as late data: no alert is raised for the past. Safe to repeat.
    """
    with said_plainly():
        _echo(OperatorLink.to(url, key_file, actor).post("quarantine/release", {"ids": ids, "reason": reason}))


def discard(
    ids: Ids,
    reason: Reason,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Refuser les valeurs proposées. / What is stored is right. Safe to repeat; release takes it back."""
    with said_plainly():
        _echo(OperatorLink.to(url, key_file, actor).post("quarantine/discard", {"ids": ids, "reason": reason}))


def _table(items: Sequence[Mapping[str, Any]]) -> Table:
    table = Table()
    for head in (*_HEADS, "depuis / since", "capteur / device"):
        table.add_column(head, overflow="fold")
    for item in items:
        values = (f"{item[name]:g} {item['unit']}" for name in ("stored", "offered"))
        times = (_local(item["time"]), *values, _local(item["since"]))
        cells = (str(item["id"]), item["point"], item["property"], *times, item["device"] or item["trace"])
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _echo(done: Sequence[Mapping[str, Any]]) -> None:
    for item in done:
        change = f"{item['stored']:g} -> {item['offered']:g} {item['unit']}"
        typer.echo(f"{item['id']} {item['point']} {item['property']} {_local(item['time'])}: {change}: {_became(item)}")


def _became(item: Mapping[str, Any]) -> str:
    if item["is_new"]:
        return _BECAME[item["became"]]
    if item["became"] == "released" and not item["is_stored"]:
        return "rien fait : une autre valeur l'a remplacée depuis / nothing done: another value has replaced it since"
    return "déjà fait / done already"


def _local(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone(PARIS):%Y-%m-%d %H:%M:%S}"
