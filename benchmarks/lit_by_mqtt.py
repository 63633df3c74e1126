"""One zone on a real broker: an emergency, from a person's word until all luminaires have reported that they obey.

RabbitMQ with its MQTT plug-in, PostgreSQL, the registry, the controller with its driver for MQTT, and the luminaires
(``vigie lamps``) are processes of their own on one machine. The limits cut nothing and the gateway has no rate, so that
what binds is the pace of the driver as it is shipped; what that alone takes is told beside.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from kombu import Connection, Exchange, Message, Queue
from nameko.exceptions import UnknownService
from nameko.standalone.rpc import ClusterRpcProxy
from paho.mqtt.client import Client

from benchmarks.machine import processor_seconds
from services.lighting_controller.drivers import WAYS
from services.lighting_controller.drivers.mqtt_line import MqttAddress
from shared import bus
from shared.runtime.settings import Secret, shipped_rules
from tests.wire.lamps import controller_url, lamps, lamps_user, mqtt_url
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.test_mqtt_lamps import LIMITS
from tests.wire.waiting import until

_ZONE: Final = "boulevard"
_CALM, _BRIGHT = 40, 100
_CALENDARS: Final = f"""
default: toujours
calendars:
  - {{id: toujours, title: "{_CALM} % jour et nuit", steps: {{dusk: {_CALM} %, dawn: {_CALM} %}}}}
