"""The notifier's use-cases on a real PostgreSQL, two at a time: one is stopped before its commit, the other runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.layouts import JinjaLayouts
from shared import bus
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.runtime.database import Database, Received, open_postgresql
from shared.runtime.migrating import upgrade
from tests.alerts import firing_alert
from tests.doubles.channel import ScriptedChannel
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.waiting import until

TEAMS = """\
fallback: exploitation
people:
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: exploitation, title: Exploitation, owner_of: gemapi, channels: [email], members: [ops]}
"""
PATIENCE_S = 15
Act = Callable[[Database], Any]


@pytest.fixture
def start() -> datetime:
    return datetime(2022, 1, 10, 1, 45, tzinfo=UTC)


@pytest.fixture
def stored(postgresql: PostgreSQL, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The notifier's own tables in a database of the test's own."""
    # As the vigie command does: a wait for a lock lets the other thread run, also where threads are green.
    monkeypatch.setattr(psycopg.waiting, "wait", psycopg.waiting.wait_select)
    opened = open_postgresql(postgresql.url(database), bus.NOTIFIER)
    upgrade(opened, "services.notifier.storage", bus.NOTIFIER)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def channel() -> ScriptedChannel:
    return ScriptedChannel()


@pytest.fixture
def composer(channel: ScriptedChannel) -> Composer:
    """Everything goes by mail to one person."""
    carriers = Carriers(dict.fromkeys(Medium, channel))
    return Composer(load_teams(TEAMS, "teams.yaml"), JinjaLayouts("http://vigie.test"), carriers)


@pytest.fixture
def alert_of() -> Callable[..., AlertChanged]:
    """A function that makes a firing alert; a test says only what matters to it."""
    return partial(firing_alert, notify=(NotifyRequest(team="exploitation", message="2,02 m"),))


_ids = itertools.count()


@pytest.fixture
def received() -> Callable[..., list[Received[Any]]]:
    """A function that wraps messages as they come from the bus, each with an id of its own."""

    def wrap(*messages: Any) -> list[Received[Any]]:
        return [Received(f"message-{next(_ids)}", message) for message in messages]

    return wrap


@pytest.fixture
def states(stored: Database) -> Callable[[], list[str]]:
    """A function that tells kind, state and reason of all notices, in order of kinds."""

    def read() -> list[str]:
        query = text("SELECT kind || ' ' || state || ' ' || reason FROM notification ORDER BY 1")
        with stored.transaction() as transaction:
            return list(transaction.connection.scalars(query))

    return read


@dataclass
class Meeting:
    """Two use-cases that meet: one is held before its commit until the other waits for it."""

    stored: Database
    threads: ThreadPoolExecutor
    is_held: Event = field(default_factory=Event)
    may_commit: Event = field(default_factory=Event)
    held: list[Future[Any]] = field(default_factory=list)

    def hold(self, act: Act, holds: Callable[[], bool] = lambda: True) -> Future[Any]:
        """Start it, and return when it is about to commit. ``holds``: whether this commit is the one."""

        def fence(_connection: Any) -> None:
            if holds():
                self.is_held.set()
                self.may_commit.wait(PATIENCE_S)

        return self._held(act, self.stored.fenced(fence), "it is about to commit")

    def hold_before(self, words: str, act: Act) -> Future[Any]:
        """Start it, and return when it is about to execute a statement that has these words, in mid-transaction."""

        def pause(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            if words in statement:
                self.is_held.set()
                self.may_commit.wait(PATIENCE_S)

        event.listen(self.stored.engine, "before_cursor_execute", pause)
        return self._held(act, self.stored, f"it is about to execute {words}")

    def _held(self, act: Act, database: Database, what: str) -> Future[Any]:
        running = self.threads.submit(act, database)
        until(self.is_held.is_set, PATIENCE_S, what, lambda: _error_of(running))
        self.held.append(running)
        return running

    def beside(self, act: Act) -> Any:
        """What it returns that runs beside the held one, which commits once this one waits for it. Both have ended.

        Raises:
            TimeoutError: it did not wait.
        """
        running = self.threads.submit(act, self.stored)
        try:
            until(self._somebody_waits, PATIENCE_S, "one waits for the other", lambda: _error_of(running))
        finally:
            self.may_commit.set()
        wait([running, *self.held], PATIENCE_S)
        return running.result(0)

    def _somebody_waits(self) -> bool:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with self.stored.engine.connect() as connection:
            return bool(connection.scalar(query))


def _error_of(running: Future[Any]) -> str:
    return repr(running.exception()) if running.done() else "it still runs"


@pytest.fixture
def meeting(stored: Database) -> Iterator[Meeting]:
    with ThreadPoolExecutor(2) as threads:
        yield Meeting(stored, threads)
