"""A city that is sent spoilt uplinks, and asked afterwards what became of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from kombu import Connection, Exchange, Producer, Queue
from sqlalchemy import text

from services.console.city import City
from shared import bus
from shared.runtime import embedded_bus
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Secret, Settings, shipped_rules
from tests.fuzz.corpus import OBSERVATIONS, Sample, sensors

NOW: Final = datetime(2024, 11, 11, 8, 0, tzinfo=UTC)
OPERATOR: Final = "open-sesame"
_GOOD_SINCE: Final = datetime(2021, 1, 1, tzinfo=UTC)
_PLACE: Final = "longitude: 5.38, latitude: 43.30, directorate: dechets"
_MOUNTED: Final = "since: 2015-01-01, sensor_height: 4 m, container_height: 180 cm, dead_zone: 30 cm"


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Fuzzed:
    """A running city and the ways into it."""

    city: City
    rpc: Any
    key: str = ""
    good: int = 0
    _link: HTTPConnection | None = field(default=None, repr=False)

    def settle(self) -> None:
        """Return when everything that was sent has been worked through."""
        assert self.city.timeline is not None
        self.city.timeline.settle()

    def post(self, sample: Sample) -> Answer:
        """Through everything that answers HTTP but the socket, which is some times slower."""
        environ = _environ(sample, self._headers(sample))
        told: list[Any] = []
        body = b"".join(self.city.site._dispatch(environ, lambda status, headers, *_: told.extend((status, headers))))
        return Answer(int(told[0].split()[0]), dict(told[1]), body)

    def post_over_a_socket(self, sample: Sample) -> Answer:
        """On a connection that is kept."""
        if self._link is None:
            self._link = HTTPConnection(*self.city.address, timeout=30)
        headers = dict(self._headers(sample))
        try:
            self._link.request("POST", _address(sample), sample.body, headers)
            answer = self._link.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        except BaseException:
            self._link = None
            raise

    def publish(self, samples: Sequence[Sample]) -> None:
        """Over MQTT: as the broker's plug-in has them."""
        exchange = Exchange(bus.MQTT_EXCHANGE, type="topic")
        with Connection(embedded_bus.URL) as link, link.channel() as channel:
            channel.exchange_declare(exchange.name, exchange.type)
            for binding in bus.UPLINKS.bindings:
                Queue(bus.UPLINKS.queue, exchange, routing_key=binding)(channel).declare()
            producer = Producer(channel, exchange)
            for sample in samples:
                kind = {"content_type": "application/octet-stream", "content_encoding": "binary"}
                producer.publish(sample.body, routing_key=sample.topic, **kind)
        self.settle()

    def send_good(self) -> Answer:
        """An observation that nobody has sent yet."""
        self.good += 1
        time = (_GOOD_SINCE + timedelta(minutes=self.good)).isoformat()
        body = json.dumps({"device": "witness", "time": time, "values": {"laeq": 50.5}}).encode()
        return self.post(Sample(OBSERVATIONS, body, ""))

    def tallies(self) -> Counter[str]:
        """What telemetry says became of all that it was sent."""
        told = self.rpc.telemetry.summary()
        refused = {f"rejected:{reason}": number for reason, number in told.pop("rejected").items()}
        return Counter({**told, **refused})

    def rows(self, service: str, query: str) -> list[Any]:
        with self.city.databases[service].transaction() as transaction:
            return list(transaction.connection.execute(text(query)).all())

    def parked(self) -> list[Any]:
        """The messages that no service could take; there may be none."""
        return [
            row for service in self.city.databases for row in self.rows(service, "SELECT queue, reason FROM parked")
        ]

    def _headers(self, sample: Sample) -> list[tuple[str, str]]:
        own = [("Authorization", f"Bearer {self.key}"), ("Content-Type", sample.content_type)]
        said = {name for name, _ in sample.headers}
        return [*(item for item in own if item[0] not in said), *sample.headers]


@contextmanager
def fuzzed_city(folder: Path) -> Iterator[Fuzzed]:
    """A city with a device of each recorded model, and one whose frames nobody has to read."""
    rules = folder / "rules"
    (rules / "inventory").mkdir(parents=True)
    for name in ("kinds", "teams.yaml", "lighting", "inventory/directorates.yaml"):
        (rules / name).symlink_to(shipped_rules() / name)
    (rules / "inventory" / "ours.yaml").write_text(_inventory(), encoding="utf-8")
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=rules, operator_key=Secret(OPERATOR))
    city = City(settings, folder / "data", VirtualClock(NOW))
    with city.running() as rpc:
        key = rpc.device_registry.issue_key(actor={"id": "fuzz"}, directorate="dechets")
        fuzzed = Fuzzed(city, rpc, key)
        fuzzed.settle()
        yield fuzzed


def _inventory() -> str:
    known = [(item.device, item.model.kind, item.model.id, f', dev_eui: "{item.eui}"') for item in sensors()]
    known += [(name, "noise-station", "noisemonitor", "") for name in ("plain", "witness")]
    known.append(("loop", "passage-counter", "etalab-passages", ""))
    points = [
        f"  - {{id: at-{device}, title: {device}, kind: {kind}, {_PLACE}, mounted: [{{device: {device}, {_MOUNTED}}}]}}"
        for device, kind, _, _ in known
    ]
    devices = [f"  - {{id: {device}, model: {model}{eui}}}" for device, _, model, eui in known]
    return "\n".join(("points:", *points, "devices:", *devices, ""))


def _address(sample: Sample) -> str:
    return f"{sample.path}?{quote(sample.query, safe='=&%/:,')}" if sample.query else sample.path


def _environ(sample: Sample, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers if name != "Content-Type"}
    return {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": sample.path,
        "QUERY_STRING": sample.query.encode().decode("latin-1"), "SERVER_NAME": "city", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(sample.body),
        "wsgi.errors": BytesIO(), "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "CONTENT_LENGTH": str(len(sample.body)),
        "CONTENT_TYPE": dict(headers).get("Content-Type", ""), **named,
    }  # fmt: skip
