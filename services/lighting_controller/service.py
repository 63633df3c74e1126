"""The lighting controller's entrypoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter, Gauge, Histogram

from services.lighting_controller import http, http_faults, http_plan
from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.order_wanted import WantedEmergency, WantedOverride, WantedRenewal
from services.lighting_controller.domain.watch import Watch
from services.lighting_controller.providers import CalendarsProvider, LampsProvider, NetworkProvider, SafetyProvider
from services.lighting_controller.storage.tables import METADATA
from services.lighting_controller.use_cases import call_emergency as emergencies
from services.lighting_controller.use_cases import preview_orders as orders
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import end_override, override_group, resume_group
from services.lighting_controller.use_cases.show_faults import show_faults
from services.lighting_controller.use_cases.show_overrides import show_emergency, show_overrides
from services.lighting_controller.use_cases.show_plan import show_plan
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
_COMMANDS: Final = Counter("vigie_lighting_controller_commands_total", "Commands handed to the driver.", ["gateway"])
_ANSWERS: Final = Histogram(
    "vigie_lighting_controller_answers_seconds",
    "From a command, the last if there were several, to the report that it is obeyed.",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900),
)
_FAULTS: Final = Gauge("vigie_lighting_controller_faults", "Luminaires that have a fault, by fault.", ["fault"])
_REPORTS_AT_ONCE: Final = 500

T = TypeVar("T")


class LightingControllerService:
    """Decides what each luminaire does, commands it, and checks that it did."""

    name: ClassVar = bus.LIGHTING_CONTROLLER
    database = DatabaseProvider(METADATA, "services.lighting_controller.storage")
    clock = ClockProvider()
    leases = LeasesProvider()
    calendars = CalendarsProvider()
    safety = SafetyProvider()
    network = NetworkProvider()
    lamps = LampsProvider()
    operator_key = OperatorKeyProvider()
    emergency_key = EmergencyKeyProvider()

    @web(http.routes, prefix=http.PREFIX)
    def http(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @web(http_faults.routes, prefix=http_faults.PREFIX)
    def http_faults(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @web(http_plan.routes, prefix=http_plan.PREFIX)
    def http_plan(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received, self.clock.now())
        self.network.changed()

    @batches(bus.LIGHTING_REQUESTED, LightingRequested, leased=True)
    def take_requests(self, received: list[Received[LightingRequested]]) -> None:
        database = self.leases.fence(self.database)
        for outcome, number in take_lighting_requests(database, received, self.clock.now()).items():
            _REQUESTS.labels(outcome.value).inc(number)

    @uplinks(bus.LUMINAIRE_REPORTS, _REPORTS_AT_ONCE)
    def take_reports(self, received: list[Received[Uplink]]) -> None:
        now = self.clock.now()
        self.lamps.took(len(received), now, _REPORTS_AT_ONCE)
        taken = take_reports(self.database, received, now, self._watch(), self.lamps.read)
        for outcome, number in taken.outcomes.items():
            _REPORTS.labels(outcome).inc(number)
        _observe(taken.answers)

    @due_rows
    def tick(self) -> datetime | None:
        if not self.leases.held():
            self.lamps.rest()
            _show({})
            return None
        now, database = self.clock.now(), self.leases.fence(self.database)
        if (listens_until := self.lamps.listens_until(now)) is not None:
            return listens_until
        lamps, watch = self.lamps, self._watch()
        lamps.take_up(database, now, watch)
        acted = act_on_due(database, lamps.driver, self.calendars, self.safety, now, watch, lamps.paces)
        lamps.paces = acted.paces
        for move, number in acted.moves.items():
            _MOVES.labels(move.value).inc(number)
        for command in acted.sent:
            _COMMANDS.labels(watch.network.gateway_of(command.luminaire)).inc()
        _observe(acted.answers)
        if acted.faults is not None:
            _show(acted.faults)
        uploaded = lamps.upload(database, self.calendars, now)
        return min((at for at in (acted.next_due, uploaded, lamps.beat(now)) if at is not None), default=None)

    def _watch(self) -> Watch:
        _revision, network = self.network.current(self.database)
        return Watch(self.lamps.way.patience, network, self.lamps.tells)

    @rpc
    def faults(self, ended_within_s: float = 0.0) -> Any:
        """What is wrong with luminaires now; also what ended in so many seconds."""
        _revision, network = self.network.current(self.database)
        ended_within = timedelta(seconds=ended_within_s)
        return msgspec.to_builtins(show_faults(self.database, network, self.clock.now(), ended_within))

    @rpc(expected_exceptions=InputError)
    def state(self, group: str | None = None) -> Any:
        now = self.clock.now()
        return {"groups": msgspec.to_builtins(show_state(self.database, self.calendars, now, group))}

    @rpc
    def summary(self) -> Any:
        return msgspec.to_builtins(summarise(self.database))

    @rpc(expected_exceptions=InputError)
    def plan(self, group: str, year: int | None = None) -> Any:
        """A ``YearPlan``; by default of this year."""
        return msgspec.to_builtins(show_plan(self.database, self.calendars, group, year, self.clock.now()))

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


def _observe(answers: Iterable[timedelta]) -> None:
    for answer in answers:
        _ANSWERS.observe(answer.total_seconds())


def _show(faults: Mapping[Fault, int]) -> None:
    for fault in Fault:
        _FAULTS.labels(fault.value).set(faults.get(fault, 0))


def _read(given: dict[str, Any], shape: type[T]) -> T:
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error
