"""The shell: nameko's entrypoints over a real database and the outbox channel, without a broker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.muting.muting_plan import DEFAULT
from services.notifier.domain.people.retention import Retention
from services.notifier.providers import ComposerProvider
from services.notifier.service import NotifierService
from services.notifier.storage.tables import METADATA
from shared import bus
from shared.errors import ProblemsFound
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.model.lighting import OverrideChanged, OverrideState
from shared.model.message import decode, encode
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database, Received
from shared.runtime.leases import AllHeld
from shared.runtime.migrating import check
from shared.runtime.settings import Settings


def composer_for(settings: Settings, database: Database) -> Any:
    """What the provider injects in a process with these settings."""
    provider = ComposerProvider()
    config = {"settings": settings, "open_database": lambda _service: database}
    provider.container = SimpleNamespace(config=config, service_name="notifier")
    provider.setup()
    return provider.get_dependency(None)


@pytest.fixture
def clock(start: datetime) -> VirtualClock:
    return VirtualClock(start)


@pytest.fixture
def service(database: Database, clock: VirtualClock) -> Any:
    """The service with the shipped teams."""
    composer = composer_for(Settings(), database)
    leases = AllHeld(bus.LEASES[bus.NOTIFIER])
    parts = {"policies": NO_POLICIES, "links": lambda: Links(b"key", "http://vigie.test")}
    parts |= {"database": database, "clock": clock, "composer": composer, "leases": leases}
    return worker_factory(NotifierService, **parts, plan=DEFAULT, retention=Retention())


def test_a_flood_is_told_by_text_and_mail_and_so_is_its_end(
    service: Any, clock: VirtualClock, alert_of: Callable[..., AlertChanged], start: datetime, rows: Any
) -> None:
    duty = (NotifyRequest(team="gemapi-astreinte", message="Toulouse : 2,02 m"),)
    service.take_alerts([Received("m1", decode(encode(alert_of(notify=duty)), AlertChanged))])
    assert service.tick() is None
    assert service.summary() == {
        "sms": 2,
        "emails": 2,
        "states": {"queued": 0, "attempting": 0, "sent": 4, "failed": 0, "uncertain": 0, "folded": 0},
        "open_incidents": 1,
    }
    clock.set(start + timedelta(days=2))
    end = alert_of(notify=duty, status=AlertStatus.RESOLVED, at=clock.now(), since=start)
    service.take_alerts([Received("m2", end)])
    assert service.tick() is None
    assert (service.summary()["sms"], service.summary()["open_incidents"]) == (4, 0)
    assert len(rows("outbox_message")) == 8
    assert {item["channel"] for item in service.notifications()} == {"outbox"}
    assert [item["status"] for item in service.incidents()] == ["resolved"]


def test_the_tick_names_the_hour_of_the_next_digest(
    service: Any, clock: VirtualClock, alert_of: Callable[..., AlertChanged], start: datetime
) -> None:
    daily = (NotifyRequest(team="dechets-collecte", message="pleine", digest="05:00"),)
    service.take_alerts([Received("m1", alert_of(notify=daily))])
    morning = service.tick()
    assert morning == start.replace(hour=4, minute=0)
    assert service.summary()["emails"] == 0
    clock.set(morning)
    assert service.tick() is None
    assert service.summary()["emails"] == 1


def test_the_owner_of_a_rule_hears_of_its_lights(service: Any, clock: VirtualClock, start: datetime) -> None:
    event = OverrideChanged(
        override="o",
        state=OverrideState.USED_UP,
        alert="a",
        rule="r",
        owner="gemapi",
        group="berges-garonne",
        level=100,
        reason="crue",
        at=start,
    )
    service.take_override_changes([Received("m1", event)])
    clock.set(service.tick())
    assert service.tick() is None
    assert [item["kind"] for item in service.notifications()] == ["override-used-up"]


def test_the_migrated_tables_are_those_of_the_code(database: Database) -> None:
    check(database, "services.notifier.storage")
    assert {"incident", "notification", "digest"} <= METADATA.tables.keys()


def test_faulty_teams_stop_the_start_with_the_place_of_the_fault(database: Database, tmp_path: Any) -> None:
    (tmp_path / "teams.yaml").write_text("people: []\nteams: []\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"teams\.yaml:1:1: error\[unknown-team\]"):
        composer_for(Settings(rules_dir=tmp_path), database)
