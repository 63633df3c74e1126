"""``vigie registry``: what the city has, changed while it runs."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from services.console.commands import registry_devices
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from services.console.registry_tables import heard_table, keys_table, preview_table
from shared.errors import InputError

_HELP: Final = "Les points, capteurs, zones, lieux et groupes d'une ville en marche. / What a running city has."
application: Final = typer.Typer(help=_HELP, no_args_is_help=True)


application.command()(registry_devices.install)
application.command()(registry_devices.swap)
application.command()(registry_devices.retire)


class Sort(StrEnum):
    """What a table holds."""

    POINTS = "points"
    DEVICES = "devices"
    AREAS = "areas"
    SITES = "sites"
    GROUPS = "groups"


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    CSV_FR = "csv-fr"
    GEOJSON = "geojson"


@application.callback()
def group() -> None:
    """Les points, capteurs, zones, lieux et groupes d'une ville en marche. / What a running city has."""


@application.command()
def export(
    sort: Annotated[Sort, typer.Argument(help="points come with what is mounted there.")],
    form: Annotated[Form, typer.Option(help="csv-fr: with semicolons and decimal commas.")] = Form.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of the terminal.")] = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Écrire un tableau ou une carte. / Write a table or a map. Importing it again changes nothing."""
    with said_plainly():
        content = OperatorLink.to(url, key_file, None).get(f"registry/export/{sort.value}", form=form.value)
        # A spreadsheet takes text for UTF-8 only where it begins with this mark.
        marked = content if form is Form.GEOJSON else "\ufeff".encode() + content
        if output is None:
            typer.echo(content.decode(), nl=False)
        else:
            output.write_bytes(marked)


@application.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV or GeoJSON files; all are imported together or none is.")],
    sort: Annotated[Sort | None, typer.Option(help="What the files hold, where their columns don't tell.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what the files, of their sort, don't name.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Importer des tableaux, après les avoir montrés. / Import tables, after a look at what would change.

    Things are added or changed by their id; of columns that a table lacks, known things keep what they have. All
    problems are told at once, with line and column. If the registry changed since the look, nothing is done.
    """
    with said_plainly():
        link = OperatorLink.to(url, key_file, actor)
        wanted = {"files": [_file(path, sort) for path in files], "remove": remove}
        preview = link.post("registry/preview", wanted)
        _stop_at_problems(preview["problems"])
        Console().print(preview_table(preview))
        if not preview["changes"] or not (yes or typer.confirm("Appliquer ? / Apply?")):
            return
        done = link.post("registry/import", {**wanted, "expected_revision": preview["revision"]})
        registry_devices.echo_done(done)


def _file(path: Path, sort: Sort | None) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: save it as CSV UTF-8") from error
    return {"name": path.name, "text": text, "sort": None if sort is None else sort.value}


def _stop_at_problems(problems: list[dict[str, Any]]) -> None:
    for problem in problems:
        place = f"{problem['file']}:{problem['span']['line']}:{problem['span']['column']}"
        hint = f"\n    hint: {problem['hint']}" if problem["hint"] else ""
        typer.echo(f"{place}: {problem['severity']}[{problem['slug']}]: {problem['message']}{hint}", err=True)
    if problems:
        raise InputError(f"{len(problems)} problème(s), rien n'est changé / problem(s), nothing is changed")


@application.command()
def heard(
    point: Annotated[list[str] | None, typer.Option(help="Only the devices that stand there; may be repeated.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only those that have been silent for too long.")] = False,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dernier message, pile, radio de chaque capteur. / When each device was last heard, battery and radio.

    Late, in red: silent for longer than its kind's stale_after, three periods unless the kind says otherwise.
    """
    with said_plainly():
        states = json.loads(OperatorLink.to(url, key_file, None).get("registry/heard", point=point))
        Console().print(heard_table([state for state in states if state["is_late"] or not late]))


@application.command()
def keys(url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Les clés des capteurs, sans les montrer. / Whose keys there are; never the keys."""
    with said_plainly():
        Console().print(keys_table(json.loads(OperatorLink.to(url, key_file, None).get("registry/keys"))))


@application.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Its id, as vigie registry keys lists it.")],
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Retirer une clé. / Revoke a key: nothing is taken under it any more."""
    with said_plainly():
        done = OperatorLink.to(url, key_file, actor).post("registry/revoke", {"key": key})
        typer.echo(f"révision / revision {done['revision']}")
