"""Publishes many messages and then waits until the broker has them all: one round trip for the lot, not for each."""

from __future__ import annotations

import time
from typing import Any, Final

from kombu import Connection
from kombu.exceptions import OperationalError as BusAway

from shared import bus
from shared.runtime.link import is_amqp, keep_alive
from shared.runtime.message_store import OutboxRow

# Less than a session may sleep in its transaction: the outbox waits for us in one.
_PATIENCE_S: Final = 8.0
_LOOK_S: Final = 0.5


class NotConfirmed(BusAway):
    """The broker refused a message, could not route it, or did not say that it has it."""


class Confirming:
    """A channel on which the broker says what it has, on quorum queues after a majority has written it."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        self._channel = link.channel()
        self._waiting: set[int] = set()
        self._refused: list[str] = []
        self._published = 0
        self._confirms = is_amqp(link)
        if self._confirms:
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._acked)
            self._channel.events["basic_nack"].add(self._nacked)
            self._channel.events["basic_return"].add(self._returned)

    def publish(self, row: OutboxRow) -> None:
        """Hand a message to the broker, which may not have it yet."""
        event = bus.event_named(row.event)
        message = self._channel.prepare_message(
            row.body,
            content_type="application/json",
            content_encoding="utf-8",
            headers={"id": row.event_id, "committed": row.created},
            properties={"delivery_mode": 2, "message_id": row.event_id},
        )
        # Mandatory: a message without a queue would be dropped in silence; an event that nobody wants may be.
        options = {"mandatory": bool(event.consumers)} if self._confirms else {}
        self._channel.basic_publish(message, exchange=event.exchange, routing_key=row.routing_key, **options)
        if self._confirms:
            self._published += 1
            self._waiting.add(self._published)

    def wait(self) -> None:
        """Return when the broker has all that was published.

        Raises:
            NotConfirmed: it has not.
        """
        deadline = time.monotonic() + _PATIENCE_S
        while self._waiting:
            try:
                self._link.drain_events(timeout=_LOOK_S)
            except TimeoutError:
                if time.monotonic() > deadline:
                    raise NotConfirmed("the broker confirms nothing") from None
            keep_alive(self._link)
        if self._refused:
            raise NotConfirmed(self._refused[0])

    def _acked(self, tag: int, multiple: bool) -> None:
        self._waiting -= {each for each in self._waiting if each <= tag} if multiple else {tag}

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._refused.append("the broker refused a message")
        self._acked(tag, multiple)

    def _returned(self, *answer: Any) -> None:
        self._refused.append("no queue for a message: run vigie bus declare")
