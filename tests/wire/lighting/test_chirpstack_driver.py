"""The contract of all drivers, kept by the one for ChirpStack: on a real broker, with a double of it and of nodes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kombu import Connection
from msgspec import structs

from services.lighting_controller.drivers import WAYS, Surroundings
from services.lighting_controller.drivers.chirpstack import ChirpStackDriver
from services.lighting_controller.storage.simulated_lamps import StoredLamps
from shared import bus
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryRefused
from shared.model.registry import Device, Group, Inventory, Mount, Point, Text
from shared.runtime import topology
from shared.runtime.settings import Secret, Settings
from tests.unit.services.lighting_controller.drivers.contract import (
    FACTS,
    FACTS_OF_CLOSING,
    ClosingBench,
    Levels,
    command,
)
from tests.wire.lamps import mqtt_url
from tests.wire.lighting.chirpstack import ChirpStack, chirpstack
from tests.wire.lighting.heard import HeardQueue
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

PATIENCE_S = 20.0
APPLICATION = "ca739e26-7b67-4f14-b69e-d568c22a5a75"
QUAY, GONE = "6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11", "6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b12"
TOKEN = "a-token-of-the-tenant"
LAMPS = [f"lamp-{number}" for number in range(99)] + ["a.b"]
EUIS = {lamp: f"{number + 1:016x}" for number, lamp in enumerate(LAMPS)}
OF_QUAY, OF_GONE = LAMPS[10:15], LAMPS[20:23]


def inventory() -> Inventory:
    """A hundred luminaires with a node each, two groups of them with a multicast group."""
    since = datetime(2020, 1, 1, tzinfo=UTC)
    points = [
        Point(id=lamp, title=lamp, kind="luminaire", directorate="eclairage", latitude=43.3, longitude=5.4)
        for lamp in LAMPS
    ]
    devices = [Device(id=eui, model="zenopix-d4i", dev_eui=eui) for eui in EUIS.values()]
    mounts = [Mount(id=lamp, device=EUIS[lamp], point=lamp, since=since) for lamp in LAMPS]
    groups = [
        Group(id=name, title=Text(fr=name, en=name), directorate="eclairage", points=tuple(members))
        for name, members in (("quai", OF_QUAY), ("rue", OF_GONE))
    ]
    return Inventory(points=tuple(points), devices=tuple(devices), mounts=tuple(mounts), groups=tuple(groups))


class ChirpStackBench:
    """The driver, with the rights of the controller, and nodes behind ChirpStack.

    Attributes:
        registry: its revision, and what it knows.
    """

    lamps: Sequence[str] = LAMPS
    ramp = timedelta(seconds=30)
    driver: ChirpStackDriver

    def __init__(self, url: str, network: ChirpStack, queue: HeardQueue, rules: Path) -> None:
        self.network = network
        self.registry = (1, inventory())
        self._settings = replace(
            Settings(),
            lighting_driver="chirpstack",
            mqtt_url=Secret(url),
            rules_dir=rules,
            chirpstack_application=APPLICATION,
            chirpstack_url=network.url,
            chirpstack_token=Secret(TOKEN),
        )
        self.driver, queue.read = self._reach(self._settings, queue)
        self.closed, _ = self._reach(replace(self._settings, mqtt_url=Secret("mqtt://u:p@127.0.0.1:1")), queue)
        self._queue = queue

    def with_token(self, token: str) -> ChirpStackDriver:
        """A driver that shows another token."""
        return self._reach(replace(self._settings, chirpstack_token=Secret(token)), self._queue)[0]

    def now(self) -> datetime:
        return datetime.now(UTC)

    def settled(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        until(lambda: self._seen(wanted) == wanted, PATIENCE_S, f"{wanted}", lambda: self._seen(wanted))
        return self._seen(wanted)

    def await_downlinks(self, number: int) -> list[tuple[str, bytes]]:
        """The frames for single nodes, when there are so many."""
        until(lambda: len(self.network.downlinks) >= number, PATIENCE_S, f"{number} downlinks")
        return self.network.downlinks

    def _seen(self, wanted: Mapping[str, Levels]) -> Mapping[str, Levels]:
        found = self.driver.reports(list(wanted), self.now())
        return {report.luminaire: (report.feedback, report.actual) for report in found}

    def _reach(self, settings: Settings, queue: HeardQueue) -> tuple[ChirpStackDriver, Callable[..., object]]:
        unused: StoredLamps = None  # type: ignore[assignment]
        reached = WAYS["chirpstack"].reach(Surroundings(settings, unused, queue, lambda: self.registry))
        assert isinstance(reached.driver, ChirpStackDriver)
        assert reached.read is not None
        return reached.driver, reached.read


@pytest.fixture
def bench(rabbitmq: RabbitMQ, vhost: str, tmp_path: Path) -> Iterator[ChirpStackBench]:
    """The driver for ChirpStack with a hundred nodes that have said nothing yet."""
    (tmp_path / "lighting").mkdir()
    text = json.dumps({"multicast_groups": {"quai": QUAY, "rue": GONE}})
    (tmp_path / "lighting" / "chirpstack.yaml").write_text(text, encoding="utf-8")
    with Connection(rabbitmq.amqp_url(rabbitmq.make_user("administrator", vhost))) as link:
        topology.declare_all(link)
    given = topology.rights(bus.LIGHTING_CONTROLLER)
    user = rabbitmq.make_user(bus.LIGHTING_CONTROLLER, vhost, given.configure, given.write, given.read)
    assert given.topics is not None
    rabbitmq.set_topic_rights(user, write=given.topics, read="^$")
    server = rabbitmq.make_user("chirpstack", vhost)
    rabbitmq.set_topic_rights(server, write=r"^application\.", read=r"^application\.")
    with ExitStack() as ending, Connection(rabbitmq.amqp_url(rabbitmq.make_user("reader", vhost))) as link:
        members = {QUAY: [EUIS[lamp] for lamp in OF_QUAY]}
        network = ending.enter_context(chirpstack(rabbitmq, server, APPLICATION, members, TOKEN))
        made = ChirpStackBench(mqtt_url(rabbitmq, user), network, HeardQueue(link), tmp_path)
        ending.callback(made.driver.rest)
        yield made


@pytest.mark.parametrize("fact", FACTS + FACTS_OF_CLOSING, ids=lambda fact: fact.__name__)
def test_driver_keeps_the_contract(bench: ChirpStackBench, fact: Callable[[ClosingBench], None]) -> None:
    fact(bench)


def test_frames_of_single_luminaires_are_these_bytes(bench: ChirpStackBench) -> None:
    levels = {"lamp-0": 50, "lamp-1": 0, "lamp-2": 100}
    bench.driver.send([command(lamp, level, 1) for lamp, level in levels.items()], bench.now())
    where = "application/ca739e26-7b67-4f14-b69e-d568c22a5a75/device/{}/command/down"
    assert bench.await_downlinks(3) == [
        (where.format(eui), f'{{"devEui":"{eui}","confirmed":true,"fPort":8,"data":"{data}"}}'.encode())
        for eui, data in (
            ("0000000000000001", "hAEy"),
            ("0000000000000002", "hAEA"),
            ("0000000000000003", "hAFk"),
        )
    ]
    assert bench.network.posts == []


def test_group_at_one_level_is_one_multicast_and_who_did_not_obey_is_told_alone(bench: ChirpStackBench) -> None:
    deaf = OF_QUAY[2]
    bench.network.deaf = {EUIS[deaf]}
    others = [lamp for lamp in OF_QUAY if lamp != deaf]
    bench.driver.send([command(lamp, 50, 1) for lamp in (*OF_QUAY, "lamp-0")], bench.now())
    wanted: dict[str, Levels] = dict.fromkeys((*others, "lamp-0"), (50, 50))
    assert bench.settled(wanted) == wanted
    assert bench.network.posts == [
        (
            "/api/multicast-groups/6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11/queue",
            b'{"queueItem":{"multicastGroupId":"6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11","fPort":8,"data":"hAEy"}}',
        )
    ]
    assert [topic.split("/")[3] for topic, _ in bench.network.downlinks] == [EUIS["lamp-0"]]
    assert bench.driver.reports([deaf], bench.now()) == []
    bench.network.deaf = set()
    bench.driver.send([replace(command(deaf, 50, 2), attempt=2)], bench.now())
    assert bench.settled({deaf: (50, 50)}) == {deaf: (50, 50)}
    assert len(bench.network.posts) == 1


def test_api_that_takes_nothing_now_says_for_how_long_and_keeps_nobody_else_waiting(bench: ChirpStackBench) -> None:
    now = bench.now()
    for number, (status, wait) in enumerate([(429, "7"), (503, None), (500, "12"), (302, None)]):
        # Each time when the last is forgotten.
        at = now + number * timedelta(minutes=6)
        bench.network.answers.append((status, wait))
        commands = [command(lamp, 30 + number, number + 1) for lamp in (*OF_QUAY, "lamp-0")]
        with pytest.raises(DeliveryDelayed) as delayed:
            bench.driver.send(commands, at)
        assert delayed.value.retry_after_s == (None if wait is None else float(wait))
        assert len(bench.await_downlinks(number + 1)) == number + 1
    assert {topic.split("/")[3] for topic, _ in bench.network.downlinks} == {EUIS["lamp-0"]}


def test_while_the_api_takes_nothing_each_luminaire_is_told_by_itself(bench: ChirpStackBench) -> None:
    now, commands = bench.now(), [command(lamp, 30, 1) for lamp in OF_QUAY]
    bench.network.answers.append((503, None))
    with pytest.raises(DeliveryDelayed):
        bench.driver.send(commands, now)
    # They are counted one by one before they leave so.
    assert len(bench.driver.bundle(commands)) == len(OF_QUAY)
    bench.driver.send(commands, now + timedelta(seconds=30))
    wanted: dict[str, Levels] = dict.fromkeys(OF_QUAY, (30, 30))
    assert bench.settled(wanted) == wanted
    assert len(bench.network.posts) == 1
    bench.driver.send([command(lamp, 60, 2) for lamp in OF_QUAY], now + timedelta(minutes=5))
    assert bench.settled(dict.fromkeys(OF_QUAY, (60, 60))) == dict.fromkeys(OF_QUAY, (60, 60))
    assert len(bench.network.posts) == 2


def test_lamp_that_left_the_registry_and_came_back_is_told_from_one_again(bench: ChirpStackBench) -> None:
    bench.driver.send([command("lamp-0", 30, 57)], bench.now())
    assert bench.settled({"lamp-0": (30, 30)}) == {"lamp-0": (30, 30)}
    bench.registry = (2, structs.replace(inventory(), mounts=inventory().mounts[1:]))
    bench.driver.send([command("lamp-1", 30, 1)], bench.now())
    bench.registry = (3, inventory())
    bench.driver.send([command("lamp-0", 80, 1)], bench.now())
    assert bench.settled({"lamp-0": (80, 80)}) == {"lamp-0": (80, 80)}


def test_token_that_is_refused_is_the_accounts_fault_and_is_not_shown(bench: ChirpStackBench) -> None:
    stranger = bench.with_token("another-token")
    with pytest.raises(AccountRefused) as refused:
        stranger.send([command(lamp, 30, 1) for lamp in OF_QUAY], bench.now())
    assert "another-token" not in str(refused.value)
    assert not isinstance(refused.value, DeliveryRefused)


def test_multicast_group_that_chirpstack_does_not_know_leaves_nobody_in_the_dark(bench: ChirpStackBench) -> None:
    for sequence, level in ((1, 40), (2, 60)):
        bench.driver.send([command(lamp, level, sequence) for lamp in OF_GONE], bench.now())
        wanted: dict[str, Levels] = dict.fromkeys(OF_GONE, (level, level))
        assert bench.settled(wanted) == wanted
    # Asked once; then its luminaires are counted one by one.
    assert len(bench.network.posts) == 1
    assert bench.driver.bundle([command(lamp, 9, 3) for lamp in OF_GONE]) == [(0,), (1,), (2,)]


def test_commands_are_not_retained(bench: ChirpStackBench, rabbitmq: RabbitMQ, vhost: str) -> None:
    bench.driver.send([command("lamp-0", 50, 1)], bench.now())
    bench.await_downlinks(1)
    again = ChirpStack(APPLICATION, {}, TOKEN)
    client = again.connect(rabbitmq, rabbitmq.make_user("chirpstack-2", vhost))
    topic = bench.network.downlinks[0][0]
    client.subscribe(topic, qos=1)
    bench.driver.send([command("lamp-0", 70, 2)], bench.now())
    until(lambda: again.downlinks, PATIENCE_S, "the newer command came")
    assert {json.loads(body)["data"] for _, body in again.downlinks} == {"hAFG"}
    client.disconnect()
    client.loop_stop()


def test_lamp_without_a_node_is_passed_over_and_harms_nobody(bench: ChirpStackBench) -> None:
    bench.driver.send([command("nowhere", 50, 1), command("lamp-0", 50, 1)], bench.now())
    assert bench.settled({"lamp-0": (50, 50)}) == {"lamp-0": (50, 50)}
