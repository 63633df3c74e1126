"""Simulated luminaires in processes of their own, and what can happen to them. Needs no pytest."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any, Final
from urllib.parse import quote

from shared import bus
from tests.wire.platform import Platform
from tests.wire.process import clean_environment
from tests.wire.servers.rabbitmq import RabbitMQ, User
from tests.wire.servers.starting import begin, end

_SESSIONS: Final = "mqtt-subscription-.*"


@dataclass(frozen=True)
class Obeyed:
    """A command that a lamp says it obeyed."""

    luminaire: str
    sequence: int
    level: int


class Lamps:
    """Lamps in one process. A lamp forgets everything when it is killed.

    Args:
        log: of all its lives.
    """

    def __init__(self, url: str, luminaires: Sequence[str], log: Path, *options: str) -> None:
        names = ",".join(luminaires)
        self._command = [sys.executable, "-m", "services.console", "lamps", "--luminaires", names, *options]
        self._environment = {**clean_environment(), "VIGIE_MQTT_URL": url, "PYTHONUNBUFFERED": "1"}
        self._process: Popen[bytes] | None = None
        self.log = log

    def start(self) -> None:
        """Let them have power; returns at once."""
        self._process = begin(self._command, self._environment, self.log)

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        if self._process is not None:
            end(self._process, signal.SIGKILL)
            self._process = None

    def obeyed(self) -> Iterator[Obeyed]:
        """What was obeyed in all lives, in order."""
        for said in self._said():
            if "sequence" in said:
                yield Obeyed(said["luminaire"], said["sequence"], said["level"])

    def alone(self) -> dict[str, int]:
        """The light of each that goes on by itself since it said so, percent."""
        found: dict[str, int] = {}
        for said in self._said():
            if said.get("alone") is True:
                found[said["luminaire"]] = said["light"]
            elif said.get("alone") is False:
                found.pop(said["luminaire"], None)
        return found

    def _said(self) -> Iterator[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return (json.loads(line) for line in lines if line.startswith("{"))


@contextmanager
def lamps(url: str, luminaires: Sequence[str], log: Path, *options: str) -> Iterator[Lamps]:
    """Lamps that are gone with the context; they have power. ``options``: of ``vigie lamps``."""
    made = Lamps(url, luminaires, log, *options)
    made.start()
    try:
        yield made
    finally:
        made.kill()


def mqtt_url(rabbitmq: RabbitMQ, user: User) -> str:
    """Where a user enters over MQTT."""
    name, password = quote(user.mqtt_name, safe=""), quote(user.password, safe="")
    return f"mqtt://{name}:{password}@{rabbitmq.host}:{rabbitmq.mqtt_port}"


def controller_url(platform: Platform) -> str:
    """Where a city's controller enters over MQTT, with its own rights."""
    return mqtt_url(platform.rabbitmq, platform._users[bus.LIGHTING_CONTROLLER])


def lamps_user(rabbitmq: RabbitMQ, vhost: str) -> User:
    """A user of lamps, with the rights that ``docs/luminaires.md`` gives to one."""
    both = rf"^(amq\.topic|{_SESSIONS})$"
    user = rabbitmq.make_user("lamps", vhost, configure=f"^{_SESSIONS}$", write=both, read=both)
    told = r"^vigie\.luminaires\.([^.]+\.(desired|programme)|controller)$"
    rabbitmq.set_topic_rights(user, write=r"^vigie\.luminaires\.[^.]+\.reported$", read=told)
    return user


def cut_mqtt(platform: Platform) -> int:
    """Close every MQTT connection of the broker; how many."""
    closed = 'rabbit_mqtt:close_all_client_connections("cut by a test")'
    number: int = platform.rabbitmq._node.evaluate(f"{{ok, Closed}} = {closed}", "Closed")
    return number
