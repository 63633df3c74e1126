"""The lighting controller's entrypoints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final, TypeVar

import eventlet
import msgspec
from nameko.rpc import rpc
from nameko.timer import timer

from services.lighting_controller import figures, http, http_energy, http_faults, http_plan
from services.lighting_controller.asked import day_of, demanded
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.orders.order_wanted import WantedEmergency, WantedOverride, WantedRenewal
from services.lighting_controller.providers import (
    EnergyBookProvider,
    FollowedLightsProvider,
    LampsProvider,
    LightsProvider,
)
from services.lighting_controller.storage.tables import METADATA
from services.lighting_controller.use_cases import call_emergency as emergencies
from services.lighting_controller.use_cases import preview_orders as orders
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.count_energy import count_energy, counted_until
from services.lighting_controller.use_cases.forget import forget_daily
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import end_override, override_group, resume_group
from services.lighting_controller.use_cases.show_energy import show_energy, show_last_night
from services.lighting_controller.use_cases.show_faults import show_faults
from services.lighting_controller.use_cases.show_night import show_night
from services.lighting_controller.use_cases.show_overrides import show_emergency, show_overrides
from services.lighting_controller.use_cases.show_plan import show_plan
from services.lighting_controller.use_cases.show_state import show_state, summarise
from services.lighting_controller.use_cases.show_upkeep import show_upkeep
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from services.lighting_controller.use_cases.take_reports import take_reports
from services.lighting_controller.use_cases.tell_files_refused import tell_files_refused
from shared import bus
from shared.actor import Actor
from shared.errors import InputError
from shared.model.lighting import LightingRequested
from shared.model.registry import RegistryChanged
from shared.model.uplinks import Uplink
from shared.runtime.batches import batches, uplinks
from shared.runtime.database import Database, Received
from shared.runtime.operators import EmergencyKeyProvider, OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider, LeasesProvider
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

_FORGET_EVERY_S: Final = 60
_REPORTS_AT_ONCE: Final = 500
_LOOK_EVERY_S: Final = 2
_log: Final = logging.getLogger(__name__)

T = TypeVar("T")


class LightingControllerService:
    """Decides what each luminaire does, commands it, and checks that it did."""

    name: ClassVar = bus.LIGHTING_CONTROLLER
    database = DatabaseProvider(METADATA, "services.lighting_controller.storage")
    clock = ClockProvider()
    leases = LeasesProvider()
    lights = LightsProvider()
    followed = FollowedLightsProvider()
    energy_book = EnergyBookProvider()
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

    @web(http_energy.routes, prefix=http_energy.PREFIXES)
    def http_energy(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @batches(bus.REGISTRY_CHANGED, RegistryChanged)
    def keep_registry(self, received: list[Received[RegistryChanged]]) -> None:
        keep_registry(self.database, received, self.clock.now())
        self.lights.network.changed()

    @batches(bus.LIGHTING_REQUESTED, LightingRequested, leased=True)
    def take_requests(self, received: list[Received[LightingRequested]]) -> None:
        database = self.leases.fence(self.database)
        for outcome, number in take_lighting_requests(
            database, self.lights.calendars, received, self.clock.now()
        ).items():
            figures.REQUESTS.labels(outcome.value).inc(number)

    @uplinks(bus.LUMINAIRE_REPORTS, _REPORTS_AT_ONCE)
    def take_reports(self, received: list[Received[Uplink]]) -> None:
        now = self.clock.now()
        self.lamps.took(len(received), now, _REPORTS_AT_ONCE)
        taken = take_reports(self.database, received, now, self._watch(), self.lamps.read)
        for outcome, number in taken.outcomes.items():
            figures.REPORTS.labels(outcome).inc(number)
        figures.observe_answers(taken.answers)

    @timer(interval=_LOOK_EVERY_S)
    def follow_files(self) -> None:
        """Those of ``rules/lighting/``, whenever somebody changed them; the next tick goes by them."""
        news = self.followed.look()
        if news is None:
            return
        figures.FILE_PROBLEMS.set(len(news.problems))
        if news.problems:
            tell_files_refused(self.database, news.problems, news.digest, self.clock.now())
            found = "\n".join(map(str, news.problems))
            _log.error("the files of lighting are refused, the last good ones hold:\n%s", found)
        else:
            _log.info("the files of lighting are in force as they are now")
        self.followed.passed_on()

    @due_rows
    def tick(self) -> datetime | None:
        if not self.leases.held():
            self.lamps.rest()
            figures.rest()
            self.energy_book.next_due = None
            return None
        now, database = self.clock.now(), self.leases.fence(self.database)
        if (listens_until := self.lamps.listens_until(now)) is not None:
            return listens_until
        lamps, watch = self.lamps, self._watch()
        lamps.take_up(database, now, watch)
        lamps.go_by(self.lights, database, now)
        acted = act_on_due(database, lamps.driver, self.lights.calendars, self.lights.safety, now, watch, lamps.paces)
        lamps.paces = acted.paces
        figures.note_acted(acted, watch.network)
        uploaded = lamps.upload(database, self.lights, now)
        if uploaded is not None:
            figures.note_uploaded(uploaded)
        upload_due = None if uploaded is None else uploaded.next_due
        moments = (acted.next_due, upload_due, lamps.beat(now), self._count_energy(database, now))
        return min((at for at in moments if at is not None), default=None)

    @timer(interval=_FORGET_EVERY_S)
    def forget(self) -> None:
        """What is old, once a day."""
        if self.leases.held():
            forget_daily(self.leases.fence(self.database), self.clock.now())

    def _watch(self) -> Watch:
        _revision, network = self.lights.network.current(self.database)
        return Watch(self.lamps.way.patience, network, self.lamps.tells)

    def _present(self) -> orders.Present:
        now, watch, paces = self.clock.now(), self._watch(), self.lamps.paces
        breathe = partial(eventlet.sleep, 0)
        return orders.Present(self.database, self.lights.calendars, self.lights.safety, now, watch, paces, breathe)

    def _count_energy(self, database: Database, now: datetime) -> datetime | None:
        book = self.energy_book
        book.take(self.lights.basis, now)
        basis = book.basis_until(counted_until(now))
        if basis is None:
            return None
        if book.next_due is None or book.next_due <= now:
            tally = count_energy(database, basis, now)
            book.next_due = tally.next_due
            figures.note_energy(tally)
        return book.next_due

    @rpc
    def faults(self, ended_within_s: float = 0.0) -> Any:
        """What is wrong with luminaires now; also what ended in so many seconds."""
        _revision, network = self.lights.network.current(self.database)
        ended_within = timedelta(seconds=ended_within_s)
        return msgspec.to_builtins(show_faults(self.database, network, self.clock.now(), ended_within))

    @rpc(expected_exceptions=InputError)
    def state(self, group: str | None = None) -> Any:
        now = self.clock.now()
        return {"groups": msgspec.to_builtins(show_state(self.database, self.lights.calendars, now, group))}

    @rpc
    def summary(self) -> Any:
        return msgspec.to_builtins(summarise(self.database))

    @rpc(expected_exceptions=InputError)
    def plan(self, group: str, year: int | None = None) -> Any:
        """A ``YearPlan``; by default of this year."""
        return msgspec.to_builtins(show_plan(self.database, self.lights.calendars, group, year, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def energy(self, group: str | None = None, first: str | None = None, last: str | None = None) -> Any:
        """What a group, or the city and each group, used in some nights; dates as 2026-10-24."""
        prices, days = self.lights.known_basis().models.prices, (day_of(first), day_of(last))
        return msgspec.to_builtins(show_energy(self.database, prices, self.clock.now(), group, *days))

    @rpc(expected_exceptions=InputError)
    def last_night(self) -> Any:
        """What the city used in the last night that is over, a ``NightView``; None: nothing was counted."""
        prices = self.lights.known_basis().models.prices
        return msgspec.to_builtins(show_last_night(self.database, prices, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def upkeep(self, group: str | None = None, most: int = 100) -> Any:
        """Which luminaires come to the end of their life first."""
        return msgspec.to_builtins(show_upkeep(self.database, self.lights.known_basis(), group, most))

    @rpc(expected_exceptions=InputError)
    def night(self, group: str, night: str | None = None) -> Any:
        """How a night went for a group; by default the last whose noon is past."""
        return msgspec.to_builtins(
            show_night(self.database, self.lights.known_basis(), group, day_of(night), self.clock.now())
        )

    @rpc
    def overrides(self) -> Any:
        """The overrides and emergencies that stand: who asked, why, until when."""
        return msgspec.to_builtins(show_overrides(self.database, self.lights.calendars, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def override(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedOverride``; ``actor`` those of ``Actor``."""
        who, wanted = demanded(actor, Actor), demanded(demand, WantedOverride)
        return msgspec.to_builtins(override_group(self.database, wanted, who, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def preview_override(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """What ``override`` would change."""
        who, wanted = demanded(actor, Actor), demanded(demand, WantedOverride)
        return msgspec.to_builtins(orders.preview_override(self._present(), wanted, who))

    @rpc(expected_exceptions=InputError)
    def end_override(self, actor: dict[str, Any], override: str, reason: str = "") -> Any:
        """End one person's override before its time."""
        return msgspec.to_builtins(
            end_override(self.database, override, demanded(actor, Actor), self.clock.now(), reason)
        )

    @rpc(expected_exceptions=InputError)
    def resume(self, actor: dict[str, Any], group: str, reason: str = "") -> Any:
        """End what persons overrode; the group follows its calendar and the rules again."""
        return msgspec.to_builtins(resume_group(self.database, group, demanded(actor, Actor), self.clock.now(), reason))

    @rpc(expected_exceptions=InputError)
    def call_emergency(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedEmergency``."""
        who, wanted = demanded(actor, Actor), demanded(demand, WantedEmergency)
        return msgspec.to_builtins(emergencies.call_emergency(self.database, wanted, who, self.clock.now()))

    @rpc(expected_exceptions=InputError)
    def preview_emergency(self, actor: dict[str, Any], demand: dict[str, Any]) -> Any:
        """What ``call_emergency`` would change."""
        who, wanted = demanded(actor, Actor), demanded(demand, WantedEmergency)
        return msgspec.to_builtins(orders.preview_emergency(self._present(), wanted, who))

    @rpc(expected_exceptions=InputError)
    def renew_emergency(self, actor: dict[str, Any], emergency: str, demand: dict[str, Any]) -> Any:
        """``demand`` has the fields of ``WantedRenewal``."""
        who, wanted = demanded(actor, Actor), demanded(demand, WantedRenewal)
        emergencies.renew_emergency(self.database, emergency, wanted, who, self.clock.now())
        return self.emergency(emergency)

    @rpc(expected_exceptions=InputError)
    def end_emergency(self, actor: dict[str, Any], emergency: str, reason: str = "") -> Any:
        """End an emergency before its time."""
        emergencies.end_emergency(self.database, emergency, demanded(actor, Actor), self.clock.now(), reason)
        return self.emergency(emergency)

    @rpc(expected_exceptions=InputError)
    def emergency(self, emergency: str) -> Any:
        """One emergency, also when it is over."""
        return msgspec.to_builtins(show_emergency(self.database, emergency, self.clock.now()))
