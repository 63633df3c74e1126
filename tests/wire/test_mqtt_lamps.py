"""Lamps that are clients of their own, killed and cut, and a controller that is killed: all end at their target."""

from __future__ import annotations

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from kombu import Connection
from nameko.standalone.rpc import ClusterRpcProxy

from services.lighting_controller.drivers.mqtt_messages import desired_topic, reported_topic
from shared import bus
from shared.model.alerts import Criticality
from shared.model.lighting import LightingAct, LightingRequested
from shared.model.message import encode
from shared.runtime.confirming import Confirming
from shared.runtime.message_store import OutboxRow
from shared.runtime.settings import shipped_rules
from tests.wire.lamps import Lamps, cut_mqtt, lamps, lamps_user, mqtt_url
from tests.wire.mqtt import gateway
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

PATIENCE_S: Final = 60.0
STREETS: Final = {"quai": ("quai-1", "quai-2", "quai-3"), "rue": ("rue-1", "rue-2"), "place": ("place.1", "place.2")}
LIMITS: Final = """
classes:
  P6: {floor: 0 %, step: 100 %, ramp: 0 s, dwell: 0 s, share: 100 %}
default: P6
"""
"""They cut nothing: what is looked at here is whether commands arrive, and nobody waits a minute for a share."""
OPERATOR: Final = {"id": "operator:lucie", "directorate": "eclairage"}


def write_rules(folder: Path) -> Path:
    """A rules folder with the streets' lamps and no rules; the folder."""
    (folder / "inventory").mkdir(parents=True)
    (folder / "lighting").mkdir()
    shipped = ("kinds", "lighting/calendars.yaml", "teams.yaml", "inventory/directorates.yaml", "inventory/areas")
    for name in shipped:
        (folder / name).symlink_to(shipped_rules() / name)
    (folder / "lighting" / "limits.yaml").write_text(LIMITS, encoding="utf-8")
    points = [
        {"id": lamp, "title": lamp, "kind": "luminaire", "directorate": "eclairage", "longitude": 1.4, "latitude": 43.6}
        for street in STREETS.values()
        for lamp in street
    ]
    groups = [
        {"id": street, "title": {"fr": street, "en": street}, "directorate": "eclairage", "points": list(members)}
        for street, members in STREETS.items()
    ]
    text = json.dumps({"points": points, "groups": groups}, ensure_ascii=False)
    (folder / "inventory" / "rues.yaml").write_text(text, encoding="utf-8")
    return folder


class City:
    """A registry, a controller and one process of lamps for each street.

    Attributes:
        streets: the lamps of each street.
    """

    def __init__(self, platform: Platform, folder: Path, ending: ExitStack) -> None:
        self.platform = platform
        # Made before any process runs: what users there are is not looked at while clients come and go.
        self.administrator = platform.administrator
        own = mqtt_url(platform.rabbitmq, platform._users[bus.LIGHTING_CONTROLLER])
        self.lamps_user = lamps_user(platform.rabbitmq, platform.vhost)
        url = mqtt_url(platform.rabbitmq, self.lamps_user)
        self._settings = {"VIGIE_LIGHTING_DRIVER": "mqtt", "VIGIE_MQTT_URL": own}
        begun = (platform.begin(bus.DEVICE_REGISTRY), self.begin_controller())
        self.streets: dict[str, Lamps] = {
            street: ending.enter_context(lamps(url, members, folder / f"{street}.log"))
            for street, members in STREETS.items()
        }
        for process in begun:
            process.await_ready()
        self.controller = begun[1]

    def begin_controller(self) -> Process:
        """Start a controller and don't wait."""
        return self.platform.begin(bus.LIGHTING_CONTROLLER, **self._settings)

    def shown(self) -> dict[str, tuple[int | None, int | None, int | None]]:
        """Target, feedback and light of each lamp, as the controller shows them."""
        with ClusterRpcProxy({"AMQP_URI": self.administrator}, timeout=PATIENCE_S) as rpc:
            groups = rpc.lighting_controller.state()["groups"]
        seen = [item for group in groups for item in group["luminaires"]]
        return {item["luminaire"]: (item["target"], item["feedback"], item["actual"]) for item in seen}

    def await_levels(self, **levels: int) -> None:
        """Return when all lamps of these streets do as they should, and show it.

        Raises:
            TimeoutError: they don't.
        """
        wanted = {lamp: (level,) * 3 for street, level in levels.items() for lamp in STREETS[street]}
        until(lambda: wanted.items() <= self.shown().items(), PATIENCE_S, f"{levels}", self.shown)

    def override(self, street: str, level: int) -> None:
        """A person overrides a street."""
        until_then = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        demand = {"group": street, "level": level, "reason": "essai", "expiration": until_then, "day": True}
        with ClusterRpcProxy({"AMQP_URI": self.administrator}, timeout=PATIENCE_S) as rpc:
            rpc.lighting_controller.override(OPERATOR, demand)

    def hold(self, street: str, level: int) -> None:
        """A rule holds a street; whether the controller lives or not."""
        now = datetime.now(UTC)
        request = LightingRequested(
            override=f"rule-{street}", act=LightingAct.HOLD, alert="a1", rule="essai.crue", owner="gemapi",
            criticality=Criticality.VITAL, group=street, level=level, reason="crue", at=now,
            lease_until=now + timedelta(hours=1), day=True,
        )  # fmt: skip
        event = bus.LIGHTING_REQUESTED
        row = OutboxRow(1, str(uuid.uuid4()), event.name, event.name, encode(request), time.time())
        with Connection(self.administrator) as link:
            channel = Confirming(link)
            channel.publish(row)
            channel.wait()

    def counted(self, outcome: str) -> float:
        """How many reports had an outcome, at the controller that lives."""
        name = f'vigie_lighting_controller_reports_total{{outcome="{outcome}"}} '
        lines = [line for line in self.controller.metrics().splitlines() if line.startswith(name)]
        return float(lines[0].rpartition(" ")[2]) if lines else 0.0

    def sequences(self) -> Mapping[str, list[int]]:
        """The sequences that each lamp obeyed, over all its lives."""
        found: dict[str, list[int]] = defaultdict(list)
        for street in self.streets.values():
            for obeyed in street.obeyed():
                found[obeyed.luminaire].append(obeyed.sequence)
        return found

    def last_levels(self) -> dict[str, int]:
        """What each lamp obeyed last, as it says itself."""
        return {item.luminaire: item.level for street in self.streets.values() for item in street.obeyed()}


