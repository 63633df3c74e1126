"""``vigie notify carriers`` and ``opt-outs``: what carries notices, what of it fails, and who is texted no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import typer
from rich.console import Console

from services.console.commands.why import Form, Format
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url
from shared.civil_time import short_local


def carriers(form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Les opérateurs de chaque moyen, et leurs pannes. / The carriers of each medium, in order, and their troubles.

    Times are those of Paris. A carrier in trouble is tried last until it has rested.

    Example: vigie notify carriers --format json
    """
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("notifier/carriers"))
        _print(form, found, _carriers(found))


def opt_outs(form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Qui ne reçoit plus de SMS. / Who is texted no more, the oldest first; of a number its last two digits are shown.

    Example: vigie notify opt-outs
    """
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("notifier/opt-outs"))
        _print(form, found, _opt_outs(found))


def _print(form: Form, found: Any, lines: Iterator[str]) -> None:
    if form is Form.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in lines:
        Console().print(line, markup=False, highlight=False, soft_wrap=True)


def _carriers(found: Mapping[str, Any]) -> Iterator[str]:
    for medium, names in found["media"].items():
        yield f"{medium} : {', '.join(names)}"
    if not found["troubles"]:
        yield "Aucune panne. / No trouble."
    for trouble in found["troubles"]:
        times, since = trouble["failures"], _local(trouble["since"])
        yield f"{trouble['channel']} : {times} échec(s) depuis le {since} / {times} failure(s) since {since}"
        if trouble["rests_until"] is not None:
            until = _local(trouble["rests_until"])
            yield f"  essayé en dernier jusqu'au {until} / tried last until {until}"


def _opt_outs(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not found:
        yield "Tout le monde reçoit les SMS. / Everybody gets text messages."
    for each in found:
        yield f"{each['recipient']} ({each['person']}), {each['number']}, depuis le / since {_local(each['at'])}"


def _local(moment: str) -> str:
    return short_local(datetime.fromisoformat(moment))
