"""``vigie registry install``, ``swap`` and ``retire``: what people do in the street, told to a running city."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from services.console.failing import said_plainly
from services.console.operator_link import OperatorLink
from services.console.operator_options import KEY_FILE, URL, As, KeyFile, Url
from shared.errors import InputError

At = Annotated[str | None, typer.Option(help="A day or a time, 2026-03-01T14:30, in the point's zone; by default now.")]
Model = Annotated[str | None, typer.Option(help="For a device that is not known yet: its model; it is entered.")]
DevEui = Annotated[str | None, typer.Option(help="For a device that is not known yet, with LoRaWAN.")]
SensorHeight = Annotated[str | None, typer.Option(help="Above the zero of the gauge: '4.20 m'.")]
ContainerHeight = Annotated[str | None, typer.Option(help="From the sensor down to the bottom: '180 cm'.")]
DeadZone = Annotated[str | None, typer.Option(help="From the sensor down to the top of a full load: '25 cm'.")]
Offset = Annotated[list[str] | None, typer.Option(help="PROPERTY=AMOUNT, added to its values; may be repeated.")]


def install(
    point: Annotated[str, typer.Argument(help="Where it comes to stand.")],
    device: Annotated[str, typer.Argument(help="The device.")],
    since: At = None,
    model: Model = None,
    dev_eui: DevEui = None,
    sensor_height: SensorHeight = None,
    container_height: ContainerHeight = None,
    dead_zone: DeadZone = None,
    offset: Offset = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Poser un capteur. / Install a device at a point."""
    with said_plainly():
        new = _device(device, model, dev_eui, sensor_height, container_height, dead_zone, offset)
        _done(
            OperatorLink.to(url, key_file, actor).post(
                "registry/install", {"point": point, "device": new, "since": since}
            )
        )


def swap(
    point: Annotated[str, typer.Argument(help="Where.")],
    old: Annotated[str, typer.Argument(help="The device that leaves.")],
    new: Annotated[str, typer.Argument(help="The device that comes.")],
    at: At = None,
    model: Model = None,
    dev_eui: DevEui = None,
    sensor_height: SensorHeight = None,
    container_height: ContainerHeight = None,
    dead_zone: DeadZone = None,
    offset: Offset = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Remplacer un capteur ; l'historique du point continue. / Put a device in another's place; one history.

    The calibration is that of the new device: nothing is taken over from the old one.
    """
    with said_plainly():
        device = _device(new, model, dev_eui, sensor_height, container_height, dead_zone, offset)
        wanted = {"point": point, "old": old, "device": device, "at": at}
        _done(OperatorLink.to(url, key_file, actor).post("registry/swap", wanted))


def retire(
    device: Annotated[str | None, typer.Option(help="A device that is taken away from where it stands.")] = None,
    point: Annotated[str | None, typer.Option(help="A point that is observed no more; no rule selects it.")] = None,
    at: At = None,
    url: Url = URL,
    key_file: KeyFile = KEY_FILE,
    actor: As = None,
) -> None:
    """Déposer un capteur, ou fermer un point. / Take a device away, or retire a point. Their history stays."""
    with said_plainly():
        _done(
            OperatorLink.to(url, key_file, actor).post("registry/retire", {"device": device, "point": point, "at": at})
        )


def _device(
    identifier: str,
    model: str | None,
    dev_eui: str | None,
    sensor_height: str | None,
    container_height: str | None,
    dead_zone: str | None,
    offsets: list[str] | None,
) -> dict[str, Any]:
    return {
        "id": identifier,
        "model": model,
        "dev_eui": dev_eui,
        "sensor_height": _amount(sensor_height),
        "container_height": _amount(container_height),
        "dead_zone": _amount(dead_zone),
        "offsets": dict(_offset(text) for text in offsets or ()),
    }


def _amount(text: str | None) -> float | str | None:
    """A number, or text with a unit; decimals may have a comma."""
    plain = None if text is None else re.sub(r"(?<=\d),(?=\d)", ".", text)
    try:
        return None if plain is None else float(plain)
    except ValueError:
        return plain


def _offset(text: str) -> tuple[str, float | str | None]:
    name, _, amount = text.partition("=")
    if not (name and amount):
        raise InputError(f"--offset: '{text}' is not PROPERTY=AMOUNT, such as level='2 cm'")
    return name, _amount(amount)


def echo_done(done: dict[str, Any]) -> None:
    """Print the revision that something made, and what."""
    typer.echo(f"révision / revision {done['revision']}: {done['in_words']}")


def _done(done: dict[str, Any]) -> None:
    echo_done(done)
    for mount in done["mounts"]:
        typer.echo(f"{mount['device']} @ {mount['point']}: {mount['since']} - {mount['until'] or '...'}")
    for note in done["notes"]:
        typer.echo(f"{note['fr']}\n{note['en']}")
