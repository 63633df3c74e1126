"""The lighting controller's entrypoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter

from services.lighting_controller import http
from services.lighting_controller.domain.order_wanted import WantedEmergency, WantedOverride, WantedRenewal
from services.lighting_controller.providers import CalendarsProvider, LampsProvider
from services.lighting_controller.storage.tables import METADATA
from services.lighting_controller.use_cases import call_emergency as emergencies
from services.lighting_controller.use_cases import preview_orders as orders
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import end_override, override_group, resume_group
from services.lighting_controller.use_cases.show_overrides import show_emergency, show_overrides
from services.lighting_controller.use_cases.show_state import show_state, summarise
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from services.lighting_controller.use_cases.take_reports import take_reports
from shared import bus
from shared.actor import Actor
from shared.errors import InputError
from shared.model.lighting import LightingRequested
from shared.model.registry import RegistryChanged
from shared.model.uplinks import Uplink
from shared.runtime.batches import batches, uplinks
from shared.runtime.database import Received
from shared.runtime.operators import EmergencyKeyProvider, OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider, LeasesProvider
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

_REQUESTS: Final = Counter("vigie_lighting_controller_requests_total", "Requests of rules, by outcome.", ["outcome"])
_MOVES: Final = Counter("vigie_lighting_controller_moves_total", "What was done about luminaires.", ["move"])
_REPORTS: Final = Counter("vigie_lighting_controller_reports_total", "Reports of luminaires, by outcome.", ["outcome"])

T = TypeVar("T")


class LightingControllerService:
    """Decides what each luminaire does, commands it, and checks that it did."""

    name: ClassVar = bus.LIGHTING_CONTROLLER
    database = DatabaseProvider(METADATA, "services.lighting_controller.storage")
    clock = ClockProvider()
    leases = LeasesProvider()
    calendars = CalendarsProvider()
    lamps = LampsProvider()

    operator_key = OperatorKeyProvider()
    emergency_key = EmergencyKeyProvider()

    @web(http.routes, prefix=http.PREFIX)
    def http(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received, self.clock.now())

    @batches(bus.LIGHTING_REQUESTED, LightingRequested, leased=True)
    def take_requests(self, received: list[Received[LightingRequested]]) -> None:
        database = self.leases.fence(self.database)
        for outcome, number in take_lighting_requests(database, received, self.clock.now()).items():
            _REQUESTS.labels(outcome.value).inc(number)

    @uplinks(bus.LUMINAIRE_REPORTS, 500)
    def take_reports(self, received: list[Received[Uplink]]) -> None:
        expected = self.lamps.way.reports_come
        for outcome, number in take_reports(self.database, received, self.clock.now(), expected=expected).items():
            _REPORTS.labels(outcome).inc(number)

    @due_rows
    def tick(self) -> datetime | None:
        if not self.leases.held():
            self.lamps.rest()
            return None
        now, database = self.clock.now(), self.leases.fence(self.database)
        self.lamps.take_up(database, now)
        acted = act_on_due(database, self.lamps.driver, self.calendars, now, self.lamps.way.patience, self.lamps.pace)
        self.lamps.pace = acted.pace
        for move, number in acted.moves.items():
            _MOVES.labels(move.value).inc(number)
        return acted.next_due

    @rpc(expected_exceptions=InputError)
    def state(self, group: str | None = None) -> Any:
        now = self.clock.now()
        return {"groups": msgspec.to_builtins(show_state(self.database, self.calendars, now, group))}

    @rpc
    def summary(self) -> Any:
        return msgspec.to_builtins(summarise(self.database))

    @rpc
    def overrides(self) -> Any:
        """The overrides and emergencies that stand: who asked, why, until when."""
        return msgspec.to_builtins(show_overrides(self.database, self.calendars, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def override(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedOverride``; ``actor`` those of ``Actor``."""
        who, wanted = _read(actor, Actor), _read(demand, WantedOverride)
        return msgspec.to_builtins(override_group(self.database, wanted, who, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def preview_override(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """What ``override`` would change."""
        who, wanted = _read(actor, Actor), _read(demand, WantedOverride)
        return msgspec.to_builtins(
            orders.preview_override(self.database, self.calendars, wanted, who, self.clock.now())
        )

    @rpc(expected_exceptions=InputError)
    def end_override(self, actor: dict[str, Any], override: str, reason: str = "") -> Any:
        """End one person's override before its time."""
        return msgspec.to_builtins(end_override(self.database, override, _read(actor, Actor), self.clock.now(), reason))

    @rpc(expected_exceptions=InputError)
    def resume(self, actor: dict[str, Any], group: str, reason: str = "") -> Any:
        """End what persons overrode; the group follows its calendar and the rules again."""
        return msgspec.to_builtins(resume_group(self.database, group, _read(actor, Actor), self.clock.now(), reason))

    @rpc(expected_exceptions=InputError)
    def call_emergency(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedEmergency``."""
        who, wanted = _read(actor, Actor), _read(demand, WantedEmergency)
        return msgspec.to_builtins(emergencies.call_emergency(self.database, wanted, who, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def preview_emergency(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """What ``call_emergency`` would change."""
        who, wanted = _read(actor, Actor), _read(demand, WantedEmergency)
        return msgspec.to_builtins(
            orders.preview_emergency(self.database, self.calendars, wanted, who, self.clock.now())
        )

    @rpc(expected_exceptions=InputError)
    def renew_emergency(self, actor: dict[str, Any], emergency: str, demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedRenewal``."""
        who, wanted = _read(actor, Actor), _read(demand, WantedRenewal)
        emergencies.renew_emergency(self.database, emergency, wanted, who, self.clock.now())
        return self.emergency(emergency)

    @rpc(expected_exceptions=InputError)
    def end_emergency(self, actor: dict[str, Any], emergency: str, reason: str = "") -> Any:
        """End an emergency before its time."""
        emergencies.end_emergency(self.database, emergency, _read(actor, Actor), self.clock.now(), reason)
        return self.emergency(emergency)

    @rpc(expected_exceptions=InputError)
    def emergency(self, emergency: str) -> Any:
        """One emergency, also when it is over."""
        return msgspec.to_builtins(show_emergency(self.database, emergency, self.clock.now()))


def _read(given: dict[str, Any], shape: type[T]) -> T:
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error
