"""The notifier on its own database (SQLite, no broker). Real: storage, layouts, the outbox channel, SMTP and HTTP over
loopback sockets. In place of Twilio and a mail server stand doubles that judge what they are sent; where a test must
decide what a channel does, a channel that follows a script."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.layouts import JinjaLayouts
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryError
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.runtime.database import Database, Received
from tests.alerts import firing_alert
from tests.component.notifier.playing import Play
from tests.doubles.channel import ScriptedChannel

TEAMS = """\
fallback: exploitation
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101", email: camille@example.org}
  - {id: helene, name: Hélène, role: responsable, email: helene@example.org}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms, email], members: [camille]}
  - {id: collecte, title: Collecte, channels: [email], members: [helene]}
  - {id: gemapi, title: GEMAPI, owner_of: gemapi, channels: [email], members: [helene]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""
START = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)


@pytest.fixture
def start() -> datetime:
    """2022-01-10 02:45 in Paris."""
    return START


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("notifier")


@pytest.fixture
def channel() -> ScriptedChannel:
    return ScriptedChannel()


@pytest.fixture
def composer(channel: ScriptedChannel) -> Composer:
    """Both media are carried by ``channel``."""
    carriers = Carriers(dict.fromkeys(Medium, channel))
    return Composer(load_teams(TEAMS, "teams.yaml"), JinjaLayouts("http://vigie.test"), carriers)


@pytest.fixture
def alert_of() -> Callable[..., AlertChanged]:
    """A function that makes a firing alert; a test says only what matters to it."""
    return partial(firing_alert, rule_title="Garonne")


_ids = itertools.count()


@pytest.fixture
def received() -> Callable[..., list[Received[Any]]]:
    """A function that wraps messages as they come from the bus, each with an id of its own."""

    def wrap(*messages: Any) -> list[Received[Any]]:
        return [Received(f"message-{next(_ids)}", message) for message in messages]

    return wrap


@pytest.fixture
def rows(database: Database) -> Callable[[str], Sequence[dict[str, Any]]]:
    """A function that reads a table, in the order of its first column."""

    def read(table: str) -> Sequence[dict[str, Any]]:
        with database.transaction() as transaction:
            found = transaction.connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").mappings()  # noqa: S608
            return [dict(row) for row in found]

    return read


@pytest.fixture
def fault_of() -> Callable[[type[DeliveryError]], DeliveryError]:
    return lambda kind: kind("the far end said so")


@pytest.fixture
def one_mail_queued(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, start: datetime
) -> None:
    """A normal notice that is due at the start."""
    mail = (NotifyRequest(team="collecte", message="m"),)
    take_alerts(database, composer, received(alert_of(notify=mail, criticality=Criticality.NORMAL)), start)


@pytest.fixture
def play(database: Database, composer: Composer, channel: ScriptedChannel, received: Any) -> Play:
    """A notifier whose clock is moved by hand."""
    return Play(database, composer, channel, received)


@pytest.fixture
def deliver(database: Database, composer: Composer) -> Callable[[datetime], Any]:
    """A function that delivers what is due at a moment."""
    return lambda now: deliver_due(database, composer.carriers, lambda: now)
