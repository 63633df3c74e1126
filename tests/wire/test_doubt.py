"""The notifier dies after a carrier took a message and before it could note so: the doubt is resolved, or shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kombu import Connection

from shared import bus
from shared.model.alerts import Criticality, NotifyRequest
from shared.model.message import encode
from shared.runtime.confirming import Confirming
from shared.runtime.message_store import OutboxRow
from tests.alerts import firing_alert
from tests.wire.platform import Platform
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.trial import Doubles
from tests.wire.waiting import until

PATIENCE_S = 60.0
STATES = "SELECT state, reason, count(*) FROM notifier.notification WHERE medium = %s GROUP BY 1, 2 ORDER BY 1, 2"
UNDER_WAY = "SELECT count(*) FROM notifier.notification WHERE state NOT IN ('sent', 'failed', 'uncertain')"


@dataclass
class Telling:
    """A notifier alone, and those at the other end."""

    platform: Platform
    doubles: Doubles

    def alert(self, criticality: Criticality) -> None:
        """An alert begins to fire; two people get a text and a mail."""
        now = datetime.now(UTC)
        told = (NotifyRequest(team="gemapi-astreinte", message="Pont-Neuf : 3,02 m"),)
        alert = firing_alert(at=now, owner="gemapi", criticality=criticality, notify=told)
        event = bus.ALERT_CHANGED.name
        with Connection(self.platform.administrator) as link:
            channel = Confirming(link)
            channel.publish(OutboxRow(1, "e1", event, event, encode(alert), now.timestamp()))
            channel.wait()

    def states(self, medium: str) -> list[tuple[str, str, int]]:
        """State, reason and number of the notices over a medium."""
        return [(row[0], row[1], row[2]) for row in self.platform.schemas.sql(STATES, (medium,))]

    def await_told(self) -> None:
        """Return when nothing is under way any more."""
        until(
            lambda: self.platform.schemas.sql(UNDER_WAY) == [(0,)] and self.states("sms"),
            PATIENCE_S,
            "all is told",
            lambda: (self.states("sms"), self.states("email")),
        )


@pytest.fixture
def telling(rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Telling]:
    with Doubles() as doubles, Platform(rabbitmq, postgresql, tmp_path, settings=doubles.settings()) as platform:
        yield Telling(platform, doubles)


def killed_when(telling: Telling, was_taken: Callable[[], object], criticality: Criticality) -> None:
    """Start the notifier, let an alert fire, and kill it as soon as a carrier has taken what it may not know of."""
    notifier = telling.platform.start(bus.NOTIFIER)
    telling.alert(criticality)
    until(was_taken, PATIENCE_S, "a carrier took it")
    notifier.kill()


@pytest.mark.slow
@pytest.mark.parametrize("criticality", [Criticality.NORMAL, Criticality.VITAL])
def test_a_text_that_twilio_took_before_the_notifier_died_is_found_and_not_sent_again(
    telling: Telling, criticality: Criticality
) -> None:
    twilio = telling.doubles.twilio
    twilio.hold()
    killed_when(telling, lambda: twilio.taken, criticality)
    twilio.release()
    telling.platform.start(bus.NOTIFIER)
    telling.await_told()
    assert telling.states("sms") == [("sent", "accepted", 1), ("sent", "found-sent", 1)]
    assert sorted(telling.doubles.texts().values()) == [1, 1]
    assert twilio.faults == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("criticality", "state", "letters"),
    [
        pytest.param(Criticality.NORMAL, ("uncertain", "interrupted", 1), [1, 1], id="a normal one stays in doubt"),
        pytest.param(Criticality.VITAL, ("sent", "sent-again-in-doubt", 1), [1, 2], id="a vital one goes out again"),
    ],
)
def test_a_mail_that_nobody_can_be_asked_about_is_shown_in_doubt_and_sent_again_only_if_vital(
    telling: Telling, criticality: Criticality, state: tuple[str, str, int], letters: list[int]
) -> None:
    mail = telling.doubles.mail
    mail.hold()
    killed_when(telling, lambda: mail.letters, criticality)
    mail.release()
    telling.platform.start(bus.NOTIFIER)
    telling.await_told()
    assert sorted(telling.states("email")) == sorted([("sent", "accepted", 1), state])
    assert sorted(telling.doubles.letters().values()) == letters
