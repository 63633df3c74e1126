"""``vigie rules``: what an author does with rules before they run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from services.console.commands import rules_testing
from services.console.failing import said_plainly
from services.console.text_files import text_of
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.loading import load_teams
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import duplicate_ids, load
from services.rules_engine.providers import rule_files
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem
from shared.runtime.settings import shipped_rules

application: Final = typer.Typer(
    help="Vérifier des règles, jouer leurs tests. / Check rules, play their tests.", no_args_is_help=True
)
_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "cyan"}


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@application.callback()
def group() -> None:
    """Vérifier des règles, jouer leurs tests. / Check rules, play their tests."""


application.command("test")(rules_testing.play_tests)


@application.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files of rules, or rules folders; by default the shipped one.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="text, json, or github annotations.")] = Format.TEXT,
    inventory: Annotated[
        Path | None, typer.Option(help="Rules folder whose inventory and teams the rules are checked against.")
    ] = None,
) -> None:
    """Check rules against the inventory and the teams: every problem with file, line, column and a hint.

    Exit code 0: no errors; 1: errors.
    """
    with said_plainly():
        given = paths or [shipped_rules()]
        files = [file for path in given for file in (rule_files(path) if path.is_dir() else [path])]
        folder = inventory or next((path for path in given if (path / "inventory").is_dir()), shipped_rules())
        known, problems = _known(folder)
        loaded = [load(text_of(file), str(file), known) for file in files]
        rules = sum(len(each.rules) for each in loaded)
        problems += [problem for each in loaded for problem in each.problems]
        problems += duplicate_ids(rule for each in loaded for rule in each.rules)
    _print(problems, form)
    counts = Counter(problem.severity for problem in problems)
    if form is Format.TEXT:
        typer.echo(f"{len(files)} files, {rules} rules: {counts['error']} errors, {counts['warning']} warnings")
    raise typer.Exit(1 if counts["error"] else 0)


def _known(folder: Path) -> tuple[Known, list[Problem]]:
    """What rules are checked against; problems of the inventory and the teams are told too."""
    problems: list[Problem] = []
    inventory: Inventory | None = None
    teams: frozenset[str] | None = None
    try:
        inventory = load_inventory(read_folder(folder))
    except ProblemsFound as found:
        problems += found.problems
    file = folder / "teams.yaml"
    if file.exists():
        try:
            teams = frozenset(load_teams(text_of(file), str(file)).by_id)
        except ProblemsFound as found:
            problems += found.problems
    return Known(inventory, teams), problems


def _print(problems: Iterable[Problem], form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps([msgspec.to_builtins(problem) for problem in problems], ensure_ascii=False))
        return
    console = Console()
    for problem in problems:
        if form is Format.GITHUB:
            kind = {"error": "error", "warning": "warning"}.get(problem.severity, "notice")
            place = f"file={problem.file},line={problem.span.line},col={problem.span.column}"
            typer.echo(f"::{kind} {place},title={problem.slug}::{problem.message}")
        else:
            console.print(_coloured(problem), soft_wrap=True)


def _coloured(problem: Problem) -> Text:
    head = f"{problem.file}:{problem.span.line}:{problem.span.column}: "
    text = Text.assemble((head, "bold"), (f"{problem.severity}[{problem.slug}]", _COLOURS[problem.severity]))
    text.append(f": {problem.message}")
    if problem.hint:
        text.append(f"\n    hint: {problem.hint}", style="dim")
    return text
