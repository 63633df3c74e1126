"""``vigie notify``: what notices look like before anybody gets one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from services.console.failing import said_plainly
from services.notifier.checking_layouts import checked_layouts
from services.notifier.domain import sms_text
from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.notification import Kind
from services.notifier.domain.rendering import Text
from services.notifier.domain.samples import sample_facts
from services.notifier.layouts import JinjaLayouts, layout_name
from shared.runtime.settings import Settings, shipped_rules

application: Final = typer.Typer(name="notify", help="Messages : aperçu. / Notices: a preview.", no_args_is_help=True)


@application.callback()
def notify() -> None:
    """Messages : aperçu. / Notices: a preview."""


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
    alphabet = "GSM-7" if sms_text.is_gsm(text.body) else "UCS-2"
    return f"  ({sms_text.length(text.body)} caractères / characters, {alphabet})"


def _whole(text: Text) -> str:
    return f"{text.subject}\n\n{text.body.rstrip()}" if text.subject else text.body
