"""A double of ChirpStack 4 with class C nodes of Zenopix: its MQTT integration on a real broker, and its REST API.

It takes what ChirpStack takes and no more: JSON with the fields of its Protobuf, the device of the topic, a token. A
node that gets a level says so in an uplink, as a codec makes it. Needs no pytest.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from base64 import b64decode
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from tests.wire.servers.rabbitmq import RabbitMQ, User
from tests.wire.waiting import until

_PATIENCE_S: Final = 10.0
_DOWN: Final = re.compile(r"application/([\w-]+)/device/([0-9a-f]{16})/command/down")
_QUEUE: Final = re.compile(r"/api/multicast-groups/([0-9a-f-]{36})/queue")


class ChirpStack:
    """The double.

    Args:
        members: the nodes of each multicast group.
        token: the API key that lets one in.

    Attributes:
        nodes: the level of each node that got one.
        downlinks: topic and payload of each command, as they came.
        posts: path and body of each request, as they came.
        deaf: nodes that get no frame.
        answers: status and ``Retry-After`` of the next answers of the API, before it works.
    """

    def __init__(self, application: str, members: Mapping[str, Collection[str]], token: str) -> None:
        self.application, self.members, self.token = application, members, token
        self.nodes: dict[str, int] = {}
        self.downlinks: list[tuple[str, bytes]] = []
        self.posts: list[tuple[str, bytes]] = []
        self.deaf: set[str] = set()
        self.answers: deque[tuple[int, str | None]] = deque()
        self.url = ""
        self._client: Client | None = None

    def take_command(self, topic: str, payload: bytes) -> None:
        """What the MQTT integration does with a command."""
        self.downlinks.append((topic, payload))
        place, told = _DOWN.fullmatch(topic), json.loads(payload)
        if place is None or place[1] != self.application or told.keys() != {"devEui", "confirmed", "fPort", "data"}:
            return
        if told["devEui"] == place[2]:
            self._reach([place[2]], told["fPort"], told["data"])

    def take_post(self, path: str, token: str, body: bytes) -> tuple[int, str | None]:
        """What the API does with a request; status and ``Retry-After``."""
        self.posts.append((path, body))
        if self.answers:
            return self.answers.popleft()
        place, told = _QUEUE.fullmatch(path), json.loads(body)
        if token != f"Bearer {self.token}":
            return 401, None
        if place is None or place[1] not in self.members:
            return 404, None
        if told["queueItem"]["multicastGroupId"] != place[1]:
            return 400, None
        self._reach(self.members[place[1]], told["queueItem"]["fPort"], told["queueItem"]["data"])
        return 200, None

    def say(self, node: str, **said: Any) -> None:
        """Publish an uplink of a node; by default what it does."""
        content = {
            "deduplicationId": secrets.token_hex(8),
            "time": datetime.now(UTC).isoformat(),
            "deviceInfo": {"applicationId": self.application, "devEui": node, "tags": {}},
            "fPort": 8,
            "data": "AAECAw==",
            "object": {"dim_value": self.nodes.get(node, 100), "operating_time": 812} | said,
        }
        assert self._client is not None
        topic = f"application/{self.application}/device/{node}/event/up"
        self._client.publish(topic, json.dumps(content), qos=1)

    def _reach(self, nodes: Collection[str], port: int, data: str) -> None:
        frame = b64decode(data, validate=True)
        if port != 8 or len(frame) != 3 or frame[:2] != b"\x84\x01":
            return
        for node in sorted(set(nodes) - self.deaf):
            self.nodes[node] = frame[2]
            self.say(node)

    def connect(self, rabbitmq: RabbitMQ, user: User) -> Client:
        """Enter the broker as ChirpStack does; return when it hears commands."""
        client = Client(CallbackAPIVersion.VERSION2, client_id=secrets.token_hex(8), protocol=MQTTv311)
        client.username_pw_set(user.mqtt_name, user.password)
        heard: list[Any] = []

        def on_message(_client: Client, _data: Any, message: MQTTMessage) -> None:
            self.take_command(message.topic, bytes(message.payload))

        client.on_message = on_message
        client.on_connect = lambda *_: client.subscribe("application/+/device/+/command/+", qos=1)
        client.on_subscribe = lambda *_: heard.append(True)
        client.connect(rabbitmq.host, rabbitmq.mqtt_port)
        client.loop_start()
        until(lambda: heard, _PATIENCE_S, "ChirpStack hears commands")
        self._client = client
        return client


@contextmanager
def chirpstack(
    rabbitmq: RabbitMQ, user: User, application: str, members: Mapping[str, Collection[str]], token: str
) -> Iterator[ChirpStack]:
    """A double that runs until the context ends."""
    made = ChirpStack(application, members, token)
    client = made.connect(rabbitmq, user)

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, retry = made.take_post(self.path, self.headers.get("Grpc-Metadata-Authorization", ""), body)
            self.send_response(status)
            if retry is not None:
                self.send_header("Retry-After", retry)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        client.disconnect()
        client.loop_stop()
