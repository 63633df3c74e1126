"""How the outcome of rules' tests looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.text import Text

from services.console.testing_rules import Tally, Tested
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.speaking import Language
from services.rules_engine.domain.testing.timeline import Line, Role, timeline
from shared.problems import Problem

_STYLES: Final[Mapping[Role, str]] = {
    Role.HEAD: "bold", Role.PLAIN: "", Role.DIM: "dim", Role.TRUE: "green", Role.FALSE: "", Role.UNKNOWN: "magenta",
    Role.PENDING: "yellow", Role.FIRING: "bold yellow", Role.CAME: "cyan", Role.WRONG: "bold red",
}  # fmt: skip


def passed(tested: Tested) -> Text:
    """One line for a test that passes."""
    return Text.assemble(("✓ ", "green"), tested.rule.id, (f" · {tested.result.case.name}", "dim"))


def failed(tested: Tested, others: Mapping[str, Rule], language: Language) -> list[Text]:
    """What failed, where that is written, and the timeline."""
    case, failures = tested.result.case, tested.result.failures
    span = case.place.span
    lines = [
        Text.assemble(("✗ ", "bold red"), (tested.rule.id, "bold"), f" · {case.name}"),
        Text(f"  {case.rule.file}:{span.line}:{span.column}", style="dim"),
    ]
    for each in failures:
        place = f"{each.place.span.line}:{each.place.span.column}"
        lines.append(Text.assemble((f"  {place}  ", "dim"), (getattr(each.said, language), "red")))
    table = [_coloured(line) for line in timeline(case, others, failures, language)]
    return [*lines, Text(""), *table, Text("")]


def unread(problem: Problem) -> Text:
    """What can't be read."""
    return Text(str(problem), style="red")


def closing(tally: Tally) -> Text:
    """Counts and seconds."""
    failed_count = len(tally.failed)
    parts = [f"{len(tally.tested)} tests", f"{len(tally.tested) - failed_count} ✓", f"{failed_count} ✗"]
    if tally.problems:
        parts.append(f"{len(tally.problems)} errors")
    if tally.untested:
        parts.append(f"{len(tally.untested)} rules without a test")
    return Text(f"{', '.join(parts)} ({tally.seconds:.1f} s)", style="green" if tally.passed else "bold red")


def _coloured(line: Line) -> Text:
    return Text.assemble("    ", *((part.text, _STYLES[part.role]) for part in line))


def say(console: Console, *lines: Text) -> None:
    """Print lines as they are, whatever the width of the terminal."""
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True, highlight=False)
