"""``vigie rules explain``: what rules do, in words that can be read aloud."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.console.explained import Explained, explained
from services.console.failing import said_plainly
from shared.runtime.settings import shipped_rules


class Languages(StrEnum):
    """In which languages rules are told."""

    FRENCH = "fr"
    ENGLISH = "en"
    BOTH = "both"


def explain(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders of rules; by default the shipped ones."),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Id of a rule, e.g. gemapi.huveaune.alerte; may be repeated.")
    ] = None,
    lang: Annotated[Languages, typer.Option("--lang", help="fr, en, or both.")] = Languages.BOTH,
    inventory: Annotated[
        Path | None,
        typer.Option(help="Rules folder whose inventory and teams give areas, points and teams their titles."),
    ] = None,
) -> None:
    """Dire en français et en anglais ce que font les règles. / Say in words what rules do.

    Each rule is one paragraph, made of what is written and of nothing else:
    which points it watches, when an alert is raised, what is done then, when it
    ends, on which days and hours it applies, what holds it back, and what happens
    when a reading is missing. Whoever answers for a rule can check it by reading
    it aloud, without knowing YAML.

    A rule with errors can't be explained: vigie rules check tells what is wrong.
    Exit code 0: all were explained; 1: some were not, or --rule names one that
    isn't there.

    Example: vigie rules explain rules/gemapi --lang fr
    """
    with said_plainly():
        found = explained(paths or [shipped_rules()], rule or (), inventory)
    console = Console()
    for each in found.rules:
        _print(console, each, lang)
    if found.errors:
        typer.echo(f"left out for errors: {len(found.errors)}; vigie rules check tells them", err=True)
        raise typer.Exit(1)


def _print(console: Console, each: Explained, lang: Languages) -> None:
    """A heading and the paragraphs; lines are broken only for a terminal, so that files keep a paragraph a line."""

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style, soft_wrap=not console.is_terminal, highlight=False, markup=False)

    line(f"{each.rule.title} ({each.rule.id})", "bold")
    line(f"{each.rule.file}:{each.rule.span.line}", "dim")
    if lang is not Languages.ENGLISH:
        line(each.words.fr)
    if lang is not Languages.FRENCH:
        line(each.words.en)
    line("")
