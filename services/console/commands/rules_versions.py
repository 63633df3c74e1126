"""``vigie rules apply, history, diff, rollback, release``: which rules run in a running city, and which did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from services.console import revision_tables
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink, Refused
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from services.console.problem_printing import as_text
from services.console.rules_to_apply import ToApply, to_apply
from services.console.showing_tests import say
from services.rules_engine.domain.applying import Applied
from services.rules_engine.use_cases.show_revisions import Difference, History
from shared.runtime.settings import shipped_rules

_UNPROCESSABLE: Final = 422

Why = Annotated[str, typer.Option("--reason", "-m", help="Why; the history keeps it.")]
Look = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
Expected = Annotated[int | None, typer.Option("--expected", help="Refuse unless this revision is in force.")]


def apply(
    reason: Why,
    folder: Annotated[
        Path | None,
        typer.Argument(help="The rules folder, or one directorate's in it; by default the shipped one."),
    ] = None,
    dry_run: Look = False,
    expected: Expected = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Mettre des règles en vigueur dans une ville en marche. / Put rules into force in a running city.

    The city checks every rule and plays every test, against the points that it really has. If all is well the rules
    are in force a second later; else nothing changes, and every problem is told. A directorate's folder replaces that
    folder alone, wholly: a file that is no longer in it is gone.

    What is kept: who, when, why, and the git revision of the folder, with a + if it was changed since.
    Exit code 0: in force, or nothing to change; 1: refused.

    Examples: vigie rules apply rules -m "seuils de l'automne"; vigie rules apply rules/gemapi -m "Huveaune" --dry-run
    """
    with said_plainly():
        given = to_apply(folder or shipped_rules())
        wanted = {
            "files": given.files,
            "folder": given.folder,
            "reason": reason,
            "git_revision": given.git_revision,
            "expected_revision": expected,
            "dry_run": dry_run,
        }
        done = _asked(OperatorLink.to(url, key_file, actor), "rules/apply", wanted)
    _show(done, given)


def roll_back(
    revision: Annotated[int, typer.Argument(help="Its number, as vigie rules history lists it.")],
    reason: Why,
    dry_run: Look = False,
    expected: Expected = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Remettre une révision antérieure en vigueur. / Put an older revision into force again.

    It becomes a new revision, and is checked and tested as any: the city may have changed since.
    """
    with said_plainly():
        wanted = {"revision": revision, "reason": reason, "expected_revision": expected, "dry_run": dry_run}
        done = _asked(OperatorLink.to(url, key_file, actor), "rules/rollback", wanted)
    _show(done, None)


def release(
    rule: Annotated[str, typer.Argument(help="Id of the rule that was set aside.")],
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why it may decide again; the audit keeps it.")],
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Remettre en marche une règle mise à l'écart. / Let a rule decide again that was set aside.

    A rule that fails while it decides is set aside, and it alone; its teams are told by a message with its own code
    (vigie why CODE shows it), and vigie why-not RULE POINT says with what it failed. An edit of the rule lets it decide
    again by itself. This command is for when the rule is right and what was around it is mended: a point, a kind, a
    time zone. It decides at once about all that it watches, and is set aside again, and its teams told, if it fails
    again.

    What is kept: who, when and why. Exit code 0: it decides again; 1: it is not set aside, or it was refused.

    Example: vigie rules release gemapi.huveaune.alerte -m "fuseau du point corrigé"
    """
    with said_plainly():
        OperatorLink.to(url, key_file, actor).post("rules/release", {"rule": rule, "reason": reason})
        typer.echo(f"La règle {rule} décide de nouveau. / The rule {rule} decides again.")


def history(
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 20,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Qui a mis quelles règles en vigueur, quand et pourquoi. / Who put which rules into force, when and why."""
    with said_plainly():
        answer = OperatorLink.to(url, key_file, None).get("rules/revisions", limit=limit)
        Console().print(revision_tables.history_table(msgspec.json.decode(answer, type=History)))


def difference(
    before: Annotated[int, typer.Argument(help="The older revision.")],
    after: Annotated[int, typer.Argument(help="The newer revision.")],
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire ce qui a changé entre deux révisions. / Say in words what changed between two revisions."""
    with said_plainly():
        answer = OperatorLink.to(url, key_file, None).get(f"rules/difference/{before}/{after}")
        found = msgspec.json.decode(answer, type=Difference)
        head = Text(f"{found.in_words.fr} / {found.in_words.en}", style="bold")
        say(Console(), head, *revision_tables.changes(found.changes))


def _asked(link: OperatorLink, act: str, wanted: Mapping[str, Any]) -> Applied:
    """What came of it; files that were judged and refused are an outcome, too."""
    try:
        return msgspec.convert(link.post(act, dict(wanted)), Applied)
    except Refused as refused:
        if refused.status == _UNPROCESSABLE and b'"outcome"' in refused.content:
            return msgspec.json.decode(refused.content, type=Applied)
        raise


def _show(done: Applied, given: ToApply | None) -> None:
    problems = done.problems if given is None else tuple(map(given.local, done.problems))
    names = {} if given is None else {file: given.name(file) for file in given.files}
    console = Console()
    console.print(as_text(problems, {} if given is None else given.texts), soft_wrap=True, end="")
    say(console, *revision_tables.failures(done.failed, names))
    if done.outcome != "refused":
        say(console, *revision_tables.changes(done.changes))
    say(console, revision_tables.closing(done))
    raise typer.Exit(1 if done.outcome == "refused" else 0)
