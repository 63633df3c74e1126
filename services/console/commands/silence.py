"""``vigie silence``: says that nobody is to be told of some alerts for a while, and beforehand what that would hush."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console

from services.console import telling_answers
from services.console.commands.why import Form, Format
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from shared.errors import InputError

application = typer.Typer(
    help="Silences : ce qui ne sera pas annoncé, pour un temps. / Silences: what is not told for a while.",
    no_args_is_help=True,
)

Matchers = Annotated[
    list[str],
    typer.Argument(
        help="rule=gemapi.*, severity!=red, point=~a|b, label.site=x, area, group, site, directorate; all match."
    ),
]
Owner = Annotated[str, typer.Option("--owner", help="A person or team of teams.yaml, reminded before the end.")]
Why = Annotated[str, typer.Option("--reason", "-m", help="Why: for whoever asks why nobody was told.")]
From = Annotated[str | None, typer.Option("--from", help="'2026-10-25 02:30' (Paris) or RFC 3339; by default now.")]
Until = Annotated[str | None, typer.Option("--until", help="When it ends; of a recurring one the last day.")]
Lasts = Annotated[str | None, typer.Option("--for", help="How long, in place of --until: 4 h.")]
Days = Annotated[str | None, typer.Option("--weekdays", help="Recurring: mon,tue,...; with --clock and --until.")]
Clock = Annotated[str | None, typer.Option("--clock", help="Recurring: 22:00-06:00, by the clocks of Paris.")]
Vital = Annotated[bool, typer.Option("--including-vital", help="Also vital alerts, which go on otherwise.")]

Key = Annotated[
    str | None,
    typer.Option("--key", help="Idempotency-Key: the same once more makes no second silence; by default a new one."),
]


def _wanted(
    matchers: list[str],
    owner: str,
    reason: str,
    starts: str | None,
    until: str | None,
    lasts: str | None,
    weekdays: str | None,
    clock: str | None,
    vital: bool,
) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "matchers": matchers,
        "owner": owner,
        "reason": reason,
        "starts_at": starts,
        "lasts": lasts,
        "including_vital": vital,
    }
    if weekdays is None and clock is None:
        return wanted | {"ends_at": until}
    begins, dash, ends = (clock or "").partition("-")
    if not (weekdays and dash and until):
        wanted_too = "--weekdays mon,tue, --clock 22:00-06:00, --until 2027-01-31"
        raise InputError(f"un silence récurrent demande / a recurring silence has {wanted_too}")
    days = [day.strip() for day in weekdays.split(",")]
    return wanted | {"recurring": {"weekdays": days, "from": begins.strip(), "to": ends.strip(), "until": until}}


@application.command()
def add(
    matchers: Matchers,
    owner: Owner,
    reason: Why,
    starts: From = None,
    until: Until = None,
    lasts: Lasts = None,
    weekdays: Days = None,
    clock: Clock = None,
    vital: Vital = False,
    key: Key = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Poser un silence. / Silence alerts.

    Incidents open all the same. What fires still when the silence ends is told then; what ended meanwhile is not.

    Example: vigie silence add rule=dechets.* area=commune-13055 --owner samuel-costa -m "grève" --for "2 d"
    """
    with said_plainly():
        wanted = _wanted(matchers, owner, reason, starts, until, lasts, weekdays, clock, vital)
        once = str(uuid4()) if key is None else key
        done = OperatorLink.to(url, key_file, actor).post_once("notifier/silences", wanted, once)
        telling_answers.silence(Console(), done)


@application.command()
def preview(
    matchers: Matchers,
    owner: Owner,
    reason: Why = "essai / preview",
    starts: From = None,
    until: Until = None,
    lasts: Lasts = None,
    weekdays: Days = None,
    clock: Clock = None,
    vital: Vital = False,
    days: Annotated[int, typer.Option("--days", help="How many days of the past to look at.", min=0, max=400)] = 30,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire ce qu'un silence ferait taire, sans le poser. / Say what a silence would hush, and add none."""
    with said_plainly():
        wanted = _wanted(matchers, owner, reason, starts, until, lasts, weekdays, clock, vital)
        found = OperatorLink.to(url, key_file, None).post("notifier/silence-preview", wanted, days=days)
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            telling_answers.preview(Console(), found, days)


@application.command("list")
def show_all(form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Lister les silences. / Those in force or to come, then the last that are over."""
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("notifier/silences"))
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            telling_answers.silences(Console(), found)


Name = Annotated[str, typer.Argument(help="Id of a silence, such as S-7K3Q.")]


@application.command()
def show(name: Name, form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Montrer un silence et ce qu'il retient. / Show a silence and what it holds back now."""
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get(f"notifier/silences/{name}"))
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            telling_answers.silence(Console(), found)
            telling_answers.alerts(Console(), "Retient / holds back", found["holds"])


@application.command()
def end(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; the audit keeps it.")] = "",
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Mettre fin à un silence. / End a silence; what it held back and fires still is told at once."""
    with said_plainly():
        done = OperatorLink.to(url, key_file, actor).post(f"notifier/silences/{name}/end", {"reason": reason})
        telling_answers.silence(Console(), done)
