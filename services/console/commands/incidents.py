"""``vigie incidents``: what is going on, who was told, and who takes care of it."""

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
from services.console.telling_answers import both
from shared.civil_time import PARIS

_HELP: Final = "Les incidents d'une ville en marche, et qui s'en occupe. / What goes on, and who takes care."
application: Final = typer.Typer(help=_HELP, no_args_is_help=True)

Incident = Annotated[str, typer.Argument(help="Its code, such as V-7K3Q, or its id.")]

_HEADS: Final = ("code", "état / status", "niveau / severity", "titre / title", "depuis / since", "pris par / taken by")
_OUTCOMES: Final = {
    "done": "c'est fait / done",
    "already": "déjà fait / done already",
    "resolved": "l'alerte est terminée / the alert is over",
}


@application.callback()
def group() -> None:
    """Les incidents d'une ville en marche, et qui s'en occupe. / What goes on, and who takes care."""


@application.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=500, help="So many at most.")] = 50,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Les incidents, ceux en cours d'abord. / Incidents, open ones first. Times are those of Paris."""
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("incidents", limit=limit))
        Console().print(_table(found) if found else "Aucun incident. / No incident.")


@application.command()
def show(
    incident: Incident,
    as_json: Annotated[bool, typer.Option("--json", help="All that is known, for programs.")] = False,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Un incident : qui a été prévenu, et chaque décision. / Who was told, and every decision."""
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get(f"incidents/{incident}"))
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
            return
        console = Console()
        console.print(_table([found]))
        console.print(_notices(found["notifications"]))
        console.print(_decisions(found["ledger"]))


@application.command()
def ack(
    incident: Incident,
    person: Annotated[str | None, typer.Option("--by", help="Who takes care: an id of teams.yaml; else you.")] = None,
    comment: Annotated[str, typer.Option(help="The others read it.")] = "",
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Prendre un incident en compte. / Somebody takes care of it: nobody else is called. Safe to repeat."""
    with said_plainly():
        link = OperatorLink.to(url, key_file, actor)
        _echo(link.post(f"incidents/{incident}/acknowledge", {"person": person, "comment": comment}))


@application.command()
def unack(incident: Incident, url: Url = URL, key_file: KeyFile = KEY_FILE, actor: As = None) -> None:
    """Lever la prise en compte. / Nobody takes care any more: the escalation begins again. Safe to repeat."""
    with said_plainly():
        _echo(OperatorLink.to(url, key_file, actor).post(f"incidents/{incident}/unacknowledge", {}))


def _echo(done: Mapping[str, Any]) -> None:
    by = f" ({done['acknowledged_by']})" if done["acknowledged_by"] else ""
    typer.echo(f"{done['code']}: {_OUTCOMES[done['outcome']]}{by}")


def _table(incidents: Sequence[Mapping[str, Any]]) -> Table:
    rows = (
        (
            item["code"],
            both(item["status"]),
            both(item["severity"]),
            item["title"],
            _local(item["opened_at"]),
            _taken(item),
        )
        for item in incidents
    )
    return _of(_HEADS, rows)


def _notices(notices: Sequence[Mapping[str, Any]]) -> Table:
    names = ("kind", "medium", "recipient", "state", "reason")
    rows = ((_local(item["queued_at"]), *(item[name] for name in names)) for item in notices)
    return _of(("quand / when", "quoi / what", "par / by", "qui / whom", "état / state", "raison / reason"), rows)


def _decisions(entries: Sequence[Mapping[str, Any]]) -> Table:
    rows = ((_local(item["at"]), item["verdict"], item["by"], item["person"] or "") for item in entries)
    return _of(("quand / when", "décision / verdict", "raison / reason", "qui / whom"), rows)


def _of(heads: Sequence[str], rows: Any) -> Table:
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _taken(item: Mapping[str, Any]) -> str:
    return "" if item["acknowledged_at"] is None else f"{item['acknowledged_by']} ({_local(item['acknowledged_at'])})"


def _local(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone(PARIS):%Y-%m-%d %H:%M:%S}"
