"""The lighting controller's entrypoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from nameko.rpc import rpc
from prometheus_client import Counter

from services.lighting_controller import http_energy
from services.lighting_controller.figures import note_energy
from services.lighting_controller.providers import CalendarsProvider, EnergyProvider, LampsProvider
from services.lighting_controller.storage.tables import METADATA
from services.lighting_controller.use_cases.act_on_due import act_on_due
from services.lighting_controller.use_cases.count_energy import count_energy
from services.lighting_controller.use_cases.keep_registry import keep_registry
from services.lighting_controller.use_cases.override_group import Demand, override_group, resume_group
from services.lighting_controller.use_cases.show_energy import show_energy
from services.lighting_controller.use_cases.show_night import show_night
from services.lighting_controller.use_cases.show_state import show_state, summarise
from services.lighting_controller.use_cases.show_upkeep import show_upkeep
from services.lighting_controller.use_cases.take_lighting_requests import take_lighting_requests
from services.lighting_controller.use_cases.take_reports import take_reports
from shared import bus
from shared.actor import Actor
from shared.errors import InputError
from shared.model.lighting import LightingRequested
from shared.model.registry import RegistryChanged
from shared.model.uplinks import Uplink
from shared.runtime.batches import batches, uplinks
from shared.runtime.database import Database, Received
from shared.runtime.operators import OperatorKeyProvider
from shared.runtime.providers import ClockProvider, DatabaseProvider, LeasesProvider
from shared.runtime.ticks import due_rows
from shared.runtime.web import web

_REQUESTS: Final = Counter("vigie_lighting_controller_requests_total", "Requests of rules, by outcome.", ["outcome"])
_MOVES: Final = Counter("vigie_lighting_controller_moves_total", "What was done about luminaires.", ["move"])
_REPORTS: Final = Counter("vigie_lighting_controller_reports_total", "Reports of luminaires, by outcome.", ["outcome"])

T = TypeVar("T")


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two due times; None: nothing is planned."""
    return min((moment for moment in (one, other) if moment is not None), default=None)


def day(text: str | None) -> date | None:
    """A day as 2026-10-24.

    Raises:
        InputError: it is none.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"'{text}' n'est pas un jour / is no day such as 2026-10-24") from error


class LightingControllerService:
    """Decides what each luminaire does, commands it, and checks that it did."""

    name: ClassVar = bus.LIGHTING_CONTROLLER
    database = DatabaseProvider(METADATA, "services.lighting_controller.storage")
    clock = ClockProvider()
    leases = LeasesProvider()
    operator_key = OperatorKeyProvider()
    calendars = CalendarsProvider()
    energy_book = EnergyProvider()
    lamps = LampsProvider()

    @web()
    def http(self, handle: Callable[[LightingControllerService], T]) -> T:
        return handle(self)

    @web(http_energy.routes, prefix=http_energy.PREFIXES)
    def http_energy(self, handle: Callable[[LightingControllerService], T]) -> T:
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
            self.energy_book.next_due = None
            return None
        now, database = self.clock.now(), self.leases.fence(self.database)
        self.lamps.take_up(database, now)
        acted = act_on_due(database, self.lamps.driver, self.calendars, now, self.lamps.way.patience, self.lamps.pace)
        self.lamps.pace = acted.pace
        for move, number in acted.moves.items():
            _MOVES.labels(move.value).inc(number)
        return earlier(acted.next_due, self._count_energy(database, now))

    def _count_energy(self, database: Database, now: datetime) -> datetime | None:
        book = self.energy_book
        if book.circumstances is not None and (book.next_due is None or book.next_due <= now):
            tally = count_energy(database, book.circumstances, now)
            book.next_due = tally.next_due
            note_energy(tally)
        return book.next_due

    @rpc
    def state(self) -> Any:
        return {"groups": msgspec.to_builtins(show_state(self.database, self.calendars, self.clock.now()))}

    @rpc
    def summary(self) -> Any:
        return msgspec.to_builtins(summarise(self.database))

    @rpc(expected_exceptions=InputError)
    def energy(self, group: str | None = None, first: str | None = None, last: str | None = None) -> Any:
        """What a group, or the city and each group, used in some nights; dates as 2026-10-24."""
        prices, days = self.energy_book.known().models.prices, (day(first), day(last))
        return msgspec.to_builtins(show_energy(self.database, prices, self.clock.now(), group, *days))

    @rpc(expected_exceptions=InputError)
    def upkeep(self, group: str | None = None, most: int = 100) -> Any:
        """Which luminaires come to the end of their life first."""
        return msgspec.to_builtins(show_upkeep(self.database, self.energy_book.known(), group, most))

    @rpc(expected_exceptions=InputError)
    def night(self, group: str, night: str | None = None) -> Any:
        """How a night went for a group; by default the last whose noon is past."""
        return msgspec.to_builtins(
            show_night(self.database, self.energy_book.known(), group, day(night), self.clock.now())
        )

    @rpc(expected_exceptions=InputError)
    def override(self, actor: dict[str, Any], demand: dict[str, Any]) -> dict[str, str]:
        """``demand`` has the fields of ``Demand``, times in RFC 3339; ``actor`` those of ``Actor``."""
        try:
            who, what = msgspec.convert(actor, Actor), msgspec.convert(demand, Demand)
        except msgspec.ValidationError as error:
            raise InputError(str(error)) from error
        return {"override": override_group(self.database, what, who, self.clock.now())}

    @rpc(expected_exceptions=InputError)
    def resume(self, actor: dict[str, Any], group: str) -> dict[str, list[str]]:
        """End what persons overrode; the group follows its calendar and the rules again."""
        try:
            who = msgspec.convert(actor, Actor)
        except msgspec.ValidationError as error:
            raise InputError(str(error)) from error
        return {"overrides": resume_group(self.database, group, who, self.clock.now())}