@pytest.fixture
def city(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path) -> Iterator[City]:
    """A city whose lamps all do what the calendar says."""
    rules = write_rules(tmp_path / "rules")
    with Platform(rabbitmq, postgresql, tmp_path, rules) as platform, ExitStack() as ending:
        made = City(platform, tmp_path, ending)
        until(lambda: _in_place(made.shown()), PATIENCE_S, "all lamps are in place", made.shown)
        yield made


def _in_place(shown: Mapping[str, tuple[int | None, int | None, int | None]]) -> bool:
    return bool(shown) and all(levels[0] is not None and len(set(levels)) == 1 for levels in shown.values())


@pytest.mark.slow
def test_lamps_that_are_killed_and_cut_end_at_their_target_though_the_controller_dies_too(city: City) -> None:
    city.streets["quai"].kill()
    city.override("quai", 70)
    city.hold("place", 25)
    # The two that have power, and the controller's own.
    assert cut_mqtt(city.platform) >= len(STREETS)
    city.override("rue", 40)
    city.await_levels(rue=40, place=25)
    city.streets["rue"].kill()
    city.controller.kill()
    # A rule asks while nobody hears it, and lamps come back to what was wanted last.
    city.hold("place", 60)
    city.streets["quai"].start()
    until(lambda: city.last_levels().get("quai-3") == 70, PATIENCE_S, "the retained level is obeyed", city.last_levels)
    city.controller = city.begin_controller()
    cut_mqtt(city.platform)
    city.streets["rue"].start()
    city.await_levels(quai=70, rue=40, place=60)
    send_what_comes_twice_late_or_wrong(city)
    ends = {"quai": 70, "rue": 40, "place": 60}
    city.await_levels(**ends)
    assert city.last_levels() == {lamp: level for street, level in ends.items() for lamp in STREETS[street]}
    for lamp, sequences in city.sequences().items():
        # Over all lives: never one that is older than one that was obeyed before.
        assert sequences == sorted(sequences), lamp
    assert city.controller.terminate().code == 0


def send_what_comes_twice_late_or_wrong(city: City) -> None:
    """Return when the lamps have answered an old command, and the controller has judged reports of all sorts."""
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    late = json.dumps({"sequence": 0, "feedback": 3, "actual": 3, "at": long_ago}).encode()
    answered = city.counted("taken")
    with gateway(city.platform.rabbitmq, city.platform._users[bus.LIGHTING_CONTROLLER]) as controller:
        controller.publish([(desired_topic("quai-1"), b'{"level": 3, "sequence": 1}')] * 2)
        controller.publish([(desired_topic("place.1"), b'{"level": 3')])
    with gateway(city.platform.rabbitmq, city.lamps_user) as lamp:
        lamp.publish([(reported_topic("rue-1"), late)] * 2)
        lamp.publish([(reported_topic("rue-1"), body) for body in (b"", b"\xff", b"[]", b'{"sequence": -1}')])
        lamp.publish([(reported_topic("nowhere"), late)])
    wanted = {"older": 2, "unreadable": 4, "unknown-luminaire": 1, "taken": answered + 2}
    until(lambda: all(city.counted(name) >= number for name, number in wanted.items()), PATIENCE_S, f"{wanted}")
