"""``vigie lighting energy`` and ``upkeep``: what lights used, cost and saved; which of them to replace next."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from services.console.energy_tables import energy_table, upkeep_table
from services.console.failing import said_plainly
from services.console.lighting_words import local
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from services.console.wide_tables import print_whole


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


Group = Annotated[str | None, typer.Argument(help="A group; by default the city, and then each group.")]
Format = Annotated[Form, typer.Option("--format", help="text, csv or json.")]


def energy(
    group: Group = None,
    first: Annotated[
        str | None, typer.Option("--from", help="The first night; by default six before the last.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last night; by default the present one.")] = None,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Ce que l'éclairage a consommé, coûté, économisé. / What lights used, cost and saved, night by night.

    A night runs from noon to noon and has the date on which it begins. Prices are without VAT. What is marked ~ is
    estimated in part: for some time nothing was known of some luminaires.

    Example: vigie lighting energy berges-garonne --from 2026-10-01 --to 2026-10-31 --format csv
    """
    wanted = {"group": group, "from": first, "to": last}
    with said_plainly():
        link = OperatorLink.to(url, key_file, None)
        content = link.get("lighting/energy", **wanted, format="csv" if form is Form.CSV else "json")
    if form is Form.CSV:
        typer.echo(content.decode(), nl=False)
        return
    answer: Any = json.loads(content)
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    for view in answer["of"]:
        print_whole(console, energy_table(view))
    if answer["counted_until"] is not None:
        console.print(f"compté jusqu'à / counted until {local(answer['counted_until'])}", style="dim", soft_wrap=True)


def upkeep(
    group: Group = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 20,
    form: Annotated[Form, typer.Option("--format", help="text or json.")] = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Quels luminaires remplacer d'abord. / Which luminaires to replace next: burning hours, rated life, faults."""
    with said_plainly():
        answer = json.loads(OperatorLink.to(url, key_file, None).get("lighting/upkeep", group=group, limit=limit))
    if form is Form.TEXT:
        print_whole(Console(highlight=False), upkeep_table(answer))
    else:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
