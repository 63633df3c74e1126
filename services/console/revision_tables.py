"""What a city answers about the revisions of its rules, for people: French, with English beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.rules_engine.domain.applying import Applied
from services.rules_engine.domain.comparing_rules import Act, RuleChange
from services.rules_engine.domain.judging import FailedTest
from services.rules_engine.use_cases.show_revisions import History
from shared.civil_time import PARIS

_SHORT: Final = 9
_ACTS: Final[Mapping[Act, tuple[str, str]]] = {
    Act.ADDED: ("ajoutée / added", "green"),
    Act.CHANGED: ("modifiée / changed", "yellow"),
    Act.REMOVED: ("retirée / removed", "red"),
    Act.BROKEN: ("illisible / broken", "bold red"),
    Act.MENDED: ("réparée / mended", "green"),
}
_OUTCOMES: Final = {
    "applied": "En vigueur : révision {0} / in force: revision {0}",
    "unchanged": "Rien ne change : la révision {0} reste en vigueur / nothing changes: revision {0} stays in force",
    "would-apply": "Serait mis en vigueur après la révision {0} / would come into force after revision {0}",
    "refused": "Refusé : la révision {0} reste en vigueur / refused: revision {0} stays in force",
}


def closing(done: Applied) -> Text:
    """What came of it, in a line."""
    text = _OUTCOMES[done.outcome].format(done.revision)
    if done.outcome != "unchanged":
        errors = sum(problem.severity == "error" for problem in done.problems)
        text += f"\n{done.rules} rules, {done.tests} tests: {errors} errors, {len(done.failed)} tests ✗"
    return Text(text, style="bold red" if done.outcome == "refused" else "green")


def failures(failed: Sequence[FailedTest], name: Mapping[str, str]) -> Iterator[Text]:
    """Tests that fail, each with what is otherwise; ``name``: of files, as they are called here."""
    for each in failed:
        yield Text.assemble(("✗ ", "bold red"), (each.rule, "bold"), f" · {each.name}")
        yield Text(f"  {name.get(each.file, each.file)}:{each.span.line}:{each.span.column}", style="dim")
        for said in each.said:
            yield Text.assemble(("  ", ""), (said.fr, "red"), (f" / {said.en}", "dim"))


def changes(some: Sequence[RuleChange]) -> Iterator[Text]:
    """What became of each rule."""
    for change in some:
        word, colour = _ACTS[change.act]
        yield Text.assemble((f"{word}  ", colour), (change.title, "bold"), (f" ({change.rule})", "dim"))
        for said in change.said:
            yield Text.assemble(f"  {said.fr}", (f" / {said.en}", "dim"))
        yield from _paragraph("avant / before", change.before)
        yield from _paragraph("après / after", change.after)


def _paragraph(head: str, words: Any) -> Iterator[Text]:
    if words is not None:
        yield Text.assemble((f"  {head} : ", "dim"), words.fr)
        yield Text(f"    {words.en}", style="dim")


def history_table(history: History) -> RenderableType:
    """Revisions, newest first, and the attempt that was refused since."""
    table = Table()
    for head in ("n°", "quand / when", "qui / who", "pourquoi / why", "git"):
        table.add_column(head, overflow="fold")
    for each in history.revisions:
        why = each.reason if each.rolled_back_to is None else f"{each.reason} (← {each.rolled_back_to})"
        cells = (str(each.id), _when(each.applied_at), each.actor, why, _short(each.git_revision))
        table.add_row(*map(Text, cells))
    if history.refused is None:
        return table
    refused = history.refused
    head = f"Refusé depuis / refused since: {_when(refused.at)}, {refused.actor}"
    return Group(table, Text(head, style="bold red"), Text(refused.problems))


def _when(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def _short(git_revision: str | None) -> str:
    if git_revision is None:
        return "-"
    return git_revision[:_SHORT] + ("+" if git_revision.endswith("+") else "")
