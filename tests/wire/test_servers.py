"""The servers that wire tests stand on: private to a test, closed to strangers, able to go away and come back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from kombu import Connection, Queue

from tests.wire.mqtt import Refused, gateway
from tests.wire.servers.ports import is_open
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ, User
from tests.wire.waiting import until

PATIENCE_S = 20


@pytest.fixture
def administrator(rabbitmq: RabbitMQ, vhost: str) -> User:
    return rabbitmq.make_user("administrator", vhost)


def declare(link: Connection, name: str, routing_key: str | None = None) -> Queue:
    queue = Queue(name, queue_arguments={"x-queue-type": "quorum"})(link.default_channel)
    queue.declare()
    if routing_key is not None:
        queue.bind_to("amq.topic", routing_key)
    return queue


def test_depths_tell_waiting_messages_from_those_in_hand(rabbitmq: RabbitMQ, vhost: str, administrator: User) -> None:
    with Connection(rabbitmq.amqp_url(administrator)) as link:
        queue = declare(link, "seven")
        for _ in range(7):
            link.Producer().publish(b"", routing_key="seven")
        until(lambda: rabbitmq.queue_depths(vhost) == {"seven": (7, 0)}, PATIENCE_S, "seven wait")
        assert queue.get() is not None
        assert rabbitmq.queue_depths(vhost) == {"seven": (6, 1)}


def test_a_user_of_one_vhost_enters_no_other(rabbitmq: RabbitMQ, vhost: str, administrator: User) -> None:
    rabbitmq.make_vhost(f"{vhost}_other")
    stranger = User(administrator.name, administrator.password, f"{vhost}_other")
    try:
        with (
            pytest.raises(Exception, match=r"NOT_ALLOWED|access to vhost"),
            Connection(rabbitmq.amqp_url(stranger)) as link,
        ):
            link.connect()
    finally:
        rabbitmq.drop_vhost(f"{vhost}_other")


def test_a_durable_message_survives_an_outage_that_clients_notice(
    rabbitmq: RabbitMQ, vhost: str, administrator: User
) -> None:
    url = rabbitmq.amqp_url(administrator)
    with Connection(url) as link, link.Producer() as producer:
        declare(link, "kept")
        producer.publish(b"kept", routing_key="kept", delivery_mode=2)
        until(lambda: rabbitmq.queue_depths(vhost)["kept"] == (1, 0), PATIENCE_S, "it is there")
        rabbitmq.stop()
        try:
            assert not is_open(rabbitmq.port)
            assert not is_open(rabbitmq.mqtt_port)
            with pytest.raises(link.connection_errors):
                link.drain_events(timeout=PATIENCE_S)
        finally:
            rabbitmq.start()
    with Connection(url) as link:
        message = declare(link, "kept").get()
        assert message is not None
        assert message.body == b"kept"


def test_nobody_enters_over_mqtt_without_a_name(rabbitmq: RabbitMQ) -> None:
    with pytest.raises(Refused), gateway(rabbitmq, None):
        pass


def test_the_users_that_brokers_ship_with_do_not_exist(rabbitmq: RabbitMQ) -> None:
    with pytest.raises(Refused), gateway(rabbitmq, User("guest", "guest", "/")):
        pass


def test_a_directorate_publishes_only_below_its_own_topic(rabbitmq: RabbitMQ, vhost: str, administrator: User) -> None:
    user = rabbitmq.make_mqtt_user("gemapi", vhost, r"^vigie\.gemapi\.")
    with ExitStack() as open_things:
        link = open_things.enter_context(Connection(rabbitmq.amqp_url(administrator)))
        queue = declare(link, "all", "#")
        sender = open_things.enter_context(gateway(rabbitmq, user))
        assert sender.publish([("vigie/gemapi/observations", b"own")] * 300) == 300
        with pytest.raises(TimeoutError):
            sender.publish([("vigie/dechets/observations", b"another's")], seconds=1)
        until(lambda: rabbitmq.queue_depths(vhost)["all"] == (300, 0), PATIENCE_S, "300 have arrived")
        message = queue.get()
        assert message is not None
        assert message.body == b"own"


def test_a_role_enters_only_where_it_was_let_in(postgresql: PostgreSQL, database: str) -> None:
    postgresql.make_role(f"{database}_role", "secret")
    try:
        with pytest.raises(psycopg.OperationalError, match="CONNECT"):
            psycopg.connect(postgresql.url(database, f"{database}_role", "secret"))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(postgresql.url(database, f"{database}_role", "guessed"))
    finally:
        postgresql.drop_role(f"{database}_role")


def test_rows_survive_an_outage_that_clients_notice(postgresql: PostgreSQL, database: str) -> None:
    postgresql.sql(database, "CREATE TABLE kept AS SELECT 7 AS number")
    with psycopg.connect(postgresql.url(database)) as connection:
        postgresql.stop()
        try:
            assert not is_open(postgresql.port)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        finally:
            postgresql.start()
    assert postgresql.sql(database, "SELECT number FROM kept") == [(7,)]


KILLED = """
import json, os, signal, time
from tests.wire.servers.postgresql import postgresql_server
from tests.wire.servers.rabbitmq import rabbitmq_server
with rabbitmq_server() as rabbitmq, postgresql_server() as postgresql:
    rabbitmq.await_start()
    os.write(1, json.dumps([rabbitmq.port, rabbitmq.mqtt_port, postgresql.port]).encode())
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_servers_and_their_folders_go_when_the_tests_are_killed() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_TEST_")}
    # Servers make their folders here; PostgreSQL, which runs as somebody else, must get through.
    folder = Path(tempfile.mkdtemp(prefix="vigie-killed-"))
    folder.chmod(0o711)
    kept["TMPDIR"] = str(folder)
    done = subprocess.run([sys.executable, "-c", KILLED], env=kept, stdout=subprocess.PIPE, check=False, timeout=90)
    ports = json.loads(done.stdout)
    until(lambda: not any(map(is_open, ports)), PATIENCE_S, "nobody listens")
    until(lambda: not any(folder.iterdir()), PATIENCE_S, "nothing is left", lambda: list(folder.iterdir()))
    folder.rmdir()
