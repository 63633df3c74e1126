"""``vigie lighting night``: a night of a group drawn as it went, or its data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from services.console.failing import said_plainly
from services.console.night_drawing import draw_night
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url


def night(
    group: Annotated[str, typer.Argument(help="A group of luminaires.")],
    night: Annotated[
        str | None, typer.Option("--night", help="The date on which it begins; by default the last.")
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw it into this file; without it, print JSON.")] = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dessiner une nuit. / Draw a night: planned, wanted, reported, orders with their reason, faults, power.

    A night runs from noon to noon and has the date on which it begins; the details are kept for 40 days.

    Example: vigie lighting night berges-garonne --night 2026-10-24 --svg nuit.svg
    """
    with said_plainly():
        answer = json.loads(OperatorLink.to(url, key_file, None).get("lighting/night", group=group, night=night))
    if svg is None:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    svg.write_text(draw_night(answer), encoding="utf-8")
    typer.echo(f"{svg} : {answer['title']}, {answer['night']}")
