"""The shell: nameko's entrypoints over a real database, without a broker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from nameko.testing.services import worker_factory
from prometheus_client import REGISTRY

from services.lighting_controller.domain.calendars.planning import YearPlan
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.domain.envelope.loading_limits import load_limits
from services.lighting_controller.domain.network.cabinet import Cabinets
from services.lighting_controller.drivers.simulated import Outage
from services.lighting_controller.energy_book import EnergyBook
from services.lighting_controller.followed_lights import InForce
from services.lighting_controller.lamps import Lamps
from services.lighting_controller.service import LightingControllerService
from services.lighting_controller.sources.folder import Written
from services.lighting_controller.storage.tables import METADATA
from shared.errors import InputError, NotFound
from shared.model.lighting import LightingRequested
from shared.model.message import decode, encode
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Received
from shared.runtime.leases import AllHeld
from shared.runtime.migrating import check
from shared.runtime.settings import shipped_rules

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
MODELS = load_models((shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8"), "models.yaml")
ACTOR = {"id": "operator:lucie", "directorate": "eclairage"}


@pytest.fixture
def service(controller_of: Callable[..., Any]) -> Any:
    """The service, with the bank's lamps at 50 %."""
    controller = controller_of(now=AT, watts=None)
    return worker_factory(
        LightingControllerService,
        database=controller.database,
        clock=VirtualClock(AT),
        lights=InForce(Written(controller.calendars, controller.limits, Cabinets(), MODELS)),
        lamps=Lamps(controller.driver),
        operator_key=None,
        energy_book=EnergyBook(),
        leases=AllHeld(1),
    )


def test_what_is_old_is_forgotten_by_the_replica_that_commands_also_without_models(
    service: Any, hold: Callable[..., Any]
) -> None:
    limits = load_limits((shipped_rules() / "lighting" / "limits.yaml").read_text(encoding="utf-8"), "limits.yaml")
    service.lights = InForce(Written(service.lights.calendars, limits, Cabinets(), None))
    service.take_requests([Received("m1", hold(AT))])
    service.clock.set(AT + timedelta(minutes=15))
    service.tick()
    service.clock.set(AT + timedelta(days=45))
    service.leases = NoneHeld()
    service.forget()
    assert overrides_of(service) == 1
    service.leases = AllHeld(1)
    service.forget()
    assert overrides_of(service) == 0


class NoneHeld:
    """Another replica commands."""

    def held(self) -> tuple[int, ...]:
        return ()


def overrides_of(service: Any) -> int:
    with service.database.transaction() as transaction:
        return int(transaction.connection.exec_driver_sql("SELECT count(*) FROM override").scalar_one())


def test_request_and_tick_show_in_state_and_summary(service: Any, hold: Callable[..., Any]) -> None:
    request = decode(encode(hold(AT)), LightingRequested)
    service.take_requests([Received("m1", request)])
    assert service.tick() == AT + timedelta(minutes=15)
    group = service.state()["groups"][0]
    assert (group["group"], group["level"], group["source"], group["lit"]) == ("berges-garonne", 100, "flood", True)
    assert group["until"] == "2022-01-10T02:00:00Z"
    assert group["overrides"][0] == {
        "override": "flood",
        "group": "berges-garonne",
        "source": "vital-rule",
        "rule": "gemapi.garonne",
        "by": "gemapi.garonne",
        "reason": "crue",
        "level": 100,
        "day": False,
        "state": "acting",
        "starts_at": "2022-01-10T01:45:00Z",
        "lease_until": "2022-01-10T02:00:00Z",
        "used_s": 0.0,
        "at_most_s": 14400.0,
        "emergency": None,
        "luminaires": None,
    }
    assert group["luminaires"][0]["actual"] == 100
    assert service.summary() == {"luminaires": 3, "changes": 6, "overrides": 1}


def test_person_overrides_and_resumes_by_rpc(service: Any) -> None:
    wish = {"group": "berges-garonne", "level": 80, "reason": "marché", "expiration": "2022-01-10T03:00:00+01:00"}
    service.override(ACTOR, wish)
    service.tick()
    assert service.state()["groups"][0]["level"] == 80
    assert len(service.resume(ACTOR, "berges-garonne")["ended"]) == 1
    service.tick()
    assert service.state()["groups"][0]["level"] == 50


