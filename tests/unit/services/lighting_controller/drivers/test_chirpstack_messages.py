"""What goes to ChirpStack byte for byte, and what may come from there that is no report."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.drivers.chirpstack_addresses import Address, AddressBook, Addresses, addresses_in
from services.lighting_controller.drivers.chirpstack_groups import load_multicast_groups
from services.lighting_controller.drivers.chirpstack_messages import (
    downlink,
    downlink_topic,
    multicast_downlink,
    reader,
)
from services.lighting_controller.drivers.lorawan_models import CODECS
from services.lighting_controller.drivers.mqtt_messages import NotAReport
from shared.errors import ProblemsFound, SettingsError
from shared.model.registry import Device, Group, Inventory, Mount, Point, Text
from shared.runtime.settings import Settings

APPLICATION = "ca739e26-7b67-4f14-b69e-d568c22a5a75"
MULTICAST = "6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11"
EUI = "a1b2c3d4e5f60708"
LAMP = Address("l1", EUI, CODECS["zenopix-d4i"])
KEY = f"application.{APPLICATION}.device.{EUI}.event.up"
SAID = {"dim_value": 50, "operating_time": 812, "fault_light_src_failure": False, "supply_voltage": 231.2}


def read(body: Any, now: datetime, key: str = KEY) -> Report | None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reader(APPLICATION, lambda: Addresses({"l1": LAMP}, {EUI: LAMP}))(key, raw, now)


@pytest.mark.parametrize(("level", "data"), [(0, "hAEA"), (50, "hAEy"), (100, "hAFk"), (30, "hAEe"), (1, "hAEB")])
def test_level_is_three_bytes_on_port_eight(level: int, data: str) -> None:
    assert b64encode(LAMP.codec.frame(level)).decode() == data
    assert LAMP.codec.port == 8
    unicast = b'{"devEui":"a1b2c3d4e5f60708","confirmed":true,"fPort":8,"data":"' + data.encode() + b'"}'
    assert downlink(LAMP, level) == unicast
    assert multicast_downlink(MULTICAST, LAMP, level) == (
        b'{"queueItem":{"multicastGroupId":"6f9c2a2e-3f0a-4f4b-9a39-0f5d2f6c1b11","fPort":8,"data":"'
        + data.encode()
        + b'"}}'
    )


@pytest.mark.parametrize("level", [-1, 101])
def test_level_that_is_none_makes_no_frame(level: int) -> None:
    with pytest.raises(ValueError, match="no level"):
        LAMP.codec.frame(level)


def test_topic_is_the_one_that_chirpstack_listens_to() -> None:
    wanted = "application/ca739e26-7b67-4f14-b69e-d568c22a5a75/device/a1b2c3d4e5f60708/command/down"
    assert downlink_topic(APPLICATION, LAMP) == wanted


def test_uplink_tells_the_level_as_command_and_as_light(t0: datetime) -> None:
    at = t0 - timedelta(seconds=3)
    assert read({"time": at.isoformat(), "object": SAID}, t0) == Report("l1", 50, 50, at)
    assert read({"object": SAID}, t0) == Report("l1", 50, 50, t0)
    assert read({"object": SAID}, t0, KEY.replace(EUI, EUI.upper())) == Report("l1", 50, 50, t0)
    ahead = {"time": (t0 + timedelta(minutes=4)).isoformat(), "object": SAID}
    assert read(ahead, t0) == Report("l1", 50, 50, t0)


def test_light_source_that_failed_gives_no_light(t0: datetime) -> None:
    assert read({"object": SAID | {"fault_light_src_failure": True}}, t0) == Report("l1", 50, 0, t0)


@pytest.mark.parametrize(
    "key",
    [
        KEY.replace(EUI, "0000000000000001"),
        KEY.replace(APPLICATION, "another"),
        KEY.replace("event.up", "event.txack"),
        KEY.replace("event.up", "event.ack"),
        "vigie.luminaires.l1.reported",
    ],
)
def test_what_is_of_others_or_says_nothing_of_the_light_is_passed_over(t0: datetime, key: str) -> None:
    assert read({"object": SAID}, t0, key) is None
    assert read(b"\xff", t0, key) is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "unreadable"),
        (b"\x0a\x24\xff", "unreadable"),
        ([], "unreadable"),
        ({"time": "yesterday", "object": SAID}, "unreadable"),
        ({"object": 5}, "unreadable"),
        ({"data": "hAEy"}, "undecoded"),
        ({"object": {"tilt": 3}}, "no-level"),
        ({"object": {"dim_value": 101}}, "no-level"),
        ({"object": {"dim_value": "50"}}, "no-level"),
        ({"object": {"dim_value": True}}, "no-level"),
        ({"time": "2022-01-10T01:51:00Z", "object": SAID}, "from-the-future"),
    ],
)
def test_what_is_no_report_is_refused_with_its_reason(t0: datetime, body: Any, reason: str) -> None:
    with pytest.raises(NotAReport) as refused:
        read(body, t0)
    assert refused.value.reason == reason


def test_error_of_the_network_is_a_hint_with_its_words_and_the_rest_of_the_log_is_not(t0: datetime) -> None:
    key = KEY.replace("event.up", "event.log")
    assert read({"level": "INFO", "code": "UPLINK_F_CNT_RETRANSMISSION"}, t0, key) is None
    with pytest.raises(NotAReport, match="DOWNLINK_GATEWAY: no gateway") as hint:
        read({"level": "ERROR", "code": "DOWNLINK_GATEWAY", "description": "no gateway"}, t0, key)
    assert hint.value.reason == "network-error"


@given(st.binary(max_size=200) | st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_anything_is_a_report_or_refused(body: Any) -> None:
    now = datetime.fromisoformat("2022-01-10T01:45:00+00:00")
    with pytest.raises(NotAReport):
        read(body, now)


def inventory(**models: str) -> Inventory:
    """Luminaires with a device of a model each, in one group ``quai``."""
    since = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    points = [
        Point(id=name, title=name, kind="luminaire", directorate="d", latitude=43, longitude=5) for name in models
    ]
    devices = [
        Device(id=f"d-{name}", model=model, dev_eui=f"{number:016x}")
        for number, (name, model) in enumerate(models.items())
    ]
    mounts = [Mount(id=f"m-{name}", device=f"d-{name}", point=name, since=since) for name in models]
    group = Group(id="quai", title=Text(fr="Q", en="Q"), directorate="d", points=tuple(models))
    return Inventory(points=tuple(points), devices=tuple(devices), mounts=tuple(mounts), groups=(group,))


def test_addresses_are_of_models_that_are_known_and_a_multicast_reaches_those() -> None:
    found = addresses_in(inventory(a="zenopix-d4i", b="zenopix-d4i", c="other"), {"quai": MULTICAST, "nowhere": "x"})
    assert sorted(found.by_luminaire) == ["a", "b"]
    assert found.by_eui["0000000000000001"].luminaire == "b"
    assert [(item.id, sorted(item.luminaires)) for item in found.multicasts] == [(MULTICAST, ["a", "b"])]


def test_address_book_follows_the_registry() -> None:
    known = [(0, Inventory())]
    book = AddressBook(lambda: known[0], {"quai": MULTICAST})
    assert book().by_luminaire == {}
    known[0] = (1, inventory(a="zenopix-d4i"))
    assert sorted(book().by_luminaire) == ["a"]
    assert book() is book()


def test_multicast_groups_are_read_with_the_place_of_each_fault() -> None:
    assert load_multicast_groups(f"multicast_groups: {{quai: {MULTICAST}}}", "f") == {"quai": MULTICAST}
    text = f"multicast_groups:\n  quai: {MULTICAST}\n  rue: {MULTICAST}\n  place: 12\nmulticast: {{}}\n"
    with pytest.raises(ProblemsFound) as found:
        load_multicast_groups(text, "chirpstack.yaml")
    places = [(item.file, item.span.line, item.span.column, item.slug) for item in found.value.problems]
    assert sorted(places, key=lambda place: place[1]) == [
        ("chirpstack.yaml", 3, 8, "double-group"),
        ("chirpstack.yaml", 4, 10, "multicast-group"),
        ("chirpstack.yaml", 5, 1, "unknown-property"),
    ]
    with pytest.raises(ProblemsFound, match="shape"):
        load_multicast_groups("[]", "chirpstack.yaml")


def test_driver_chirpstack_needs_broker_and_application() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"VIGIE_LIGHTING_DRIVER": "chirpstack"})
    assert refused.value.faults == (
        "VIGIE_MQTT_URL: needed by the driver chirpstack",
        "VIGIE_CHIRPSTACK_APPLICATION: needed by the driver chirpstack",
    )
    with pytest.raises(SettingsError, match="no UUID"):
        Settings.from_environment({"VIGIE_CHIRPSTACK_APPLICATION": "lamps"})
