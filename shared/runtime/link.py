"""A connection to the bus that is kept alive while it is used, and known to be dead soon after it is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError as BusAway
from prometheus_client import Counter
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.runtime.buffered import transport_of

BUS_AWAY: Final = (BusAway, AMQPError, OSError)
"""What a lost broker looks like to who holds a connection."""

DATABASE_AWAY: Final = (OperationalError, InterfaceError, PoolExhausted)
"""What a lost database looks like; what it refuses (a value, a row) is another thing and no second try mends it."""

LINK_ERRORS: Final = (*BUS_AWAY, *DATABASE_AWAY)
"""What either looks like to who holds the connections; the work is tried again."""

HEARTBEAT_S: Final = 2.0
"""The broker gives up a consumer that is frozen after up to three times this time, and what it had in hand goes back to
the queue: before its leases run out, so that whoever takes over misses nothing and sees all in order."""

_log: Final = logging.getLogger(__name__)
_ILLEGIBLE: Final = Counter("vigie_bus_illegible_total", "Messages dropped because their routing key is no text.")
_OUR_FAULT: Final = ("54", "57014")


def is_database_away(error: BaseException | None) -> bool:
    """Whether another try may succeed without anyone changing anything.

    What the database refuses for its size (SQLSTATE 54) or takes too long over (57014) comes in the same class as a
    lost connection, and is not.
    """
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DATABASE_AWAY) and not state.startswith(_OUR_FAULT)


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
        # Never 0 on a real broker: a frame of which only half is there would be waited for without letting others run.
        link.drain_events(timeout=max(timeout_s, _AT_ONCE_S) if is_amqp(link) else timeout_s)
    except TimeoutError:
        return False
    except UnicodeDecodeError:
        # An MQTT topic that is no text, which the broker lets pass: nobody can read it, and the next acknowledgement
        # covers it. Whoever publishes so is told by the count.
        _ILLEGIBLE.inc()
        _log.exception("a message was dropped: its routing key is no text")
    return True
