"""``vigie bus``: the exchanges, queues and rights on RabbitMQ."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError as BusAway

from services.console.failing import said_plainly
from shared import bus
from shared.errors import InputError, SettingsError
from shared.runtime import topology
from shared.runtime.settings import Settings

application: Final = typer.Typer(help="Le bus de messages. / The message bus.", no_args_is_help=True)


@application.callback()
def group() -> None:
    """Le bus de messages. / The message bus."""


@application.command()
def declare() -> None:
    """Make every exchange and queue on the broker of VIGIE_AMQP_URL, as an administrator. Safe to repeat."""
    with said_plainly():
        settings = Settings.from_environment(os.environ)
        if settings.amqp_url is None:
            raise SettingsError(["VIGIE_AMQP_URL: needed, of a user who may configure everything"])
        try:
            with Connection(settings.amqp_url.reveal(), connect_timeout=5) as link:
                queues = topology.declare_all(link)
        except (BusAway, AMQPError, OSError) as error:
            raise InputError(f"the broker refused, or is away: {error}") from error
        typer.echo(f"{len(queues)} queues are there")


@application.command()
def rights(
    vhost: Annotated[str, typer.Option(help="The virtual host.")] = "/",
    user: Annotated[str, typer.Option(help="How the user of a service is called.")] = "{service}",
) -> None:
    """Print the commands that give each service's user the least rights."""
    with said_plainly():
        for service in bus.SERVICES:
            given = topology.rights(service)
            patterns = " ".join(f"'{pattern}'" for pattern in (given.configure, given.write, given.read))
            name = user.format(service=service)
            typer.echo(f"rabbitmqctl set_permissions -p {vhost} {name} {patterns}")
            if given.topics is not None:
                exchange = f"{bus.MQTT_EXCHANGE} '{given.topics}' '^$'"
                typer.echo(f"rabbitmqctl set_topic_permissions -p {vhost} {name} {exchange}")
