"""Recorded events of ChirpStack and The Things Stack, posted to a running city as their integrations post them."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Exchange, Producer, Queue

from shared import bus
from shared.runtime import embedded_bus
from shared.runtime.settings import shipped_rules

NOW = datetime(2023, 5, 22, 8, 0, tzinfo=UTC)
RECORDED = Path(__file__).parents[1] / "unit" / "services" / "telemetry" / "lorawan"
EUI = "1000000000000001"
INVENTORY = """\
every_point: {directorate: dechets}
points:
  - id: quay
    title: Quai
    kind: drop-off-container
    longitude: 5.38
    latitude: 43.30
    mounted: [{device: bin, since: 2020-01-01, container_height: 180 cm, dead_zone: 30 cm}]
  - id: gate
    title: Portillon
    kind: people-counter
    longitude: 5.38
    latitude: 43.30
    mounted: [{device: counter, since: 2020-01-01}]
  - id: street
    title: Rue
    kind: noise-station
    directorate: bruit
    longitude: 5.38
    latitude: 43.30
    mounted: [{device: ear, since: 2020-01-01}]
  - id: yard
    title: Cour
    kind: noise-station
    directorate: bruit
    longitude: 5.38
    latitude: 43.30
    mounted: [{device: plain, since: 2020-01-01}]
  - id: weir
    title: Seuil
    kind: water-level
    longitude: 5.38
    latitude: 43.30
    mounted: [{device: probe, since: 2020-01-01}]
devices:
  - {id: bin, model: milesight-em400-tld, dev_eui: "1000000000000001"}
  - {id: counter, model: milesight-vs350, dev_eui: "1000000000000002"}
  - {id: probe, model: milesight-em500-swl, dev_eui: "1000000000000004"}
  - {id: ear, model: milesight-ws302, dev_eui: "1000000000000003"}
  - {id: plain, model: noisemonitor}
"""


def recorded(name: str, eui: str = EUI) -> Any:
    """An event of the collection, of a device of ours."""
    text = (RECORDED / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text.replace(EUI, eui))


CHIRPSTACK_BIN = recorded("waste/EM400-TLD/ChirpStack/payload_1")
THINGS_STACK_BIN = recorded("waste/EM400-TLD/ThingsStackIndustries/payload_1")


@dataclass
class NetworkServer:
    """Posts and publishes to a running city as a network server does."""

    at_work: Any
    keys: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, content: Any, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        link = HTTPConnection(*self.at_work.city.site.address, timeout=30)
        told = {"Authorization": f"Bearer {self.keys['dechets']}"} if headers is None else headers
        link.request("POST", f"/v1/{path}", body, told)
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        self.at_work.city.timeline.settle()
        return answer.status, found

    def publish(self, topic: str, content: Any) -> None:
        """Over MQTT: the topic exchange that the broker's plug-in publishes to, with the bindings of the inlet."""
        exchange = Exchange(bus.MQTT_EXCHANGE, type="topic")
        with Connection(embedded_bus.URL) as link, link.channel() as channel:
            channel.exchange_declare(exchange.name, exchange.type)
            for binding in bus.UPLINKS.bindings:
                Queue(bus.UPLINKS.queue, exchange, routing_key=binding)(channel).declare()
            Producer(channel, exchange).publish(
                json.dumps(content).encode(),
                routing_key=topic.replace("/", "."),
                content_type="application/octet-stream",
                content_encoding="binary",
            )
        self.at_work.city.timeline.settle()

    def latest(self, point: str) -> dict[str, float]:
        return {row["property"]: row["value"] for row in self.at_work.rpc.telemetry.latest([point])}

    def heard(self, device: str) -> Any:
        (state,) = self.at_work.rpc.device_registry.heard(devices=[device])
        return state["heard"]

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = self.at_work.rpc.telemetry.summary()
        return found


@pytest.fixture
def server(running: Callable[..., Any], tmp_path: Path) -> Iterator[NetworkServer]:
    rules = tmp_path / "rules"
    (rules / "inventory").mkdir(parents=True)
    for name in ("kinds", "teams.yaml", "lighting", "inventory/directorates.yaml"):
        (rules / name).symlink_to(shipped_rules() / name)
    (rules / "inventory" / "ours.yaml").write_text(INVENTORY, encoding="utf-8")
    with running(NOW, rules) as at_work:
        found = NetworkServer(at_work)
        for name in ("dechets", "bruit"):
            found.keys[name] = at_work.rpc.device_registry.issue_key(actor={"id": "test"}, directorate=name)
        at_work.city.timeline.settle()
        yield found