def test_plan_of_a_year_is_had_by_rpc(service: Any) -> None:
    plan = msgspec.convert(service.plan("berges-garonne"), YearPlan)
    assert (plan.year, plan.title, len(plan.nights)) == (2022, "Groupe berges-garonne", 365)
    assert [change.level for change in plan.nights[9].changes] == [0, 100, 50, 100, 0]
    assert service.plan("berges-garonne", 2028)["year"] == 2028
    with pytest.raises(NotFound):
        service.plan("gauges")


@pytest.mark.parametrize(
    ("actor", "wish"),
    [
        pytest.param({}, {}, id="nobody"),
        pytest.param(ACTOR, {"group": "berges-garonne", "level": 80, "reason": "x"}, id="no expiration"),
        pytest.param(
            ACTOR, {"group": "g", "level": "80", "reason": "x", "expiration": "2022-01-10T03:00:00Z"}, id="text"
        ),
    ],
)
def test_unreadable_demand_is_an_input_error(service: Any, actor: dict[str, Any], wish: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        service.override(actor, wish)


def test_migrations_make_the_tables_of_the_code(service: Any) -> None:
    assert METADATA.tables
    check(service.database, "services.lighting_controller.storage")


def test_ticks_count_energy_and_it_is_asked_for(service: Any) -> None:
    # What is a quarter of an hour old is counted, each quarter of an hour: what the lamps measure, whatever the model.
    assert service.tick() == AT + timedelta(minutes=15)
    service.clock.set(AT + timedelta(hours=1))
    before = _counted()
    assert service.tick() == AT + timedelta(hours=1, minutes=15)
    assert _counted() - before == pytest.approx(3 * 15.5 * 0.75)
    (city, group) = service.energy()["of"]
    assert (city["group"], group["group"], group["title"]) == (None, "berges-garonne", "Groupe berges-garonne")
    assert city["total"]["energy_kwh"] == pytest.approx(3 * 15.5 * 0.75 / 1000, abs=1e-4)
    assert service.energy("berges-garonne", "2022-01-09", "2022-01-09")["of"][0]["nights"][0]["night"] == "2022-01-09"
    assert service.last_night() is None, "the night of 8 January was not counted"
    assert service.upkeep("berges-garonne", 1)[0]["model"] == "led-berge-30-w"
    assert service.night("berges-garonne", "2022-01-09")["known_until"] == "2022-01-10T02:45:00Z"
    for asked in (lambda: service.energy(None, "soon"), lambda: service.night("berges-garonne", "2022-1-9")):
        with pytest.raises(InputError):
            asked()
    service.clock.set(datetime(2022, 1, 10, 11, 0, tzinfo=UTC))
    night = service.last_night()
    assert (night["night"], night["saved_full_kwh"]) == ("2022-01-09", city["total"]["saved_full_kwh"])


def test_a_city_without_models_lights_and_counts_nothing(service: Any) -> None:
    service.lights.basis = None
    service.clock.set(AT + timedelta(hours=1))
    before = _counted()
    service.tick()
    assert _counted() == before
    with pytest.raises(NotFound):
        service.energy()


def _counted() -> float:
    return (
        REGISTRY.get_sample_value("vigie_lighting_controller_energy_watt_hours_total", {"reckoned": "reported"}) or 0.0
    )


def test_it_meters_programmes_luminaires_and_the_silent_ones_by_gateway(service: Any) -> None:
    before = figure("programmes_total", outcome="given") or 0
    service.tick()
    assert figure("programmes_total", outcome="given") == before + 3
    assert figure("programmes_outstanding") == 0
    assert (figure("luminaires", gateway="default"), figure("silent_luminaires", gateway="default")) == (3, 0)
    deaf = Outage(AT, AT + timedelta(days=1))
    service.lamps.driver.cut(deaf)
    service.override(
        ACTOR, {"group": "berges-garonne", "level": 90, "reason": "essai", "expiration": "2022-01-10T06:00:00+01:00"}
    )
    due = service.tick()
    while due is not None and due <= AT + timedelta(minutes=30):
        service.clock.set(due)
        due = service.tick()
    assert (figure("luminaires", gateway="default"), figure("silent_luminaires", gateway="default")) == (3, 3)
    service.leases = SimpleNamespace(held=tuple)
    service.tick()
    assert figure("luminaires", gateway="default") is None, "whoever waits says nothing"


def figure(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"vigie_lighting_controller_{name}", labels)
