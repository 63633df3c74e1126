"""What senders really send: recorded events of network servers, plain JSON, history as CSV."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from services.device_registry.domain.loading import SourceText, load
from shared.model.registry import Model
from shared.runtime.settings import shipped_rules

RECORDED: Final = Path(__file__).parents[1] / "unit" / "services" / "telemetry" / "lorawan"
OBSERVATIONS: Final = "/v1/observations"
CHIRPSTACK: Final = "/v1/uplinks/chirpstack"
THINGS_STACK: Final = "/v1/uplinks/things-stack"

_SERVERS: Final = {"ChirpStack": CHIRPSTACK, "ThingsStackIndustries": THINGS_STACK}
_RECORDED_EUIS: Final = ("1000000000000001", "70b3d57ba0003bb8", "70B3D57BA0000BCE")
_RECORDED_EUI_64: Final = "AgICAgICAgI="
_COUNTS: Final = """\
channel_id,counter_id,start_datetime,end_datetime,count
loop,c,2023-05-22T06:{0:02}:00,,3
loop,c,2023-05-22T07:{0:02}:00,2023-05-22T08:00:00,4
"""
_TABLES: Final = (
    ("", "time,device,laeq,lafmax\n2023-05-22T06:{0:02}:00Z,plain,51.5,\n2023-05-22T06:{0:02}:30Z,plain,52.5,60\n"),
    ("zone=Europe/Paris", "time;device;laeq\n2023-05-22T06:{0:02}:10;plain;51,5\n2022-10-30T02:30:00;plain;50\n"),
    ("columns=datetime=time,LEQ=laeq&device=plain", "datetime,LEQ\n2023-05-22T05:{0:02}:00+02:00,47\n"),
    ("zone=Europe/Paris", _COUNTS),
)


@dataclass(frozen=True)
class Sample:
    """One uplink.

    Attributes:
        path: of the address; the ways in over MQTT have it too, and their topics besides.
        topic: over MQTT, its levels joined by dots.
        headers: beside the key.
    """

    path: str
    body: bytes
    topic: str
    query: str = ""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def with_body(self, body: bytes) -> Sample:
        return replace(self, body=body)


@dataclass(frozen=True)
class Sensor:
    """A device of the corpus, whose model reads its frames."""

    device: str
    eui: str
    model: Model


def sensors() -> list[Sensor]:
    """One for each recorded model."""
    files = sorted((shipped_rules() / "kinds").glob("*.yaml"))
    known = load([SourceText(file.name, file.read_text(encoding="utf-8")) for file in files]).models
    names = sorted({folder.name.lower() for folder in RECORDED.glob("*/*")})
    return [
        Sensor(name, f"10000000000000{number:02x}", next(model for model in known if model.id.endswith(f"-{name}")))
        for number, name in enumerate(names, start=16)
    ]


def corpus() -> list[Sample]:
    """All of them, each as its sender would send it."""
    return [*_events(), *_plain(), *_tables()]


def _events() -> Iterator[Sample]:
    for sensor in sensors():
        for file in sorted(RECORDED.glob("*/*/*/payload*.json")):
            if file.parts[-3].lower() == sensor.device:
                yield _event(file, sensor)
    said = {"time": "2023-05-22T07:50:00Z", "deviceInfo": {"devEui": sensors()[0].eui}, "batteryLevel": 75.3}
    yield Sample(CHIRPSTACK, _json(said), "vigie.dechets.chirpstack.a.status", "event=status")


def _event(file: Path, sensor: Sensor) -> Sample:
    text = file.read_text(encoding="utf-8")
    for eui in _RECORDED_EUIS:
        text = text.replace(eui, sensor.eui)
    text = text.replace(_RECORDED_EUI_64, b64encode(bytes.fromhex(sensor.eui)).decode())
    path = _SERVERS[file.parts[-2]]
    topic = f"application.1.device.{sensor.eui}.event.up" if path == CHIRPSTACK else "v3.a@t.devices.d.up"
    return Sample(path, _json(json.loads(text)), topic)


def _plain() -> Iterator[Sample]:
    one = {"device": "plain", "time": "2023-05-22T07:{0:02}:00Z", "values": {"laeq": 61.25, "lafmax": 70}}
    topic = "vigie.dechets.observations"
    for minute in range(0, 60, 10):
        yield Sample(OBSERVATIONS, _json(one | {"time": f"2023-05-22T07:{minute:02}:00Z"}), topic)
    many = [one | {"time": f"2023-05-22T05:{minute:02}:00Z"} for minute in range(30)]
    yield Sample(OBSERVATIONS, _json(many), topic)


def _tables() -> Iterator[Sample]:
    for minute, (query, text) in enumerate(_TABLES):
        body = text.format(minute).encode()
        yield Sample(OBSERVATIONS, body, "vigie.dechets.observations", query, "text/csv")


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()
