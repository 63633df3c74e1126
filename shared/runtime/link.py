"""A connection to the bus that is kept alive while it is used, and known to be dead soon after it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError as BusAway
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.runtime.buffered import transport_of

BUS_AWAY: Final = (BusAway, AMQPError, OSError)
"""What a lost broker looks like to who holds a connection."""

DATABASE_AWAY: Final = (OperationalError, InterfaceError, PoolExhausted)
"""What a lost database looks like; what it refuses (a value, a row) is another thing and no second try mends it."""

LINK_ERRORS: Final = (*BUS_AWAY, *DATABASE_AWAY)
"""What either looks like to who holds the connections; the work is tried again."""

HEARTBEAT_S: Final = 5.0
"""The broker gives up a consumer that is frozen after once or twice this time, and what it had in hand goes to
another. Close to the life of a lease, so that the other takes over with nothing missing."""

_AT_ONCE_S: Final = 0.001


@contextmanager
def connected(uri: str) -> Iterator[Connection]:
    """A connection; ``keep_alive`` must be called about once a second."""
    with Connection(uri, transport=transport_of(uri), heartbeat=HEARTBEAT_S, connect_timeout=5) as link:
        link.connect()
        yield link


def is_amqp(link: Connection) -> bool:
    """Whether a real broker is behind it, with confirms and heartbeats, or the in-memory bus."""
    return str(link.transport.driver_type) == "amqp"


def keep_alive(link: Connection) -> None:
    """Say that we live, and hear whether the broker does.

    Raises:
        OSError, AMQPError: it doesn't.
    """
    if is_amqp(link):
        link.heartbeat_check()


def hear(link: Connection, timeout_s: float = _AT_ONCE_S) -> bool:
    """Take in what the broker sent; whether there was anything within the time."""
    try:
        link.drain_events(timeout=timeout_s)
    except TimeoutError:
        return False
    return True