@pytest.mark.parametrize(
    ("path", "event"), [("uplinks/chirpstack?event=up", CHIRPSTACK_BIN), ("uplinks/things-stack", THINGS_STACK_BIN)]
)
def test_a_frame_that_only_its_model_can_read_is_stored_once_and_its_device_heard(
    server: NetworkServer, path: str, event: Any
) -> None:
    assert server.post(path, event) == (200, {"accepted": 3, "duplicates": 0, "quarantined": 0, "rejected": []})
    # 2116 mm down a container of 1800 mm: the probe is tilted, and sees past the bottom.
    assert server.latest("quay") == {"fill": 0.0, "temperature": 25.7, "tilted": 1.0}
    heard = server.heard("bin")
    assert (heard["battery_percent"], heard["gateways"]) == (92.0, 1)
    assert heard["frame_counter"] > 0
    assert server.post(path, event)[1]["duplicates"] == 3
    assert server.summary()["observations"] == 3


def test_alarm_battery_information_and_network_frames_are_all_normal(server: NetworkServer) -> None:
    alarm = recorded("waste/EM400-TLD/ChirpStack/payload")
    assert server.post("uplinks/chirpstack", alarm)[1]["accepted"] == 2
    assert server.latest("quay")["fill"] == pytest.approx(100 * (1.8 - 1.601) / 1.5)
    for data in ("AXVc", "/wEB/w8A", "", None):
        said = {key: value for key, value in CHIRPSTACK_BIN.items() if key != "data"} | ({"data": data} if data else {})
        assert server.post("uplinks/chirpstack", said)[1] == {
            "accepted": 0, "duplicates": 0, "quarantined": 0, "rejected": [],
        }  # fmt: skip
    status = {"time": "2023-05-22T07:50:00Z", "deviceInfo": {"devEui": EUI}, "margin": 7, "batteryLevel": 75.3}
    assert server.post("uplinks/chirpstack?event=status", status)[0] == 200
    assert server.heard("bin")["battery_percent"] == 75.3
    assert server.post("uplinks/chirpstack?event=join", {"anything": 1})[0] == 200
    assert server.summary()["rejected"] == {}


def test_a_frame_that_is_read_in_part_is_kept_in_part_and_told(server: NetworkServer) -> None:
    # Temperature, then a channel that no codec knows, then a distance that may be anything.
    said = {**CHIRPSTACK_BIN, "data": "A2cBAZnnAASCRAg="}
    status, found = server.post("uplinks/chirpstack", said)
    assert (status, found["accepted"]) == (207, 1)
    (refused,) = found["rejected"]
    assert refused["reason"] == "not-decoded"
    assert "'99 e7' at byte 4" in refused["detail"]
    assert server.latest("quay") == {"temperature": 25.7}


def test_what_is_wrong_with_one_device_does_not_stop_a_webhook(server: NetworkServer) -> None:
    stranger = recorded("waste/EM400-TLD/ThingsStackIndustries/payload_1", "2000000000000009")
    status, found = server.post("uplinks/things-stack", stranger)
    assert (status, found["rejected"][0]["reason"]) == (202, "unknown-device")
    status, found = server.post("uplinks/chirpstack", {**CHIRPSTACK_BIN, "data": "mecA"})
    assert (status, found["rejected"][0]["reason"]) == (202, "not-decoded")
    for path in ("uplinks/chirpstack", "uplinks/things-stack"):
        assert server.post(path, b"\x0a\x24protobuf")[0] == 400


def test_an_uplink_that_was_made_up_is_shown_and_believed_by_nobody(server: NetworkServer) -> None:
    assert server.post("uplinks/things-stack", {**THINGS_STACK_BIN, "simulated": True})[1]["accepted"] == 3
    rows = server.at_work.rpc.telemetry.latest(["quay"])
    assert {row["quality"] for row in rows} == {"simulated"}
    assert server.heard("bin") is None
    counter = recorded("people/VS350/ThingsStackIndustries/payload", "1000000000000002")
    assert server.post("uplinks/things-stack", {**counter, "simulated": True})[1]["accepted"] == 0
    # A true frame of another time is believed.
    server.post("uplinks/chirpstack", CHIRPSTACK_BIN)
    assert {row["quality"] for row in server.at_work.rpc.telemetry.latest(["quay"])} == {"good"}


def signed(key: str, body: bytes) -> dict[str, str]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    signature = hmac.new(digest.encode(), body, "sha256").hexdigest()
    return {"X-Vigie-Key-Id": f"key-{digest[:16]}", "X-Vigie-Signature": f"sha256={signature}"}


