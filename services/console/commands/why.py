"""``vigie why`` and ``vigie why-not``: asks a running city for its reasons."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from services.console.answers import Printer
from services.console.commands.rules_explain import Languages
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink, Refused
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url

_CODE: Final = re.compile(r"[Vv]-[0-9A-Za-z]{4}")
_MOST_ALERTS: Final = 5
_NOT_FOUND: Final = 404


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


Lang = Annotated[Languages, typer.Option("--lang", help="fr, en, or both.")]
Format = Annotated[Form, typer.Option("--format", help="text, or json with everything in it.")]


def why(
    alert: Annotated[
        str,
        typer.Argument(
            help="The code of a message (V-A77A); id of an alert, or its beginning; or, with a point, id of a rule."
        ),
    ],
    point: Annotated[str | None, typer.Argument(help="A point or a group: the newest alert of the rule there.")] = None,
    lang: Lang = Languages.BOTH,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire pourquoi une alerte est, ou était, déclenchée. / Say why an alert fires, or did.

    The rule in words; what was compared when it began, with the values of then; who was told, and which lamps were
    lit; which observation brought it about; what holds now, and what is missing for it to end.

    A code stands for all alerts of its incident: the first five are told, those that fire before the others.

    Examples: vigie why V-A77A; vigie why 3f2a91c0; vigie why gemapi.huveaune.alerte aubagne
    """
    with said_plainly():
        if point is None and _CODE.fullmatch(alert):
            _why_incident(OperatorLink.to(url, key_file, None), alert, Printer(Console(), lang), form)
            return
        wanted = {"alert": alert} if point is None else {"rule": alert, "point": point}
        answer = _ask("why", url, key_file, **wanted)
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        Printer(Console(), lang).why(answer)


def why_not(
    rule: Annotated[str, typer.Argument(help="Id of the rule.")],
    point: Annotated[str, typer.Argument(help="A point, or a group such as area:huveaune.")],
    at: Annotated[
        str | None, typer.Option("--at", help="An earlier moment: '2026-10-25 02:30' (Paris), or RFC 3339.")
    ] = None,
    lang: Lang = Languages.BOTH,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire pourquoi une règle ne se déclenche pas. / Say why a rule does not fire at a point.

    Each comparison with its values, its truth and since when; and what is missing: how far below its threshold, how
    much of its duration, which reading is too old or doubtful, what it gives way to, what the point lacks to be
    watched at all. Of an earlier moment, what was observed until then is played again.

    Example: vigie why-not gemapi.huveaune.alerte aubagne --at '2026-10-25 02:30'
    """
    with said_plainly():
        answer = _ask("why-not", url, key_file, rule=rule, point=point, at=at)
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        Printer(Console(), lang).why_not(answer)


def _ask(path: str, url: str, key_file: KeyFile, **wanted: str | None) -> Any:
    return json.loads(OperatorLink.to(url, key_file, None).get(f"rules/{path}", **wanted))


def _why_incident(link: OperatorLink, code: str, printer: Printer, form: Form) -> None:
    """Ask why each alert of an incident fires: people are told codes, and the engine knows alerts."""
    incident = json.loads(link.get(f"rules/incidents/{code.upper()}"))
    asked = incident["alerts"] if form is Form.JSON else incident["alerts"][:_MOST_ALERTS]
    answers = {each["alert"]: _why_alert(link, each["alert"]) for each in asked}
    if form is Form.JSON:
        typer.echo(json.dumps({"incident": incident, "why": list(answers.values())}, ensure_ascii=False, indent=2))
    else:
        printer.incident(incident, answers)


def _why_alert(link: OperatorLink, alert: str) -> Any | None:
    """The engine's answer; None: it has decided no such alert, as of those about rules that were set aside."""
    try:
        return json.loads(link.get("rules/why", alert=alert))
    except Refused as refused:
        if refused.status == _NOT_FOUND:
            return None
        raise
