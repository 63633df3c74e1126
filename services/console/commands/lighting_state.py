"""``vigie lighting state`` and ``overrides``: what street lights are to do and do, and who holds them."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from services.console import telling_lights
from services.console.commands.why import Form, Format
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, KeyFile, Url


def state(
    group: Annotated[str | None, typer.Argument(help="One group, luminaire by luminaire.")] = None,
    form: Format = Form.TEXT,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
) -> None:
    """L'état des groupes, ou d'un seul. / What each group's calendar plans, what is wanted, by whom, and reported.

    With a group: each luminaire's target (commanded), feedback (the command that it says is in effect) and actual
    light; what decides; what was wanted where the limits of the street cut it, and when they allow more; its faults.

    Example: vigie lighting state berges-huveaune
    """
    with said_plainly():
        found = json.loads(OperatorLink.to(url, key_file, None).get("lighting/state", group=group))
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        elif group is None:
            telling_lights.groups(Console(), found)
        else:
            telling_lights.group(Console(), found[0])


def overrides(form: Format = Form.TEXT, url: Url = URL, key_file: KeyFile = KEY_FILE) -> None:
    """Les commandes en cours : qui, pourquoi, jusqu'à quand. / What holds the lights: rules, operators, emergencies.

    A rule's lasts as long as the rule fires; what it has used of its at_most is lit time. What is beaten, by a
    higher rank or by more light, is told as such: it takes effect again by itself.
    """
    with said_plainly():
        link = OperatorLink.to(url, key_file, None)
        found = {name: json.loads(link.get(f"lighting/{name}")) for name in ("emergencies", "overrides")}
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            groups = json.loads(link.get("lighting/state"))
            telling_lights.overrides(Console(), found["emergencies"], found["overrides"], groups)
