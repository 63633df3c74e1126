"""A city whose luminaires hang on LoRaWAN: registry and controller in processes, and a double of ChirpStack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from nameko.standalone.rpc import ClusterRpcProxy

from shared import bus
from shared.runtime.settings import shipped_rules
from tests.wire.lamps import mqtt_url
from tests.wire.lighting.chirpstack import ChirpStack, chirpstack
from tests.wire.platform import Platform
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.test_mqtt_lamps import LIMITS
from tests.wire.waiting import until

PATIENCE_S: Final = 60.0
APPLICATION: Final = "ca739e26-7b67-4f14-b69e-d568c22a5a75"
QUAY: Final = "6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11"
TOKEN: Final = "a-token-of-the-tenant"
GROUPS: Final = {"quai": ("quai-1", "quai-2", "quai-3", "quai-4"), "rue": ("rue-1", "rue-2")}
EUIS: Final = {
    lamp: f"{number:016x}" for number, lamp in enumerate((lamp for group in GROUPS.values() for lamp in group), start=1)
}
OPERATOR: Final = {"id": "operator:lucie", "directorate": "eclairage"}


def write_rules(folder: Path) -> Path:
    """A rules folder whose luminaires have nodes, and one group of them a multicast group; the folder."""
    (folder / "inventory").mkdir(parents=True)
    (folder / "lighting").mkdir()
    shipped = shipped_rules()
    for name in ("kinds", "teams.yaml", "inventory/directorates.yaml", "inventory/areas"):
        (folder / name).symlink_to(shipped / name)
    for file in (shipped / "lighting").iterdir():
        (folder / "lighting" / file.name).symlink_to(file)
    for name in ("chirpstack.yaml", "limits.yaml"):
        (folder / "lighting" / name).unlink()
    (folder / "lighting" / "limits.yaml").write_text(LIMITS, encoding="utf-8")
    groups = {"multicast_groups": {"quai": QUAY}}
    (folder / "lighting" / "chirpstack.yaml").write_text(json.dumps(groups), encoding="utf-8")
    points = [
        {
            "id": lamp,
            "title": lamp,
            "kind": "luminaire",
            "directorate": "eclairage",
            "longitude": 5.37,
            "latitude": 43.29,
            "mounted": [{"device": f"noeud-{lamp}", "since": "2020-01-01"}],
        }
        for lamp in EUIS
    ]
    inventory = {
        "points": points,
        "devices": [{"id": f"noeud-{lamp}", "model": "zenopix-d4i", "dev_eui": eui} for lamp, eui in EUIS.items()],
        "groups": [
            {"id": name, "title": {"fr": name, "en": name}, "directorate": "eclairage", "points": list(members)}
            for name, members in GROUPS.items()
        ],
    }
    (folder / "inventory" / "rues.yaml").write_text(json.dumps(inventory), encoding="utf-8")
    return folder


class City:
    """A platform and its network server."""

    def __init__(self, platform: Platform, network: ChirpStack) -> None:
        self.platform, self.network = platform, network
        self.administrator = platform.administrator

    def override(self, group: str, level: int) -> None:
        """A person overrides a group."""
        until_then = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        demand = {"group": group, "level": level, "reason": "essai", "expiration": until_then, "day": True}
        with ClusterRpcProxy({"AMQP_URI": self.administrator}, timeout=PATIENCE_S) as rpc:
            rpc.lighting_controller.override(OPERATOR, demand)

    def shown(self) -> dict[str, tuple[Any, Any, Any]]:
        """Target, feedback and light of each luminaire, as the controller shows them."""
        with ClusterRpcProxy({"AMQP_URI": self.administrator}, timeout=PATIENCE_S) as rpc:
            groups = rpc.lighting_controller.state()["groups"]
        seen = [item for group in groups for item in group["luminaires"]]
        return {item["luminaire"]: (item["target"], item["feedback"], item["actual"]) for item in seen}

    def await_levels(self, levels: dict[str, int]) -> None:
        """Return when the controller shows these levels as wanted and reached.

        Raises:
            TimeoutError: it doesn't.
        """
        wanted = {lamp: (level,) * 3 for lamp, level in levels.items()}
        until(lambda: wanted.items() <= self.shown().items(), PATIENCE_S, f"{levels}", self.shown)


@pytest.fixture
def city(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path) -> Iterator[City]:
    """A city whose nodes all did what the calendar says."""
    rules = write_rules(tmp_path / "rules")
    with Platform(rabbitmq, postgresql, tmp_path, rules) as platform, ExitStack() as ending:
        user = rabbitmq.make_user("chirpstack", platform.vhost)
        rabbitmq.set_topic_rights(user, write=r"^application\.", read=r"^application\.")
        members = {QUAY: [EUIS[lamp] for lamp in GROUPS["quai"]]}
        network = ending.enter_context(chirpstack(rabbitmq, user, APPLICATION, members, TOKEN))
        made = City(platform, network)
        settings = {
            "VIGIE_LIGHTING_DRIVER": "chirpstack",
            "VIGIE_MQTT_URL": mqtt_url(rabbitmq, platform._users[bus.LIGHTING_CONTROLLER]),
            "VIGIE_CHIRPSTACK_APPLICATION": APPLICATION,
            "VIGIE_CHIRPSTACK_URL": network.url,
            "VIGIE_CHIRPSTACK_TOKEN": TOKEN,
        }
        begun = (platform.begin(bus.DEVICE_REGISTRY), platform.begin(bus.LIGHTING_CONTROLLER, **settings))
        for process in begun:
            process.await_ready()
        until(lambda: network.nodes.keys() == set(EUIS.values()), PATIENCE_S, "all nodes were told", network.nodes.keys)
        yield made
        assert begun[1].terminate().code == 0


@pytest.mark.slow
def test_group_follows_by_multicast_a_street_by_single_frames_and_what_nodes_say_is_shown(city: City) -> None:
    told, cast = len(city.network.downlinks), len(city.network.posts)
    city.override("quai", 50)
    city.override("rue", 30)
    city.await_levels(dict.fromkeys(GROUPS["quai"], 50) | dict.fromkeys(GROUPS["rue"], 30))
    assert [json.loads(body)["queueItem"]["data"] for _, body in city.network.posts[cast:]] == ["hAEy"]
    singly = {json.loads(body)["devEui"]: json.loads(body)["data"] for _, body in city.network.downlinks[told:]}
    assert singly == {EUIS[lamp]: "hAEe" for lamp in GROUPS["rue"]}
    # A node that lost its power burns at its own level and says so: it is told again at once, and alone.
    lost = EUIS["quai-2"]
    city.network.say(lost, dim_value=100)
    until(lambda: len(city.network.downlinks) > told + 2, PATIENCE_S, "the node is told again")
    city.await_levels(dict.fromkeys(GROUPS["quai"], 50))
    assert len(city.network.posts) == cast + 1
