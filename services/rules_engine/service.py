"""The rules engine's entrypoints."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import RpcProxy, rpc
from prometheus_client import Counter, Gauge

from services.rules_engine import http, http_why
from services.rules_engine.domain.applying import Applied, Wanted
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.providers import (
    FolderProvider,
    JudgeProvider,
    MemoryProvider,
    RuleBookProvider,
    folder_watch,
    incident_of,
    past_of,
)
from services.rules_engine.storage.tables import METADATA
from services.rules_engine.use_cases import show_alerts, show_revisions
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.apply_rules import apply_rules, roll_back
from services.rules_engine.use_cases.release_rules import release
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from services.rules_engine.use_cases.why import why
from services.rules_engine.use_cases.why_not import why_not
from shared import bus
from shared.actor import Actor
from shared.errors import InputError, LeaseLost, NotReady
from shared.model.observations import Observations
from shared.model.registry import RegistryChanged
from shared.runtime.backlog import BacklogProvider
from shared.runtime.batches import batches
from shared.runtime.database import Received
from shared.runtime.link import is_database_away
from shared.runtime.operators import OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider, LeasesProvider
from shared.runtime.registry_copy import keep_registry
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

T = TypeVar("T")

_log: Final = logging.getLogger(__name__)
_NOT_TAKEN_UP: Final = Counter("vigie_rules_engine_take_up_failures_total", "Tries to take rules up that raised.")
_QUARANTINED: Final = Gauge("vigie_rules_engine_quarantined_rules", "Rules that are left alone because they raised.")


class RulesEngineService:
    """Decides which alerts fire and what street lights are asked."""

    name: ClassVar = bus.RULES_ENGINE
    database = DatabaseProvider(METADATA, "services.rules_engine.storage")
    clock = ClockProvider()
    books = RuleBookProvider()
    leases = LeasesProvider()
    memory = MemoryProvider()
    judge = JudgeProvider()
    folder = FolderProvider()
    backlog = BacklogProvider()
    operator_key = OperatorKeyProvider()
    telemetry = RpcProxy(bus.TELEMETRY)
    notifier = RpcProxy(bus.NOTIFIER)

    @web(http.routes, http_why.routes, prefix="/v1/rules")
    def http(self, handle: Callable[[RulesEngineService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received)
        self.books.changed()

    @folder_watch
    def follow_folder(self) -> None:
        if self.folder.follow(self.database, self.judge, self.clock.now()):
            self.books.changed()

    @batches(bus.OBSERVATIONS, Observations, size=128, leased=True)
    def take_observations(self, received: list[Received[Observations]]) -> None:
        revision, book = self._current()
        if revision == 0:
            raise NotReady("the registry has not spoken yet")
        now, behind = self.clock.now(), self.backlog.behind(self.leases.held())
        self._take_up(book, now, behind)
        fenced = self.leases.fence(self.database, {item.message.partition for item in received})
        take_observations(fenced, self.memory, book, received, self.leases.held().keys(), now, behind)

    @due_rows
    def act_on_due(self) -> datetime | None:
        revision, book = self._current()
        held = self.leases.held()
        _QUARANTINED.set(len(self.memory.left_alone) if held else 0)
        if revision == 0 or not held:
            return None
        now, database = self.clock.now(), self.leases.fence(self.database)
        behind = self.backlog.behind(held)
        self._take_up(book, now, behind)
        return act_on_due(database, self.memory, book, held.keys(), now, behind)

    @rpc
    def alerts(self) -> Any:
        return msgspec.to_builtins(show_alerts.alerts(self.database, self._book(), self.clock.now()))

    @rpc
    def transitions(self, limit: int = 50) -> Any:
        return msgspec.to_builtins(show_alerts.transitions(self.database, limit))

    @rpc
    def rules(self) -> Any:
        return msgspec.to_builtins(show_alerts.rules(self.database, self._book()))

    @rpc(expected_exceptions=InputError)
    def release(self, rule: str, actor: dict[str, Any], reason: str = "") -> None:
        """Let a rule decide again that was set aside because it raised. ``actor``: an ``Actor`` as builtins."""
        release(self.database, self._book(), rule, msgspec.convert(actor, Actor), self.clock.now(), reason)

    @rpc
    def summary(self) -> dict[str, int]:
        return show_alerts.summary(self.database, self._book())

    @rpc(expected_exceptions=(InputError, NotReady))
    def why_not(self, rule: str, point: str, at: str | None = None) -> Any:
        """Why a rule does not fire at a point or a group, or that it does. Of a time that comes twice the first."""
        now, past = self.clock.now(), past_of(self.telemetry)
        return msgspec.to_builtins(why_not(self.database, self._known_book(), rule, point, now, past, at))

    @rpc(expected_exceptions=(InputError, NotReady))
    def why(self, alert: str, point: str | None = None) -> Any:
        """Why an alert fires or did: by its id or the beginning of it, or by rule and point."""
        now, past = self.clock.now(), past_of(self.telemetry)
        return msgspec.to_builtins(why(self.database, self._known_book(), alert, point, now, past))

    def incident(self, code: str) -> Any:
        """The alerts that people were told of under a code, as the notifier knows them.

        Raises:
            NotFound: none was told under that code.
            NotReady: the notifier does not answer.
        """
        return incident_of(self.notifier, code)

    @rpc(expected_exceptions=(InputError, NotReady))
    def apply(self, actor: dict[str, Any], wanted: dict[str, Any]) -> Any:
        """Put files of rules into force, all or nothing. ``actor``: an ``Actor``; ``wanted``: a ``Wanted``."""
        someone, files = msgspec.convert(actor, Actor), msgspec.convert(wanted, Wanted)
        return self._done(apply_rules(self.database, self.judge, someone, self.clock.now(), files))

    @rpc(expected_exceptions=(InputError, NotReady))
    def roll_back(
        self,
        actor: dict[str, Any],
        revision: int,
        reason: str,
        expected_revision: int | None = None,
        dry_run: bool = False,
    ) -> Any:
        """Put the files of an older revision into force again, as a new one."""
        done = roll_back(
            self.database,
            self.judge,
            msgspec.convert(actor, Actor),
            self.clock.now(),
            revision=revision,
            reason=reason,
            expected_revision=expected_revision,
            dry_run=dry_run,
        )
        return self._done(done)

    @rpc
    def revisions(self, limit: int = 20) -> Any:
        """The newest revisions of the rules, the newest first, and the attempt that was refused since."""
        return msgspec.to_builtins(show_revisions.history(self.database, limit))

    @rpc(expected_exceptions=InputError)
    def revision_files(self, revision: int) -> dict[str, str]:
        """The files of a revision: text by path."""
        return show_revisions.files(self.database, revision)

    @rpc(expected_exceptions=(InputError, NotReady))
    def difference(self, before: int, after: int) -> Any:
        """What a revision of the rules changed in another, in words."""
        return msgspec.to_builtins(show_revisions.difference(self.database, self.judge, before, after))

    def _done(self, done: Applied) -> Any:
        self.books.changed()
        return msgspec.to_builtins(done)

    def _current(self) -> tuple[int, RuleBook]:
        """The registry's revision and the rules in force, for whoever decides."""
        if self.memory.holds_anew(self.leases.held()):
            self.books.look_again()
        return self.books.current(self.database)

    def _take_up(self, book: RuleBook, now: datetime, behind: Collection[int]) -> None:
        """Messages wait until the rules can be taken up: whatever is wrong there, they have no part in it."""
        try:
            take_up_rules(self.leases.fence(self.database), self.memory, book, self.leases.held(), now, behind)
        except (NotReady, LeaseLost):
            raise
        except Exception as error:
            if is_database_away(error):
                raise
            _NOT_TAKEN_UP.inc()
            _log.exception("the rules can't be taken up")
            raise NotReady(f"the rules can't be taken up: {type(error).__name__}") from error

    def _book(self) -> RuleBook:
        _, book = self.books.current(self.database)
        return book

    def _known_book(self) -> RuleBook:
        """As above; nobody is told that there is no such rule while nothing is known of any."""
        revision, book = self.books.current(self.database)
        if revision == 0:
            raise NotReady("the registry has not spoken yet")
        return book
