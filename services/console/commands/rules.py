"""``vigie rules``: what an author does with rules before they run."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from services.console.checking import check as check_files
from services.console.commands import rules_explain, rules_testing, rules_versions
from services.console.failing import said_plainly
from services.console.problem_printing import as_annotations, as_json, as_text, closing
from services.console.text_files import write
from services.rules_engine.domain.schema import schema as rules_schema
from shared.civil_time import PARIS
from shared.runtime.clock import SystemClock
from shared.runtime.settings import shipped_rules

application: Final = typer.Typer(
    help="Vérifier des règles, jouer leurs tests. / Check rules, play their tests.", no_args_is_help=True
)


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@application.callback()
def group() -> None:
    """Vérifier des règles, jouer leurs tests. / Check rules, play their tests."""


application.command("test")(rules_testing.play_tests)
application.command()(rules_explain.explain)
application.command()(rules_versions.apply)
application.command()(rules_versions.history)
application.command("diff")(rules_versions.difference)
application.command("rollback")(rules_versions.roll_back)
application.command()(rules_versions.release)


@application.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders of rules; by default the shipped ones."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="text, json, or github annotations.")] = Format.TEXT,
    inventory: Annotated[
        Path | None, typer.Option(help="Rules folder whose inventory, teams and rules they are checked against.")
    ] = None,
) -> None:
    """Check rules against the inventory, the teams and the other rules: every problem with its place and a hint.

    Exit code 0: no errors; 1: errors.
    """
    with said_plainly():
        report = check_files(paths or [shipped_rules()], inventory, SystemClock().now().astimezone(PARIS).date())
    if form is Format.JSON:
        typer.echo(as_json(report.problems))
    elif form is Format.GITHUB:
        typer.echo(as_annotations(report.problems), nl=False)
    else:
        Console().print(as_text(report.problems, report.texts), soft_wrap=True, end="")
        typer.echo(closing(report))
    raise typer.Exit(1 if report.count("error") else 0)


@application.command()
def schema(
    file: Annotated[Path | None, typer.Argument(help="File to write; by default it is printed.")] = None,
) -> None:
    """Write the JSON Schema of rules, with which an editor completes words and underlines slips."""
    text = json.dumps(rules_schema(), ensure_ascii=False, indent=2)
    with said_plainly():
        if file is None:
            typer.echo(text)
        else:
            write(file, f"{text}\n")
