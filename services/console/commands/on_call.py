"""``vigie on-call``: who is on call, asked of a running city; and whether the schedules of a folder hold."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from services.console.duty_calendar import Picture
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Span
from services.notifier.domain.on_call.watching import gaps_ahead
from services.notifier.domain.people.team import Teams
from services.notifier.sources.feeds import fetch
from services.notifier.sources.folder import SUBJECTS, read_people
from services.notifier.sources.ical import read_calendar
from shared.civil_time import short_local
from shared.runtime.clock import SystemClock
from shared.runtime.settings import shipped_rules

application: Final = typer.Typer(
    help="Voir qui est d'astreinte, et les trous du planning. / See who is on call, and gaps.", no_args_is_help=True
)


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


Of = Annotated[str, typer.Argument(help="A schedule, or a team that is told by one.")]
At = Annotated[str | None, typer.Option("--at", help="Another moment: '2026-10-25 02:30' by its clocks, or RFC 3339.")]
Days = Annotated[int, typer.Option("--days", min=1, max=400, help="How many days are shown.")]
Format = Annotated[Form, typer.Option("--format", help="text, or json with everything in it.")]


@application.callback()
def group() -> None:
    """Voir qui est d'astreinte, et les trous du planning. / See who is on call, and gaps."""


@application.command()
def who(of: Of, at: At = None, form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Dire qui est d'astreinte. / Say who is on call, until when, and whom to ask next."""
    with said_plainly():
        answer = _ask("who", url, key_file, of=of, at=at)
    _print(answer, form, lambda picture: picture.who(answer))


@application.command()
def shifts(
    of: Of, at: At = None, days: Days = 14, form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE
) -> None:
    """Dessiner le planning. / Draw the shifts of some days, day by day, gaps in red."""
    with said_plainly():
        answer = _ask("shifts", url, key_file, of=of, at=at, days=days)
    _print(answer, form, lambda picture: picture.shifts(answer))


@application.command()
def gaps(
    of: Annotated[str | None, typer.Argument(help="A schedule or a team; by default all schedules.")] = None,
    days: Days = 14,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """Dire quand personne n'est d'astreinte. / Say when nobody is on call. Exit code 1: at some time."""
    with said_plainly():
        answer = _ask("gaps", url, key_file, of=of, days=days)
    _print(answer, form, lambda picture: picture.gaps(answer))
    raise typer.Exit(1 if any(item["gaps"] for item in answer) else 0)


@application.command()
def check(
    rules: Annotated[Path | None, typer.Argument(help="Folder of rules; by default the shipped one.")] = None,
    days: Days = 60,
    offline: Annotated[bool, typer.Option("--offline", help="Don't fetch calendars from elsewhere.")] = False,
) -> None:
    """Vérifier les plannings d'un dossier. / Check a folder's schedules: what is written, calendars, gaps.

    Exit code 0: nothing is wrong; 1: something is, or somebody is missing in the next days.
    """
    folder = rules or shipped_rules()
    with said_plainly():
        teams, roster = read_people(folder)
        found = [_checked(schedule, teams, folder, days, offline) for schedule in roster.schedules.values()]
    Console().print(_closing(roster, teams), highlight=False)
    raise typer.Exit(0 if all(found) else 1)


def _checked(schedule: Schedule, teams: Teams, folder: Path, days: int, offline: bool) -> bool:
    """Say what is wrong with a schedule; whether nothing is."""
    now, console = SystemClock().now(), Console()
    if schedule.feed is not None and (schedule.feed.is_file or not offline):
        plan = read_calendar(fetch(schedule.feed, folder / SUBJECTS), teams.people.values())
        plan.try_out(now)
        schedule = schedule.with_plan(plan)
        for summary in plan.strangers(Span(now, now + timedelta(days=days))):
            words = f"{schedule.id} : « {summary} » ne nomme personne de connu / names nobody known"
            console.print(words, style="yellow", highlight=False, markup=False)
    elif schedule.feed is not None:
        console.print(f"{schedule.id} : agenda non consulté / calendar not fetched", style="yellow", highlight=False)
        return True
    gaps = gaps_ahead(schedule, now, timedelta(days=days))
    for gap in gaps:
        end = "…" if gap.ends_at is None else short_local(gap.ends_at, schedule.zone)
        words = f"{schedule.id} : personne / nobody {short_local(gap.starts_at, schedule.zone)} – {end}"
        console.print(words, style="red", highlight=False)
    return not gaps


def _closing(roster: Roster, teams: Teams) -> str:
    used = sum(bool(teams.told_by(name)) for name in roster.schedules)
    count = len(roster.schedules)
    plural = "" if count == 1 else "s"
    return f"{count} planning{plural}, dont {used} en service / {count} schedule{plural}, {used} in use"


def _print(answer: Any, form: Form, draw: Any) -> None:
    if form is Form.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        draw(Picture(Console()))


def _ask(path: str, url: str, key_file: Path, **wanted: Any) -> Any:
    return json.loads(OperatorLink.to(url, key_file, None).get(f"on-call/{path}", **wanted))
