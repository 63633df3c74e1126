"""``vigie lamps``: simulated luminaires as an MQTT client, for trials and for who builds real ones."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from services.console.failing import said_plainly
from services.console.fleet import Fleet, named
from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from shared.errors import InputError
from shared.runtime.settings import Secret
from shared.units import UnitError, parse_duration

_TICK_S: Final = 0.2


def lamps(
    mqtt_url: Annotated[
        str, typer.Option(envvar="VIGIE_MQTT_URL", help="The broker: mqtt://user:password@host:1883, or mqtts://...")
    ],
    luminaires: Annotated[str | None, typer.Option(help="Ids of points, with commas: berge-01,berge-02")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="So many, with ids from --prefix and a number.")] = None,
    prefix: Annotated[str, typer.Option(help="What the ids begin with, with --count.")] = "lamp-",
    report_every: Annotated[str, typer.Option(help="How often each reports though nothing changed.")] = "1 min",
    alone_after: Annotated[
        str, typer.Option(help="Follow the programme when nothing was heard of the controller for so long.")
    ] = "10 min",
    quiet: Annotated[bool, typer.Option("--quiet", help="Don't print the commands that are obeyed.")] = False,
) -> None:
    """Des luminaires simulés sur MQTT. / Simulated luminaires over MQTT, until Ctrl-C.

    Each subscribes to vigie/luminaires/ID/desired, where the controller (VIGIE_LIGHTING_DRIVER=mqtt) keeps what it is
    to do as a retained message, obeys with the ramp that is asked, and tells on vigie/luminaires/ID/reported what it
    does: at each command, at each change of its light, and every minute. An older command than the last is passed over.

    A lamp keeps its programme (vigie/luminaires/ID/programme) and follows it when it hears nothing of the controller
    for ten minutes; without one it burns at 100 %. It forgets everything when the process ends. Each command that is
    obeyed is printed as a line of JSON, and each lamp that goes on by itself, or does no more.

    Example: vigie lamps --mqtt-url mqtt://lamps:PASSWORD@127.0.0.1:1883 --luminaires berge-01,berge-02
    """
    with said_plainly():
        address, wanted = MqttAddress.read(Secret(mqtt_url)), named(luminaires, count, prefix)
        every, alone = _duration("--report-every", report_every), _duration("--alone-after", alone_after)
        told, tell_alone = ((lambda *_: None),) * 2 if quiet else (_print, _print_alone)
        fleet = Fleet(address, wanted, _now, told, every, alone, tell_alone)
        with _until_signalled() as signalled:
            fleet.begin()
            try:
                while not signalled:
                    fleet.tick()
                    time.sleep(_TICK_S)
            finally:
                fleet.end()


def _duration(option: str, text: str) -> timedelta:
    try:
        return parse_duration(text)
    except UnitError as error:
        raise InputError(f"{option}: {error}") from error


def _now() -> datetime:
    return datetime.now(UTC)


def _print(luminaire: str, command: Command) -> None:
    told = {"luminaire": luminaire, "sequence": command.sequence, "level": command.level, "ref": command.ref}
    typer.echo(json.dumps(told))


def _print_alone(luminaire: str, alone: bool, level: int | None) -> None:
    typer.echo(json.dumps({"luminaire": luminaire, "alone": alone, "light": level}))


@contextmanager
def _until_signalled() -> Iterator[list[int]]:
    """A list that is no longer empty after Ctrl-C or SIGTERM."""
    seen: list[int] = []
    before = {
        wanted: signal.signal(wanted, lambda number, _: seen.append(number))
        for wanted in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
