"""``vigie lighting override``, ``resume``, ``emergency``: orders to street lights, shown before they are given."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from services.console import telling_lights, telling_previews
from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from shared.errors import InputError
from shared.units import UnitError, parse_duration, parse_quantity

Group = Annotated[str, typer.Argument(help="Id of a group: vigie lighting state lists them.")]
Why = Annotated[str, typer.Option("--reason", "-m", help="Why: for the audit, and for whoever asks.")]
Until = Annotated[str | None, typer.Option("--until", help="'2026-10-25 02:30' (Paris) or RFC 3339.")]
From = Annotated[str | None, typer.Option("--from", help="As --until; by default now.")]
Ramp = Annotated[str | None, typer.Option("--ramp", help="In how long the level is reached: '30 s'.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would be done, and order nothing.")]

_FILES: Final = (".geojson", ".json")


def override(
    group: Group,
    level: Annotated[list[str], typer.Argument(help="60 %, 60% or 60.")],
    reason: Why,
    lasts: Annotated[str | None, typer.Option("--for", help="How long, in place of --until: '2 h', 2h.")] = None,
    until: Until = None,
    starts: From = None,
    ramp: Ramp = None,
    day: Annotated[bool, typer.Option("--day", help="Also while the calendar has the group unlit.")] = False,
    preview: Preview = False,
    yes: Yes = False,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Commander un groupe pour un temps. / Hold a group at a level for a while; it returns by itself.

    First it shows which luminaires would change and in which minute the limits of the streets let them, what the order
    beats and what beats it; then it asks (--preview: it doesn't, and nothing is ordered). An emergency
    beats an operator, an operator beats rules, these beat the calendar; of two operators the brighter wins. It acts
    while the calendar has the group lit, and with --day always. --for is time that passes, whatever is done to the
    clocks in that night. Limits of safety still apply.

    Example: vigie lighting override berges-huveaune 60 % --for "2 h" --reason "tournage quai des Dames"
    """
    with said_plainly():
        link = OperatorLink.to(url, key_file, actor)
        wanted: dict[str, Any] = {"group": group, "level": _level(level), "day": day}
        wanted |= _times(reason, starts, until, lasts, ramp)
        telling_previews.preview(Console(), link.post("lighting/override-preview", wanted))
        if preview or not (yes or typer.confirm("Commander ? / Order?")):
            return
        done = link.post("lighting/overrides", wanted | {"key": _key()})
        typer.echo(
            f"commande / override {done['override']}\nfin avant l'heure / to end it: vigie lighting resume {group}"
        )


def resume(
    group: Group,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; the audit keeps it.")] = "",
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Rendre un groupe à son calendrier et aux règles. / End what persons ordered of a group, also what is to come."""
    with said_plainly():
        done = OperatorLink.to(url, key_file, actor).post("lighting/resume", {"group": group, "reason": reason})
        number = len(done["ended"])
        typer.echo(
            f"{number} commande(s) terminée(s) / override(s) ended" if number else "Rien à terminer. / None to end."
        )


def emergency(
    reason: Why,
    where: Annotated[str | None, typer.Argument(help="An area of the registry, or a file: polygon.geojson.")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="A whole group; may be repeated.")] = None,
    level: Annotated[str, typer.Option("--level", help="100 % unless said otherwise.")] = "100 %",
    lasts: Annotated[
        str | None, typer.Option("--for", help="How long: 4 h unless said otherwise, at most 24 h.")
    ] = None,
    until: Until = None,
    starts: From = None,
    ramp: Ramp = None,
    day: Annotated[bool, typer.Option("--day", help="By day too; at night it lights in any case.")] = False,
    preview: Preview = False,
    yes: Yes = False,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Urgence : éclairer une zone. / Light a part of the city for the fire brigade, or in a flood.

    It beats operators, rules and a switch-off at night, in groups of all directorates, and ends by itself. It lights
    each luminaire inside the area or polygon, whichever groups that cuts. The audit keeps who asked and why.

    Example: vigie lighting emergency huveaune --for "4 h" --reason "crue, cellule de crise" --as cellule-crue

    Example: vigie lighting emergency incendie.geojson --reason "feu de hangar, marins-pompiers"
    """
    with said_plainly():
        link = OperatorLink.to(url, key_file, actor)
        wanted = _where(where) | {"groups": groups or [], "level": _level([level]), "day": day}
        wanted |= _times(reason, starts, until, lasts, ramp)
        telling_previews.preview(Console(), link.post("lighting/emergency-preview", wanted))
        if preview or not (yes or typer.confirm("Déclarer l'urgence ? / Call the emergency?")):
            return
        done = link.post("lighting/emergencies", wanted | {"key": _key()})
        typer.echo(
            f"urgence / emergency {done['emergency']}, {done['luminaires']} luminaires\n"
            f"fin / to end it: vigie lighting emergency-end {done['emergency']}"
        )


Name = Annotated[str, typer.Argument(help="Id of an emergency, such as E-7K3QX2M.")]


def renew(
    name: Name,
    reason: Why,
    lasts: Annotated[str | None, typer.Option("--for", help="From now: 4 h unless said otherwise.")] = None,
    until: Until = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Prolonger une urgence. / Let an emergency last longer, counted from now; or end sooner."""
    with said_plainly():
        wanted = {"reason": reason, "lasts": lasts, "expiration": until}
        done = OperatorLink.to(url, key_file, actor).post(f"lighting/emergencies/{name}/renew", wanted)
        telling_lights.emergency(Console(), done)


def end(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; the audit keeps it.")] = "",
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Mettre fin à une urgence. / End an emergency before its time."""
    with said_plainly():
        done = OperatorLink.to(url, key_file, actor).delete(f"lighting/emergencies/{name}", reason=reason)
        telling_lights.emergency(Console(), done)


def _times(reason: str, starts: str | None, until: str | None, lasts: str | None, ramp: str | None) -> dict[str, Any]:
    times: dict[str, Any] = {"reason": reason, "start": starts, "expiration": until, "lasts": lasts}
    if lasts is not None:
        _duration("--for", lasts)
    return times | ({} if ramp is None else {"ramp_s": _duration("--ramp", ramp)})


def _duration(option: str, text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except UnitError as error:
        raise InputError(
            f"{option} : entre guillemets s'il y a une espace / in quotes with a blank: {error}"
        ) from error


def _level(words: list[str]) -> int:
    text = " ".join(words)
    try:
        quantity = parse_quantity(text)
        if quantity.unit in ("%", "1") and quantity.value.is_integer():
            return int(quantity.value)
    except UnitError:
        pass
    raise InputError(
        f"'{text}' n'est pas un niveau, comme 60 % ; une durée avec une espace va entre guillemets : --for \"2 h\" / "
        "is no level such as 60 %; a duration with a blank stands in quotes"
    )


def _where(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    file = Path(text)
    if file.suffix.lower() not in _FILES:
        return {"area": text}
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file} ne peut être lu ({error.strerror}) / can't be read") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{file}:{error.lineno}:{error.colno}: pas du JSON / is no JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} n'est pas de l'UTF-8 / is not UTF-8 text") from error
    if not isinstance(read, dict):
        raise InputError(f"{file}:1:1: pas du GeoJSON / is no GeoJSON: an object with a type is wanted")
    return {"polygon": read}


def _key() -> str:
    """Whoever repeats the request on its way orders nothing twice."""
    return str(uuid.uuid4())
