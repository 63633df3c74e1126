"""``vigie lighting check``: what the lighting controller reads, looked over before it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.console.checking_lighting import check_lighting
from services.console.failing import said_plainly
from services.console.problem_printing import as_json, as_text
from shared.runtime.settings import shipped_rules


def check(
    rules: Annotated[Path | None, typer.Argument(help="Folder of rules; by default the shipped one.")] = None,
    as_data: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Vérifier ce que lit l'éclairage d'un dossier. / Check a folder's calendars, limits, models and cabinets.

    Each fault is told with its place; what the inventory does not have is told too.

    Exit code 0: no errors; 1: errors.
    """
    with said_plainly():
        report = check_lighting(rules or shipped_rules())
    if as_data:
        typer.echo(as_json(report.problems))
    else:
        Console().print(as_text(report.problems, report.texts), soft_wrap=True, end="")
        errors, warnings = report.count("error"), report.count("warning")
        typer.echo(
            f"{report.groups} groupes / groups : {errors} erreurs / errors, {warnings} avertissements / warnings"
        )
    raise typer.Exit(1 if report.count("error") else 0)
