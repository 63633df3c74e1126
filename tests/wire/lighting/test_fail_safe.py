"""Lamps in processes of their own on a real broker: cut off they follow their programme, then again what is wanted."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from kombu import Connection
from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from services.lighting_controller.domain.calendars.loading_calendars import load_calendars
from services.lighting_controller.domain.commanding.driver import FailSafe
from services.lighting_controller.domain.commanding.kept_programme import KeptProgramme, KeptStep, nights_of
from services.lighting_controller.domain.envelope.limits import survey
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.drivers.mqtt import MqttDriver
from services.lighting_controller.drivers.mqtt_line import MqttAddress, MqttLine
from services.lighting_controller.drivers.mqtt_messages import (
    BEAT_TOPIC,
    programme_topic,
    read_beat,
    read_uploaded,
)
from shared import bus
from shared.model.registry import Group, Inventory, Point, Text
from shared.runtime import topology
from shared.runtime.settings import Secret, shipped_rules
from tests.unit.services.lighting_controller.drivers.contract import command
from tests.wire.lamps import Lamps, lamps, lamps_user, mqtt_url
from tests.wire.lighting.cable import Cable, cable
from tests.wire.lighting.heard import HeardQueue
from tests.wire.platform import Platform
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.test_mqtt_lamps import STREETS, City, write_rules
from tests.wire.waiting import until

PATIENCE_S: Final = 40.0
ALONE_AFTER: Final = "3 s"
QUAY, STREET = ("quai.1", "quai.2"), ("rue-1", "rue-2")


class Controller:
    """The driver for MQTT with the rights of the controller, and a beat as long as it lives."""

    def __init__(self, url: str, queue: HeardQueue) -> None:
        self.driver = MqttDriver(MqttLine(MqttAddress.read(Secret(url))), queue)
        self._turn = threading.Lock()
        self._gone, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat_for_ever, daemon=True)
        self._thread.start()

    def send(self, levels: Mapping[str, int], sequence: int) -> None:
        now = datetime.now(UTC)
        with self._turn:
            self.driver.send([command(lamp, level, sequence) for lamp, level in levels.items()], now)

    def upload(self, levels: Mapping[str, int]) -> None:
        """Give each a programme that has one level."""
        now = datetime.now(UTC)
        step, until_then = now - timedelta(hours=1), now + timedelta(days=7)
        with self._turn:
            self.driver.upload(
                [KeptProgramme(lamp, (KeptStep(step, level),), until_then) for lamp, level in levels.items()], now
            )

    def await_reports(self, **levels: int) -> None:
        """Return when the lamps of ``quay`` and ``street`` report these levels.

        Raises:
            TimeoutError: they don't.
        """
        streets = {"quay": QUAY, "street": STREET}
        wanted = {lamp: (level, level) for name, level in levels.items() for lamp in streets[name]}
        until(lambda: self._seen(wanted) == wanted, PATIENCE_S, f"{wanted}", lambda: self._seen(wanted))

    def go(self) -> None:
        """Be silent."""
        self._gone.set()

    def come(self) -> None:
        """Be there again."""
        self._gone.clear()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        self.driver.rest()

    def _beat_for_ever(self) -> None:
        while not self._ended.wait(0.5):
            if not self._gone.is_set():
                with self._turn:
                    self.driver.beat(datetime.now(UTC))

    def _seen(self, wanted: Mapping[str, Any]) -> Mapping[str, tuple[int | None, int | None]]:
        reports = self.driver.reports(list(wanted), datetime.now(UTC))
        return {report.luminaire: (report.feedback, report.actual) for report in reports}


class Quarter:
    """A controller, a quay behind a cable, and a street beside it."""

    def __init__(self, controller: Controller, wire: Cable, quay: Lamps, street: Lamps) -> None:
        self.controller, self.cable, self.quay, self.street = controller, wire, quay, street


@pytest.fixture
def quarter(rabbitmq: RabbitMQ, vhost: str, tmp_path: Path) -> Iterator[Quarter]:
    """A quarter whose lamps do 20 % and keep a programme of 35 %."""
    with Connection(rabbitmq.amqp_url(rabbitmq.make_user("administrator", vhost))) as link:
        topology.declare_all(link)
    given = topology.rights(bus.LIGHTING_CONTROLLER)
    user = rabbitmq.make_user(bus.LIGHTING_CONTROLLER, vhost, given.configure, given.write, given.read)
    assert given.topics is not None
    rabbitmq.set_topic_rights(user, write=given.topics, read="^$")
    url = mqtt_url(rabbitmq, lamps_user(rabbitmq, vhost))
    with ExitStack() as ending, Connection(rabbitmq.amqp_url(rabbitmq.make_user("reader", vhost))) as link:
        wire = ending.enter_context(cable(rabbitmq.host, rabbitmq.mqtt_port))
        behind = url.replace(f"{rabbitmq.host}:{rabbitmq.mqtt_port}", f"127.0.0.1:{wire.port}")
        option = ("--alone-after", ALONE_AFTER)
        quay = ending.enter_context(lamps(behind, QUAY, tmp_path / "quay.log", *option))
        street = ending.enter_context(lamps(url, STREET, tmp_path / "street.log", *option))
        controller = Controller(mqtt_url(rabbitmq, user), HeardQueue(link))
        ending.callback(controller.end)
        controller.upload(dict.fromkeys(QUAY + STREET, 35))
        controller.send(dict.fromkeys(QUAY + STREET, 20), 1)
        controller.await_reports(quay=20, street=20)
        yield Quarter(controller, wire, quay, street)


@pytest.mark.slow
def test_lamps_whose_cable_is_cut_follow_their_programme_and_then_what_is_wanted(quarter: Quarter) -> None:
    quarter.cable.cut()
    until(lambda: quarter.quay.alone() == dict.fromkeys(QUAY, 35), PATIENCE_S, "the quay is alone", quarter.quay.alone)
    assert quarter.street.alone() == {}
    quarter.controller.await_reports(street=20)
    quarter.controller.send(dict.fromkeys(QUAY, 70), 2)
    quarter.cable.mend()
    quarter.controller.await_reports(quay=70, street=20)
    until(lambda: quarter.quay.alone() == {}, PATIENCE_S, "the quay is not alone", quarter.quay.alone)


@pytest.mark.slow
def test_lamps_whose_controller_is_gone_follow_their_programme_also_when_their_power_returns(quarter: Quarter) -> None:
    quarter.controller.go()
    quarter.controller.await_reports(quay=35, street=35)
    quarter.quay.kill()
    quarter.quay.start()
    # What is retained is a level of a controller that is gone: its age says so.
    quarter.controller.upload(dict.fromkeys(QUAY, 45))
    quarter.controller.await_reports(quay=45, street=35)
    quarter.controller.come()
    quarter.controller.await_reports(quay=20, street=20)


class Subscriber:
    """A client that notes what is on some topics."""

    def __init__(self, rabbitmq: RabbitMQ, url: str, topics: list[str]) -> None:
        self.seen: dict[str, bytes] = {}
        self.times = Counter[str]()
        address = MqttAddress.read(Secret(url))
        self.client = Client(CallbackAPIVersion.VERSION2, client_id="subscriber", protocol=MQTTv311)
        self.client.username_pw_set(address.user, address.password.reveal() if address.password else None)
        self.client.on_connect = lambda client, *_: client.subscribe([(topic, 1) for topic in topics])
        self.client.on_message = self._note
        self.client.connect(rabbitmq.host, rabbitmq.mqtt_port)
        self.client.loop_start()

    def _note(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self.seen[message.topic] = bytes(message.payload)
        self.times[message.topic] += 1

    def end(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.mark.slow
def test_controller_in_a_process_leaves_programmes_and_its_beat_at_the_broker(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    rules = write_rules(tmp_path / "rules")
    names = [lamp for members in STREETS.values() for lamp in members]
    with Platform(rabbitmq, postgresql, tmp_path, rules) as platform, ExitStack() as ending:
        city = City(platform, tmp_path, ending)
        url = mqtt_url(rabbitmq, city.lamps_user)
        topics = [BEAT_TOPIC, *map(programme_topic, names)]
        subscriber = Subscriber(rabbitmq, url, topics)
        ending.callback(subscriber.end)
        until(lambda: len(subscriber.seen) == len(topics), PATIENCE_S, "all is retained", subscriber.seen.keys)
        beat = read_beat(subscriber.seen[BEAT_TOPIC])
        assert timedelta() <= datetime.now(UTC) - beat < timedelta(minutes=2)
        wanted = programmes(rules, datetime.now(UTC))
        assert {name: read_uploaded(name, subscriber.seen[programme_topic(name)]) for name in names} == wanted
        assert city.controller.terminate().code == 0
        assert {subscriber.times[programme_topic(name)] for name in names} == {1}


def programmes(rules: Path, now: datetime) -> dict[str, KeptProgramme]:
    """What the calendars of a rules folder and the shipped limits say, worked out here."""
    calendars = load_calendars((rules / "lighting" / "calendars.yaml").read_text(encoding="utf-8"), "calendars.yaml")
    held = json.loads((rules / "inventory" / "rues.yaml").read_text(encoding="utf-8"))
    points = tuple(Point(**point) for point in held["points"])
    groups = tuple(Group(**(group | {"title": Text(**group["title"])})) for group in held["groups"])
    inventory = Inventory(points=points, groups=groups)
    limits = load_limits((shipped_rules() / "lighting" / "limits.yaml").read_text(encoding="utf-8"), "limits.yaml")
    road = survey(limits, inventory).class_of
    return {
        lamp: nights_of([group], calendars, road(lamp), now).of(lamp)
        for group in groups_in(inventory)
        for lamp in group.luminaires
    }


def test_driver_for_mqtt_is_one_whose_lamps_go_on_by_themselves() -> None:
    line = MqttLine(MqttAddress.read(Secret("mqtt://u:p@127.0.0.1:1")))
    unused: Any = None
    assert isinstance(MqttDriver(line, unused), FailSafe)
