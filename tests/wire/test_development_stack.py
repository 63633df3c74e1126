"""The secrets that are made for the development stack open the doors of real servers, and no more doors than meant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from shared import bus
from shared.runtime import topology
from shared.runtime.database import open_postgresql
from shared.runtime.migrating import upgrade
from tests.wire.mqtt import gateway
from tests.wire.process import Process, clean_environment
from tests.wire.servers.node import binary
from tests.wire.servers.ports import free_ports
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ, User
from tests.wire.waiting import until

SCRIPT = Path(__file__).resolve().parents[2] / "k8s" / "dev" / "make_secrets.py"
VHOST = DATABASE = "vigie"


@dataclass(frozen=True)
class Stack:
    """Servers as the development stack's would be at their first start."""

    secrets: Path
    rabbitmq: RabbitMQ
    postgresql: PostgreSQL

    def of(self, name: str) -> dict[str, str]:
        """What the Secret of a service holds, with the addresses of these servers."""
        lines = (self.secrets / f"{name}.env").read_text(encoding="utf-8").splitlines()
        entries = dict(line.split("=", 1) for line in lines)
        broker, database = (f"{server.host}:{server.port}" for server in (self.rabbitmq, self.postgresql))
        return {
            key: text.replace("rabbitmq:5672", broker).replace("postgresql:5432", database)
            for key, text in entries.items()
        }


@pytest.fixture
def stack(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Stack]:
    secrets = tmp_path / "secrets"
    subprocess.run([sys.executable, SCRIPT, secrets], check=True, timeout=60)
    definitions = binary((secrets / "rabbitmq-definitions.json").read_text(encoding="utf-8"))
    rabbitmq._node.evaluate(f"ok = rabbit_definitions:import_raw({definitions})", "ok")
    postgresql.make_database(DATABASE)
    postgresql.sql(DATABASE, (secrets / "postgresql-init.sql").read_text(encoding="utf-8"))
    yield Stack(secrets, rabbitmq, postgresql)
    postgresql.drop_database(DATABASE)
    for service in bus.SERVICES:
        postgresql.drop_role(service)
    users = ", ".join(binary(name) for name in (*bus.SERVICES, "administrator", "gateway", "luminaires"))
    rabbitmq._node.evaluate(f'[rabbit_auth_backend_internal:delete_user(U, <<"tests">>) || U <- [{users}]]', "ok")
    rabbitmq.drop_vhost(VHOST)


def test_a_city_starts_with_them_and_each_enters_its_own_rooms_only(stack: Stack, tmp_path: Path) -> None:
    with Connection(stack.of("administrator")["amqp-url"]) as link:
        topology.declare_all(link)
    for service in bus.SERVICES:
        own = stack.of(service)
        with Connection(own["amqp-url"]) as link, pytest.raises(AccessRefused):
            link.default_channel.queue_delete(bus.DEAD_LETTERS)
        database = open_postgresql(own["database-url"], service)
        upgrade(database, f"services.{service}.storage", service)
        database.engine.dispose()
    with psycopg.connect(stack.of("portal")["database-url"]) as link, pytest.raises(psycopg.errors.Error):
        link.execute("SELECT * FROM telemetry.observation")
    _send_by_mqtt(stack)
    _command_a_luminaire(stack)
    _start_telemetry(stack, tmp_path)


def _send_by_mqtt(stack: Stack) -> None:
    who = User("gateway", stack.of("gateway")["password"], VHOST)
    with gateway(stack.rabbitmq, who) as sender:
        sender.publish([("vigie/gemapi/observations", b"{}")])
        sender.publish([("application/1/device/0102030405060708/event/up", b"{}")])
    assert stack.rabbitmq.queue_depths(VHOST)[bus.UPLINKS.queue] == (2, 0)
    thrown_out: list[object] = []
    with _client(stack, "gateway", stack.of("gateway")["password"]) as stranger:
        stranger.on_disconnect = lambda *told: thrown_out.append(told)
        stranger.publish("vigie/luminaires/berge-01/desired", b"dark", qos=1, retain=True)
        until(lambda: thrown_out, 10, "the broker throws out a gateway that commands a luminaire")


def _command_a_luminaire(stack: Stack) -> None:
    """The controller enters by its address over MQTT; what it wants stays for a luminaire that comes later."""
    controller = urlsplit(stack.of(bus.LIGHTING_CONTROLLER)["mqtt-url"])
    heard: list[bytes] = []
    with _client(stack, str(controller.username), str(controller.password)) as sender:
        sender.publish("vigie/luminaires/berge-01/desired", b"{}", qos=1, retain=True).wait_for_publish(10)
    with _client(stack, "luminaires", stack.of("luminaires")["password"]) as luminaire:
        luminaire.on_message = lambda _client, _told, message: heard.append(message.payload)
        luminaire.subscribe("vigie/luminaires/berge-01/desired", qos=1)
        until(lambda: heard == [b"{}"], 10, "the luminaire hears what is wanted")


@contextmanager
def _client(stack: Stack, user: str, password: str) -> Iterator[Client]:
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(f"{VHOST}:{user}", password)
    client.connect(stack.rabbitmq.host, stack.rabbitmq.mqtt_port)
    client.loop_start()
    try:
        until(client.is_connected, 10, f"{user} is let in over MQTT")
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def _start_telemetry(stack: Stack, folder: Path) -> None:
    """As the chart does it: each secret is a file."""
    told = clean_environment()
    for setting, key in {"VIGIE_AMQP_URL": "amqp-url", "VIGIE_DATABASE_URL": "database-url"}.items():
        (folder / setting).write_text(stack.of(bus.TELEMETRY)[key], encoding="utf-8")
        told[f"{setting}_FILE"] = str(folder / setting)
    process = Process(bus.TELEMETRY, 0, free_ports(1)[0], folder / "telemetry.log", told)
    try:
        process.await_ready()
    finally:
        process.kill()


def test_secrets_that_are_there_are_kept(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, tmp_path / "secrets"], check=True, timeout=60)
    before = {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()}
    again = subprocess.run([sys.executable, SCRIPT, tmp_path / "secrets"], check=False, timeout=60, capture_output=True)
    assert again.returncode
    assert {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()} == before
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "secrets").iterdir())