"""
_AT_LEVEL: Final = (
    "SELECT count(*) FROM lighting_controller.luminaire WHERE feedback = %s AND actual = %s AND sent_level IS NULL"
)
_PATIENCE_S: Final = 300.0
_CALLER: Final = {"id": "operator:benchmark", "directorate": "eclairage", "emergency": True}


@dataclass(frozen=True)
class ByMqtt:
    """An emergency of so many luminaires.

    Attributes:
        seconds: from the call until the controller had seen all of them at the level.
        per_s: commands obeyed and seen in a second of those.
        pace_s: what the pace of the driver alone takes.
        bare_s: for two MQTT clients and an AMQP consumer to say as many messages, answer and hear them.
        processor_s: seconds of the processor meanwhile, by program.
    """

    luminaires: int
    seconds: float
    per_s: float
    pace_s: float
    bare_s: float
    processor_s: dict[str, float]


def measure_by_mqtt(servers: tuple[RabbitMQ, PostgreSQL], folder: Path, number: int) -> ByMqtt:
    """Call an emergency for a zone that is lit dimly, and wait for the light."""
    pace = WAYS["mqtt"].pace
    assert pace is not None, "the driver for MQTT has a pace"
    with _street(servers, folder, number) as (platform, controller, reader):

        def lit(level: int) -> bool:
            found = reader.execute(_AT_LEVEL, (level, level)).fetchone()
            return found == (number,)

        until(lambda: lit(_CALM), _PATIENCE_S, "all are lit dimly")
        services = {controller.pid: "controller"}
        before = processor_seconds(services)
        begun = time.monotonic()
        with ClusterRpcProxy({"AMQP_URI": platform.administrator}, timeout=_PATIENCE_S) as rpc:
            rpc.lighting_controller.call_emergency(
                actor=_CALLER, demand={"groups": [_ZONE], "reason": "essai", "lasts": "4 h", "day": True}
            )
        until(lambda: lit(_BRIGHT), _PATIENCE_S, "all are bright")
        seconds = time.monotonic() - begun
        used = processor_seconds(services) - before
        bare_s = _bare(platform, number)
    return ByMqtt(
        luminaires=number,
        seconds=round(seconds, 2),
        per_s=round(number / seconds, 1),
        pace_s=round(number / pace.per_second, 2),
        bare_s=round(bare_s, 3),
        processor_s={name: round(value, 2) for name, value in sorted(used.items())},
    )


@contextmanager
def _street(
    servers: tuple[RabbitMQ, PostgreSQL], folder: Path, number: int
) -> Iterator[tuple[Platform, Process, psycopg.Connection[tuple[Any, ...]]]]:
    """A registry, a controller and as many lamps, all running; and who may look into the database."""
    names = [f"{_ZONE}-{each:05}" for each in range(number)]
    rules = _write_rules(folder / "rules", names)
    with ExitStack() as ending:
        platform = ending.enter_context(Platform(*servers, folder, rules))
        own = controller_url(platform)
        url = mqtt_url(platform.rabbitmq, lamps_user(platform.rabbitmq, platform.vhost))
        registry = platform.begin(bus.DEVICE_REGISTRY)
        controller = platform.begin(bus.LIGHTING_CONTROLLER, VIGIE_LIGHTING_DRIVER="mqtt", VIGIE_MQTT_URL=own)
        ending.enter_context(lamps(url, names, folder / "lamps.log", "--quiet"))
        for process in (registry, controller):
            process.await_ready()
        reader = ending.enter_context(psycopg.connect(platform.schemas.everything, autocommit=True))
        with ClusterRpcProxy({"AMQP_URI": platform.administrator}, timeout=_PATIENCE_S) as rpc:
            until(lambda: _answers(rpc), _PATIENCE_S, "the controller answers")
        yield platform, controller, reader


def _answers(rpc: Any) -> bool:
    # It says that it is ready a moment before its queue of questions is there.
    try:
        rpc.lighting_controller.summary()
    except UnknownService:
        return False
    return True


def _write_rules(folder: Path, names: list[str]) -> Path:
    for part in ("inventory", "lighting"):
        (folder / part).mkdir(parents=True)
    for name in ("kinds", "teams.yaml", "inventory/directorates.yaml", "inventory/areas"):
        (folder / name).symlink_to(shipped_rules() / name)
    (folder / "lighting" / "limits.yaml").write_text(LIMITS, encoding="utf-8")
    (folder / "lighting" / "calendars.yaml").write_text(_CALENDARS, encoding="utf-8")
    at = {"kind": "luminaire", "directorate": "eclairage", "longitude": 1.4, "latitude": 43.6}
    points = [{"id": name, "title": name, **at} for name in names]
    zone = {"id": _ZONE, "title": {"fr": "Boulevard", "en": "Boulevard"}, "directorate": "eclairage", "points": names}
    (folder / "inventory" / "zone.yaml").write_text(json.dumps({"points": points, "groups": [zone]}), encoding="utf-8")
    return folder


def _bare(platform: Platform, number: int) -> float:
    """Seconds in which a client says so many messages, another answers each, and a consumer on AMQP hears all answers.

    They do nothing else, in this one process.
    """
    user = platform.rabbitmq.make_user("bare", platform.vhost)
    address = MqttAddress.read(Secret(mqtt_url(platform.rabbitmq, user)))
    answers = Queue("bare", Exchange("amq.topic", "topic", passive=True), "bare.reported.#", exclusive=True)
    with ExitStack() as ending:
        link = ending.enter_context(Connection(platform.administrator))
        heard = 0

        def hear(_body: object, message: Message) -> None:
            nonlocal heard
            message.ack()
            heard += 1

        ending.enter_context(link.Consumer(answers, callbacks=[hear], accept=None))
        lamp = ending.enter_context(_client(address, "bare-lamps"))
        subscribed = threading.Event()
        lamp.on_subscribe = lambda *_: subscribed.set()
        lamp.on_message = lambda client, _data, said: client.publish(
            said.topic.replace("desired", "reported"), said.payload, qos=1
        )
        lamp.subscribe("bare/desired/#", qos=1)
        assert subscribed.wait(_PATIENCE_S), "the broker lets a client subscribe"
        caller = ending.enter_context(_client(address, "bare-caller"))
        begun = time.monotonic()
        for each in range(number):
            caller.publish(f"bare/desired/{each}", b'{"level": 100, "ramp_s": 0, "sequence": 1}', qos=1, retain=True)
        while heard < number:
            link.drain_events(timeout=_PATIENCE_S)
        return time.monotonic() - begun


@contextmanager
def _client(address: MqttAddress, name: str) -> Iterator[Client]:
    client = address.client(name, comes_back=False)
    client.max_inflight_messages_set(500)
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        until(client.is_connected, _PATIENCE_S, "the broker lets a client in")
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
