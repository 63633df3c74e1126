"""Starts an installed RabbitMQ on free ports, in a folder that is gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.wire.servers.finding import debian_package
from tests.wire.servers.keeping import keep_folder
from tests.wire.servers.ports import free_ports, is_open
from tests.wire.servers.starting import child
from tests.wire.waiting import until

_PROGRAM: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_CONFIGURATION: Final = """
listeners.tcp.1 = 127.0.0.1:{port}
mqtt.listeners.tcp.1 = 127.0.0.1:{mqtt_port}
mqtt.allow_anonymous = false
default_user = nobody
default_pass = {nobody}
"""


@dataclass(frozen=True)
class OwnRabbitMQ:
    """Where it listens: for AMQP, for MQTT, for its like (with the secret they share), and its port mapper; its log."""

    port: int
    mqtt_port: int
    node_port: int
    mapper_port: int
    cookie: str
    log: Path


@contextmanager
def own_rabbitmq() -> Iterator[OwnRabbitMQ]:
    """A broker that is about to start; it ends with the context.

    Raises:
        ServerMissing: none is installed, and it can't be.
    """
    program = debian_package("rabbitmq-server", _PROGRAM)
    folder = Path(tempfile.mkdtemp(prefix="vigie-rabbitmq-"))
    port, mqtt_port, node_port, mapper_port = free_ports(4)
    own = OwnRabbitMQ(port, mqtt_port, node_port, mapper_port, secrets.token_hex(16), folder / "server.log")
    keep_folder(str(folder))
    environment = _prepare(folder, own)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        # The server would start one that stays when it ends.
        mapper = ["epmd", "-port", str(own.mapper_port), "-address", "127.0.0.1"]
        ending.enter_context(child(mapper, environment, folder / "epmd.log", signal.SIGKILL))
        until(lambda: is_open(own.mapper_port), 10, "epmd listens")
        # Its script waits for it and so leaves no process behind that nobody has waited for.
        ending.enter_context(child([str(program)], environment, own.log, signal.SIGTERM))
        yield own


def _prepare(folder: Path, own: OwnRabbitMQ) -> Mapping[str, str]:
    cookie = folder / ".erlang.cookie"
    cookie.write_text(own.cookie)
    cookie.chmod(0o400)
    configuration = folder / "rabbitmq.conf"
    configuration.write_text(
        _CONFIGURATION.format(port=own.port, mqtt_port=own.mqtt_port, nobody=secrets.token_hex(16))
    )
    plugins = folder / "enabled_plugins"
    plugins.write_text("[rabbitmq_mqtt].\n")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")},
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(own.mapper_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(configuration),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_NODENAME": "vigie@localhost",
        "RABBITMQ_DIST_PORT": str(own.node_port),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
