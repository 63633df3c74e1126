"""The rules engine's entrypoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import msgspec
from nameko.rpc import rpc

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.providers import RuleBookProvider
from services.rules_engine.storage.tables import METADATA
from services.rules_engine.use_cases import show_alerts
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.model.observations import Observations
from shared.model.registry import RegistryChanged
from shared.runtime.batches import batches
from shared.runtime.database import Received
from shared.runtime.providers import ClockProvider, DatabaseProvider
from shared.runtime.registry_copy import keep_registry
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

T = TypeVar("T")


class RulesEngineService:
    """Decides which alerts fire and what street lights are asked."""

    name: ClassVar = bus.RULES_ENGINE
    database = DatabaseProvider(METADATA, "services.rules_engine.storage")
    clock = ClockProvider()
    books = RuleBookProvider()

    @web()
    def http(self, handle: Callable[[RulesEngineService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received)
        self.books.changed()
        take_up_rules(self.database, self._book(), self.clock.now())

    @batches(bus.OBSERVATIONS, Observations)
    def take_observations(self, received: list[Received[Observations]]) -> None:
        take_observations(self.database, self._book(), received, self.clock.now())

    @due_rows
    def act_on_due(self) -> datetime | None:
        return act_on_due(self.database, self._book(), self.clock.now())

    @rpc
    def alerts(self) -> Any:
        return msgspec.to_builtins(show_alerts.alerts(self.database, self._book(), self.clock.now()))

    @rpc
    def transitions(self, limit: int = 50) -> Any:
        return msgspec.to_builtins(show_alerts.transitions(self.database, limit))

    @rpc
    def rules(self) -> Any:
        return msgspec.to_builtins(show_alerts.rules(self._book()))

    @rpc
    def summary(self) -> dict[str, int]:
        return show_alerts.summary(self.database, self._book())

    def _book(self) -> RuleBook:
        _, book = self.books.current(self.database)
        return book
