"""A RabbitMQ with its MQTT plug-in, for tests: vhosts, users and rights at will, depths of queues, outages."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from tests.wire.servers.node import Node, NodeError, binary
from tests.wire.servers.own_rabbitmq import own_rabbitmq
from tests.wire.servers.ports import is_open
from tests.wire.servers.starting import tail
from tests.wire.waiting import until

ADDRESS: Final = "VIGIE_TEST_RABBITMQ"
"""The environment's name for a server to use: ``amqp://host:5672?mqtt=1883&node=25672&cookie=SECRET``."""

_START_LIMIT_S: Final = 60
_BY: Final = binary("tests")
# What a queue says of itself to rabbitmqctl is up to five seconds old when it is a quorum queue: so its log is asked.
_DEPTHS: Final = """
    maps:from_list([begin
        {{resource, _, queue, Name}} = amqqueue:get_name(Queue),
        {{Name, case amqqueue:get_type(Queue) of
            rabbit_quorum_queue ->
                {{ok, {{_, Seen}}, _}} = ra:leader_query(amqqueue:get_pid(Queue), fun rabbit_fifo:overview/1),
                [maps:get(num_ready_messages, Seen), maps:get(num_checked_out, Seen)];
            _ -> [N || {{_, N}} <- rabbit_amqqueue:info(Queue, [messages_ready, messages_unacknowledged])]
        end}}
    end || Queue <- rabbit_amqqueue:list({vhost})])"""


@dataclass(frozen=True)
class User:
    """Somebody who may enter one vhost. MQTT clients enter as ``mqtt_name``."""

    name: str
    password: str
    vhost: str

    @property
    def mqtt_name(self) -> str:
        return f"{self.vhost}:{self.name}"


class RabbitMQ:
    """A running broker.

    Attributes:
        host, port, mqtt_port: where it listens, on AMQP and MQTT.
    """

    def __init__(self, host: str, port: int, mqtt_port: int, node: Node, log: Path | None = None) -> None:
        self.host, self.port, self.mqtt_port = host, port, mqtt_port
        self._node = node
        self._log = log

    def await_start(self) -> None:
        """Return when it takes connections.

        Raises:
            TimeoutError: it doesn't.
        """
        until(self._listens, _START_LIMIT_S, "RabbitMQ listens", lambda: tail(self._log) if self._log else "")
        self._node.evaluate("rabbit:await_startup()", "ok")

    def _listens(self) -> bool:
        return is_open(self.port, self.host) and is_open(self.mqtt_port, self.host)

    def make_vhost(self, name: str) -> None:
        """Make an empty vhost."""
        self._node.evaluate(f"ok = rabbit_vhost:add({binary(name)}, {_BY})", "ok")

    def drop_vhost(self, name: str) -> None:
        """Drop a vhost with all that is in it, and the users that were made for it; their connections are closed."""
        # The users first: their clients must not come back and make something while it goes.
        self._node.evaluate(
            f"Users = [U || P <- rabbit_auth_backend_internal:list_vhost_permissions({binary(name)}),"
            " {user, U} <- P, string:prefix(U, " + binary(f"{name}.") + ") =/= nomatch]",
            f"[rabbit_auth_backend_internal:delete_user(U, {_BY}) || U <- Users]",
            f"rabbit_vhost:delete({binary(name)}, {_BY})",
            "ok",
        )

    def make_user(self, name: str, vhost: str, configure: str = ".*", write: str = ".*", read: str = ".*") -> User:
        """Make a user of one vhost, with a password by chance. The rights are regular expressions of names."""
        user = User(f"{vhost}.{name}", secrets.token_urlsafe(16), vhost)
        rights = ", ".join(binary(right) for right in (configure, write, read))
        self._node.evaluate(
            f"ok = rabbit_auth_backend_internal:add_user({binary(user.name)}, {binary(user.password)}, {_BY})",
            f"ok = rabbit_auth_backend_internal:set_permissions({binary(user.name)}, {binary(vhost)}, {rights}, {_BY})",
            "ok",
        )
        return user

    def make_mqtt_user(self, name: str, vhost: str, topics: str) -> User:
        """Make a user who may only publish, and only where the routing key (``a.b`` for ``a/b``) fits ``topics``."""
        user = self.make_user(name, vhost, configure="^$", write=r"^amq\.topic$", read="^$")
        self.set_topic_rights(user, write=topics, read="^$")
        return user

    def set_topic_rights(self, user: User, write: str, read: str) -> None:
        """Limit what a user may publish and receive over MQTT: regular expressions of routing keys."""
        who = f"{binary(user.name)}, {binary(user.vhost)}, {binary('amq.topic')}"
        self._node.evaluate(
            f"ok = rabbit_auth_backend_internal:set_topic_permissions({who}, {binary(write)}, {binary(read)}, {_BY})",
            "ok",
        )

    def amqp_url(self, user: User) -> str:
        """Where a user enters: ``amqp://user:password@host:port/vhost``."""
        name, password, vhost = (quote(part, safe="") for part in (user.name, user.password, user.vhost))
        return f"amqp://{name}:{password}@{self.host}:{self.port}/{vhost}"

    def queue_depths(self, vhost: str) -> dict[str, tuple[int, int]]:
        """Messages that wait and messages that are handed out but not acknowledged, by queue: exact, and of now."""
        found = self._node.evaluate(_DEPTHS.format(vhost=binary(vhost)))
        return {name: (ready, unacknowledged) for name, (ready, unacknowledged) in found.items()}

    def stop(self) -> None:
        """Close every connection and listen no more; all durable data is kept."""
        self._node.evaluate("rabbit:stop()", "ok")

    def start(self) -> None:
        """Come back after ``stop``; returns when it takes connections."""
        self._node.evaluate("rabbit:start()", "ok")
        self.await_start()


@contextmanager
def rabbitmq_server() -> Iterator[RabbitMQ]:
    """The server that the environment names, or else one of our own, which may still be starting.

    Raises:
        ServerMissing: there is none, and it can't be installed.
    """
    if address := os.environ.get(ADDRESS):
        yield _named(address)
        return
    with own_rabbitmq() as own:
        yield RabbitMQ("127.0.0.1", own.port, own.mqtt_port, Node("localhost", own.node_port, own.cookie), own.log)


def _named(address: str) -> RabbitMQ:
    parts = urlsplit(address)
    more = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.hostname is None or "cookie" not in more:
        raise NodeError(f"{ADDRESS} must be like amqp://host:5672?mqtt=1883&node=25672&cookie=SECRET")
    node = Node(parts.hostname, int(more.get("node", 25672)), more["cookie"])
    return RabbitMQ(parts.hostname, parts.port or 5672, int(more.get("mqtt", 1883)), node)
