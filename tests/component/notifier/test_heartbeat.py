"""The dead man's switch: the outside watcher is called while all is well, and hears nothing otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.heartbeat import Heartbeat
from services.notifier.use_cases.judge_health import Fault
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged
from shared.runtime.database import Database
from shared.runtime.leases import AllHeld
from shared.runtime.settings import Secret
from tests.doubles.http_server import Answer, HttpServer, Request

MINUTE = timedelta(minutes=1)


class Watcher:
    """Notes the paths that it is called at."""

    def __init__(self) -> None:
        self.status = 200
        self.called: list[str] = []
        self._server = HttpServer(self._answer, self.called.append)
        self.url = f"{self._server.url}/ping/secret-check"

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, request: Request) -> Answer:
        self.called.append(request.target)
        return Answer(self.status, b"OK", {})


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    made = Watcher()
    yield made
    made.stop()


@pytest.fixture
def heartbeat(watcher: Watcher, start: datetime) -> Heartbeat:
    """Of a notifier whose last round ended at the start."""
    made = Heartbeat(Secret(watcher.url))
    made.note_round(start)
    return made


def test_the_watcher_is_called_while_all_is_well(
    heartbeat: Heartbeat, watcher: Watcher, database: Database, start: datetime
) -> None:
    assert heartbeat.beat(database, AllHeld(1), start + MINUTE) == []
    assert watcher.called == ["/ping/secret-check"]


def test_who_holds_no_lease_says_nothing(
    heartbeat: Heartbeat, watcher: Watcher, database: Database, start: datetime
) -> None:
    assert heartbeat.beat(database, AllHeld(0), start) == [Fault.NO_LEASE]
    assert watcher.called == []


@pytest.mark.parametrize(("later", "found"), [(2 * MINUTE, []), (2 * MINUTE + timedelta(seconds=1), [Fault.LATE])])
def test_what_is_due_and_late_is_a_fault(
    heartbeat: Heartbeat, watcher: Watcher, database: Database, composer: Composer, start: datetime,
    received: Any, alert_of: Callable[..., AlertChanged], later: timedelta, found: list[Fault],
) -> None:  # fmt: skip
    take_alerts(database, composer, received(alert_of()), start)
    with database.transaction() as transaction:
        transaction.connection.exec_driver_sql("UPDATE outbox SET sent = 1")
    assert heartbeat.beat(database, AllHeld(1), start + later) == found
    assert len(watcher.called) == (not found)


def test_an_outbox_that_does_not_empty_is_a_fault(
    heartbeat: Heartbeat, watcher: Watcher, database: Database, composer: Composer, start: datetime,
    received: Any, alert_of: Callable[..., AlertChanged],
) -> None:  # fmt: skip
    take_alerts(database, composer, received(alert_of()), start)
    with database.transaction() as transaction:
        transaction.connection.exec_driver_sql(f"UPDATE outbox SET created = {start.timestamp() - 121}")  # noqa: S608
    assert heartbeat.beat(database, AllHeld(1), start) == [Fault.OUTBOX]
    assert watcher.called == []


@pytest.mark.parametrize("rounds", [False, True])
def test_a_loop_that_does_not_end_is_a_fault(
    watcher: Watcher, database: Database, start: datetime, rounds: bool
) -> None:
    stuck = Heartbeat(Secret(watcher.url))
    if rounds:
        stuck.note_round(start - 11 * MINUTE)
    assert stuck.beat(database, AllHeld(1), start) == [Fault.STUCK]
    assert watcher.called == []


def test_a_watcher_that_refuses_is_logged_without_its_address(
    heartbeat: Heartbeat, watcher: Watcher, database: Database, start: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    watcher.status = 500
    with caplog.at_level(logging.WARNING):
        heartbeat.beat(database, AllHeld(1), start)
    assert [record.message for record in caplog.records] == ["the outside watcher can't be told"]
    assert "secret-check" not in caplog.text
