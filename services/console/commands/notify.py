"""``vigie notify``: what notices look like before anybody gets one, what they and any text cost, what carries them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.console.commands import notify_reaching
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from services.console.text_files import text_of
from services.notifier.checking_layouts import checked_layouts
from services.notifier.domain import sms_text
from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.rendering import Text
from services.notifier.domain.composing.samples import sample_facts
from services.notifier.domain.delivering.budgets import MILLIONTHS
from services.notifier.domain.delivering.loading_budgets import load_budgets
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.layouts import JinjaLayouts, layout_name
from shared.runtime.settings import Settings, shipped_rules

application: Final = typer.Typer(
    name="notify",
    help="Messages : aperçu, coût, opérateurs. / Notices: a preview, what they cost, what carries them.",
    no_args_is_help=True,
)


application.command()(notify_reaching.carriers)
application.command("opt-outs")(notify_reaching.opt_outs)

_HEADS: Final = (
    "direction / directorate", "budget €", "dépensé / spent €", "part / share", "SMS", "segments",
    "courriels / e-mails", "regroupés / folded",
)  # fmt: skip
_COLUMNS: Final = ("directorate", "month", "budget", "spent", "share", "sms", "segments", "emails", "folded")


@application.callback()
def notify() -> None:
    """Messages : aperçu, coût, opérateurs. / Notices: a preview, what they cost, what carries them."""


@application.command()
def preview(
    kind: Annotated[Kind | None, typer.Option(help="Only this kind of notice.")] = None,
    medium: Annotated[Medium | None, typer.Option(help="Only over this medium.")] = None,
    language: Annotated[Language | None, typer.Option(help="Only in this language.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of rules, with notifier/templates in it.")] = None,
) -> None:
    """Afficher chaque message avec des faits d'exemple. / Show each notice, set with made-up facts.

    A city's own layouts in notifier/templates/fr and notifier/templates/en go before the packaged ones; a fault in one
    of them is told with file and line. Of a text message its length is told.

    Example: vigie notify preview --kind fire --medium sms --language fr
    """
    with said_plainly():
        layouts = checked_layouts(Settings().people_url, rules or shipped_rules())
    console = Console(highlight=False)
    wanted = product(
        [kind] if kind else list(Kind), [medium] if medium else list(Medium), [language] if language else list(Language)
    )
    for title, text in _set(layouts, wanted):
        console.print(f"[bold]{escape(title)}[/bold]")
        console.print(escape(text), soft_wrap=True)
        console.print()


def _set(layouts: JinjaLayouts, wanted: Iterable[tuple[Kind, Medium, Language]]) -> Iterator[tuple[str, str]]:
    """A title and the text for each notice that there is."""
    for kind, medium, language in wanted:
        there = Medium.EMAIL if medium is Medium.WEBHOOK else medium
        if layout_name(kind, there, language) not in layouts.names:
            continue
        text = layouts.render(kind, medium, sample_facts(kind, language), language)
        yield f"{language.value}  {kind.value}  {medium.value}{_measure(medium, text)}", _whole(text)


def _measure(medium: Medium, text: Text) -> str:
    if medium is not Medium.SMS:
        return ""
    return f"  ({sms_text.measure(text.body).explained()})"


def _whole(text: Text) -> str:
    return f"{text.subject}\n\n{text.body.rstrip()}" if text.subject else text.body


class Form(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@application.command()
def budget(
    month: Annotated[str | None, typer.Option(help="Such as 2026-11, in Paris; by default the present one.")] = None,
    form: Annotated[Form, typer.Option("--format", help="table, csv or json.")] = Form.TABLE,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Ce que chaque direction a dépensé en messages. / What each directorate spent on messages in a month.

    Example: vigie notify budget --month 2026-11 --format csv
    """
    with said_plainly():
        rows = json.loads(OperatorLink.to(url, key_file, None).get("spending", month=month))
    if form is Form.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form is Form.CSV:
        writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        Console().print(_table(rows))


@application.command()
def sms(
    text: Annotated[str, typer.Argument(help="As you would write it.")],
    rules: Annotated[Path | None, typer.Option(help="Folder of rules, whose notifier/budgets.yaml has prices.")] = None,
) -> None:
    """Ce qu'un texte coûterait en SMS. / How many segments a text takes, which letters double its price, and the price.

    Layouts are folded into the cheap alphabet before they go out; the second line says what remains, the last one what
    that costs, to numbers that begin so.

    Example: vigie notify sms "Crue en forêt domaniale"
    """
    typer.echo(sms_text.measure(text).explained())
    sent = sms_text.fit(text)
    if sent != text:
        typer.echo(f"{sent}\n{sms_text.measure(sent).explained()}")
    with said_plainly():
        prices = list(_prices(rules or shipped_rules(), sms_text.measure(sent).segments))
    if prices:
        typer.echo(f"prix / price : {' ; '.join(prices)}")


def _prices(rules: Path, segments: int) -> Iterator[str]:
    """What so many segments cost, by what the number begins with and who carries them; nothing where no price is."""
    file = rules / "notifier" / "budgets.yaml"
    if not file.is_file():
        return
    teams = load_teams(text_of(rules / "teams.yaml"), str(rules / "teams.yaml"))
    for price in load_budgets(text_of(file), str(file), teams.directorates).prices:
        if price.medium == Medium.SMS:
            by = f" ({price.channel})" if price.channel else ""
            yield f"{price.to or 'ailleurs / elsewhere'} {segments * price.amount / MILLIONTHS:.4f} €{by}"


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(*_HEADS)
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: Mapping[str, Any]) -> list[str]:
    folded = ", ".join(f"{cause} {count}" for cause, count in row["folded_by"].items())
    return [
        row["directorate"] or "-",
        "-" if row["budget"] is None else f"{row['budget']:.2f}",
        f"{row['spent']:.2f}",
        "-" if row["share"] is None else f"{row['share']} %",
        *(str(row[name]) for name in ("sms", "segments", "emails")),
        f"{row['folded']} ({folded})" if folded else "0",
    ]
