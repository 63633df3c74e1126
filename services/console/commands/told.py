"""``vigie why-told`` and ``vigie why-not-told``: asks a running city who was told of an incident, and who was not."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from services.console import telling_answers
from services.console.commands.rules_explain import Languages
from services.console.commands.why import Form, Format, Lang
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url


def why_told(
    what: Annotated[str, typer.Argument(help="Code of an incident (V-7K3Q), or id of an incident or notification.")],
    lang: Lang = Languages.BOTH,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire pourquoi on a été prévenu. / Say who was told of an incident, when and why, decision by decision.

    Example: vigie why-told V-7K3Q
    """
    with said_plainly():
        answer = _ask("why-told", url, key_file, what=what)
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        telling_answers.why_told(Console(), lang, answer)


def why_not_told(
    person: Annotated[str, typer.Argument(help="Id of a person in teams.yaml.")],
    incident: Annotated[str | None, typer.Option("--incident", help="Its code or id.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Or a rule, with --point: its last alert there.")] = None,
    point: Annotated[str | None, typer.Option("--point", help="A point, or a group such as area:huveaune.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="Until then: '2026-10-25 02:30' (Paris), or RFC 3339.")] = None,
    lang: Lang = Languages.BOTH,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire pourquoi quelqu'un n'a pas été prévenu. / Say why somebody was not told.

    Example: vigie why-not-told camille-roux --rule gemapi.huveaune.alerte --point aubagne
    """
    with said_plainly():
        wanted = {"incident": incident, "rule": rule, "point": point, "at": at}
        answer = _ask("why-not-told", url, key_file, person=person, **wanted)
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        telling_answers.why_not_told(Console(), lang, answer)


def _ask(path: str, url: str, key_file: KeyFile, **wanted: str | None) -> Any:
    return json.loads(OperatorLink.to(url, key_file, None).get(f"notifier/{path}", **wanted))