def test_a_webhook_is_believed_for_its_key_or_its_signature_and_for_its_directorate_alone(
    server: NetworkServer,
) -> None:
    body = json.dumps(THINGS_STACK_BIN).encode()
    right = signed(server.keys["dechets"], body)
    wrong: list[dict[str, str]] = [
        {},
        {"X-Device-Key": "wrong"},
        {**right, "X-Vigie-Signature": "sha256=00"},
        {**right, "X-Vigie-Signature": right["X-Vigie-Signature"].removeprefix("sha256=")},
        {**signed("wrong", body), "Authorization": f"Bearer {server.keys['dechets']}"},
        signed(server.keys["bruit"], body),
        signed(server.keys["dechets"], body + b" "),
    ]
    for headers in wrong:
        status, found = server.post("uplinks/things-stack", body, headers)
        assert (status, found["rejected"][0]["reason"]) == (401, "wrong-key")
    assert server.post("uplinks/things-stack", body, right)[1]["accepted"] == 3
    assert server.post("uplinks/things-stack", body, {"X-Device-Key": server.keys["dechets"]})[1]["duplicates"] == 3


def test_a_counter_tells_by_how_much_it_grew(server: NetworkServer) -> None:
    event = recorded("people/VS350/ChirpStack/payload", "1000000000000002")
    assert server.post("uplinks/chirpstack", event)[1]["rejected"] == []
    assert server.latest("gate") == {}
    # total_in 4353 becomes 4363, total_out stays 4360.
    grown = {**event, "time": "2023-05-22T07:57:05Z", "data": "BMwLEQgR"}
    assert server.post("uplinks/chirpstack", grown)[1]["accepted"] == 2
    assert server.latest("gate") == {"entries": 10.0, "exits": 0.0}


def test_what_a_probe_kept_while_it_was_cut_off_is_stored_at_its_own_time(server: NetworkServer) -> None:
    event = recorded("water/EM500-SWL/ChirpStack/payload", "1000000000000004")
    # Now 2 cm; 50 cm at 07:00 and, sent again, once more.
    kept = b64encode(bytes.fromhex("03770200 20ce f0126b64 3200 20ce f0126b64 3200".replace(" ", ""))).decode()
    found = server.post("uplinks/chirpstack", {**event, "data": kept})[1]
    assert (found["accepted"], found["duplicates"], found["rejected"]) == (2, 1, [])
    assert server.latest("weir") == {"level": 0.02}
    since, until = "2023-05-22T06:00:00Z", "2023-05-22T07:30:00Z"
    (before,) = server.at_work.rpc.telemetry.history(point="weir", property="level", since=since, until=until)
    assert (before["time"], before["value"]) == ("2023-05-22T07:00:00Z", 0.5)


def test_plain_observations_are_heard_too_and_once_a_minute_is_enough(server: NetworkServer) -> None:
    key = {"Authorization": f"Bearer {server.keys['bruit']}"}
    for minute, second in ((50, 0), (50, 30), (51, 0)):
        time = f"2023-05-22T07:{minute}:{second:02}Z"
        server.post("observations", {"device": "plain", "time": time, "values": {"laeq": 60 + second}}, key)
    assert server.heard("plain")["at"] == "2023-05-22T07:50:00Z"
    server.at_work.city.timeline.advance(NOW + timedelta(minutes=2))
    later = {"device": "plain", "time": "2023-05-22T08:01:00Z", "values": {"laeq": 50}}
    server.post("observations", later, key)
    assert server.heard("plain")["at"] == "2023-05-22T08:01:00Z"


def test_network_servers_publish_where_they_do_by_themselves_or_below_a_directorate(server: NetworkServer) -> None:
    ways = [
        (f"application/ca739e26/device/{EUI}/event/up", CHIRPSTACK_BIN),
        (f"vigie/dechets/chirpstack/application/ca739e26/device/{EUI}/event/up", CHIRPSTACK_BIN),
        ("v3/application-tti-name@tenant/devices/eui-1000000000000001/up", THINGS_STACK_BIN),
        ("vigie/dechets/things-stack/eui-1000000000000001/up", THINGS_STACK_BIN),
    ]
    for topic, event in ways:
        server.publish(topic, event)
        server.publish(topic.replace("/up", "/join"), {"anything": 1})
    # A frame has one time, so it is counted once, whichever ways it comes.
    assert server.summary() == {"observations": 6, "duplicates": 6, "quarantined": 0, "rejected": {}}
    assert server.latest("quay") == {"fill": 0.0, "temperature": 25.7, "tilted": 1.0}
    assert server.heard("bin")["battery_percent"] == 92.0


def test_below_another_directorate_nobody_speaks_for_a_device(server: NetworkServer) -> None:
    server.publish("vigie/bruit/things-stack/up", THINGS_STACK_BIN)
    server.publish("application/1/device/1000000000000003/event/up", CHIRPSTACK_BIN)
    assert server.summary()["rejected"] == {"wrong-key": 2}
