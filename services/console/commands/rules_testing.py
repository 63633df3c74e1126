"""``vigie rules test``: the tests that authors wrote into their rules."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.console import showing_tests
from services.console.failing import said_plainly
from services.console.junit import junit
from services.console.testing_rules import Tested, Workshop
from services.console.text_files import write
from shared.runtime.settings import shipped_rules


class Spoken(StrEnum):
    """The languages of the outcome."""

    FR = "fr"
    EN = "en"


def play_tests(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders of rules; by default the shipped ones."),
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Play the tests of this rule only, by its id.")] = None,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="Also write the outcome as JUnit XML, for continuous integration.")
    ] = None,
    inventory: Annotated[
        Path | None,
        typer.Option(help="Rules folder with the kinds and points; by default the nearest above the first path."),
    ] = None,
    language: Annotated[Spoken, typer.Option("--language", help="Of sentences and timelines.")] = Spoken.FR,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name the tests that pass, too.")] = False,
) -> None:
    """Jouer les tests des règles. / Play the tests that are written in rules.

    Each test gives values and says what becomes of the alert, who is told and which lights are held, at what times.
    It is played by the very step that decides in a running city, on a clock of its own: no broker, no database, no
    waiting. What happens and is not expected is a failure, too. How tests are written: docs/tests-des-regles.md.

    A test that fails shows its timeline: when, what was observed, what was compared with which threshold, whether
    that was true, how the alert stood, what came (●) and what is wrong (✗).

    Exit code 0: every test passes; 1: one fails, or a rule or a test can't be read.

    Examples: vigie rules test; vigie rules test rules/gemapi/huveaune.yaml -v;
    vigie rules test --rule gemapi.huveaune.alerte; vigie rules test rules --junit tests.xml
    """
    console = Console()
    with said_plainly():
        workshop = Workshop(paths or [shipped_rules()], inventory, rule)

        def tell(tested: Tested) -> None:
            if not tested.result.passed:
                showing_tests.say(console, *showing_tests.failed(tested, workshop.others, language.value))
            elif verbose:
                showing_tests.say(console, showing_tests.passed(tested))

        tally = workshop.run(tell)
        showing_tests.say(console, *map(showing_tests.unread, tally.problems), showing_tests.closing(tally))
        if junit_file is not None:
            write(junit_file, junit(tally, workshop.others))
    raise typer.Exit(0 if tally.passed else 1)
