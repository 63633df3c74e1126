"""``vigie lighting plan``: what a calendar does through a year or a night, printed and drawn."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console

from services.console.failing import said_plainly
from services.console.lighting_files import read_lights
from services.console.lighting_tables import Printed
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, KeyFile
from services.console.text_files import write
from services.console.year_picture import drawn
from services.lighting_controller.domain.calendars.planning import YearPlan, plan_year
from shared.civil_time import PARIS
from shared.errors import InputError
from shared.runtime.clock import SystemClock
from shared.runtime.settings import shipped_rules

_PATH: Final = "lighting/plan"


class Form(StrEnum):
    """How the plan is printed."""

    TEXT = "text"
    JSON = "json"


def plan(
    group: Annotated[str, typer.Argument(help="A group of luminaires.")],
    year: Annotated[int | None, typer.Option(min=2000, max=2099, help="By default this one.")] = None,
    night: Annotated[
        str | None, typer.Option(help="Print this night alone: the date of its evening, 2026-10-24.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the year into this file.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of rules; by default the shipped one.")] = None,
    url: Annotated[str | None, typer.Option(help="Ask a running city instead of a folder: http://HOST:PORT.")] = None,
    key_file: KeyFile = KEY_FILE,
    form: Annotated[Form, typer.Option("--format", help="text, or json with everything in it.")] = Form.TEXT,
) -> None:
    """Le plan d'un groupe sur une année ou une nuit. / What a group's calendar does in a year, or in a night.

    Read from a folder's files, without a running city: so a calendar is seen before it is put into force. With --url it
    is that of a running city. What rules and people override is not in it, nor the floor that a street keeps.

    Examples: vigie lighting plan quais-martigues --svg martigues.svg
              vigie lighting plan vieux-port --night 2026-10-24
    """
    with said_plainly():
        evening = None if night is None else _date(night)
        wanted = _year(year, evening)
        found = _asked(url, key_file, group, wanted) if url else _read(rules or shipped_rules(), group, wanted)
        if form is Form.JSON:
            typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        elif evening is not None:
            Printed(Console()).night(found, evening)
        else:
            Printed(Console()).year(found)
        if svg is not None:
            write(svg, drawn(found))


def _read(folder: Path, group: str, year: int) -> YearPlan:
    lights = read_lights(folder)
    return plan_year(lights.group(group), lights.calendars, year)


def _asked(url: str, key_file: Path, group: str, year: int) -> YearPlan:
    answer = OperatorLink.to(url, key_file, None).get(_PATH, group=group, year=year)
    return msgspec.json.decode(answer, type=YearPlan)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--night : '{text}' n'est pas une date / is no date: 2026-10-24") from error


def _year(year: int | None, evening: date | None) -> int:
    if evening is not None:
        if year not in (None, evening.year):
            raise InputError(f"--night {evening} n'est pas en / is not in {year}")
        return evening.year
    return year or SystemClock().now().astimezone(PARIS).year
