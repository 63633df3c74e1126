"""Whatever bytes a radio delivers, at whatever port: each shipped model gives what can be stored, or a reason."""

from __future__ import annotations

import json
import math
from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.device_registry.domain.loading import SourceText, load
from services.telemetry.domain.admitting import admit
from services.telemetry.domain.claim import Reading
from services.telemetry.domain.decoding import Fault
from services.telemetry.domain.directory import NETWORK_SERVER, Directory
from services.telemetry.sources import chirpstack, things_stack
from shared.model.devices import Heard
from shared.model.observations import Observation
from shared.model.registry import Device, Inventory, Mount, Point
from shared.model.rejections import RejectionReason
from shared.runtime.settings import shipped_rules

EVER = datetime(1, 1, 1, tzinfo=UTC)
NOW = datetime(2100, 1, 1, tzinfo=UTC)
TIME = "2023-05-22T07:57:05Z"
PORTS = st.none() | st.integers(-1, 300) | st.sampled_from(["85", 85.0, True, [], {}, 10**30])


@cache
def shipped() -> Inventory:
    files = sorted((shipped_rules() / "kinds").glob("*.yaml"))
    return load([SourceText(file.name, file.read_text(encoding="utf-8")) for file in files])


@cache
def models() -> dict[str, str]:
    """Those that read frames themselves, by DevEUI."""
    named = sorted(model.id for model in shipped().models if model.codec)
    return {f"{number:016x}": name for number, name in enumerate(named)}


@cache
def directory() -> Directory:
    kinds = {model.id: model.kind for model in shipped().models}
    known = models().items()
    return Directory(
        Inventory(
            kinds=shipped().kinds,
            models=shipped().models,
            points=tuple(
                Point(id=eui, title=eui, kind=kinds[model], directorate="x", longitude=5, latitude=43)
                for eui, model in known
            ),
            devices=tuple(Device(id=eui, model=model, dev_eui=eui) for eui, model in known),
            mounts=tuple(
                Mount(id=eui, device=eui, point=eui, since=EVER, sensor_height_m=4.2, container_height_m=1.8,
                      dead_zone_m=0.3)
                for eui, _ in known
            ),
        )
    )  # fmt: skip


def from_chirpstack(eui: str, port: Any, frame: bytes) -> bytes:
    told = {"time": TIME, "deviceInfo": {"devEui": eui}, "fPort": port, "data": b64encode(frame).decode()}
    return json.dumps(told).encode()


def from_things_stack(eui: str, port: Any, frame: bytes) -> bytes:
    uplink = {"received_at": TIME, "f_port": port, "frm_payload": b64encode(frame).decode()}
    return json.dumps({"end_device_ids": {"dev_eui": eui}, "uplink_message": uplink}).encode()


def test_all_models_that_read_frames_are_tried() -> None:
    assert len(models()) >= 15


# A header that every Milesight model knows, and Decentlab's version, lead further in than chance does.
@given(
    st.sampled_from(sorted(models())),
    PORTS,
    st.binary(max_size=255) | st.binary(max_size=60).map(lambda rest: b"\x01\x75\x64" + rest)
    | st.binary(max_size=60).map(lambda rest: b"\x02\x00\x0a\x00" + rest),
)  # fmt: skip
@example("0000000000000000", 1, b"")
@settings(max_examples=500)
def test_any_frame_at_any_port_gives_what_can_be_stored_or_a_reason(eui: str, port: Any, frame: bytes) -> None:
    for write, read in ((from_chirpstack, chirpstack.read), (from_things_stack, things_stack.read)):
        (claim,), refused = read(write(eui, port, frame), "t")
        assert refused == []
        for found in admit(claim, NETWORK_SERVER, directory(), NOW):
            assert isinstance(found, Observation | Reading | Heard | Fault)
            judge(found)


def judge(found: Observation | Reading | Heard | Fault) -> None:
    if isinstance(found, Fault):
        assert found.reason in (
            RejectionReason.NOT_DECODED,
            RejectionReason.NOT_A_NUMBER,
            RejectionReason.FROM_THE_FUTURE,
        )
        assert found.detail
        assert found.detail.isprintable()
    elif isinstance(found, Heard):
        assert msgspec.json.encode(found)
    else:
        observation = found.observation if isinstance(found, Reading) else found
        assert math.isfinite(observation.value)
        assert observation.time <= NOW
