"""Who is on call, asked of the service: by RPC, and as the console draws it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory
from rich.console import Console

from services.console.duty_calendar import Picture
from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.muting.muting_plan import DEFAULT
from services.notifier.domain.people.retention import Retention
from services.notifier.providers import ComposerProvider, FetchProvider
from services.notifier.service import NotifierService
from shared import bus
from shared.errors import InputError, NotFound, ProblemsFound
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database, Received
from shared.runtime.leases import AllHeld
from shared.runtime.settings import Settings, shipped_rules

# A Sunday in the week in which the clocks of Paris are set back.
NOW = datetime(2026, 10, 18, 12, tzinfo=UTC)


@pytest.fixture
def rules(tmp_path: Any) -> Any:
    """The shipped teams and schedules, two of which are attached."""
    teams = (shipped_rules() / "teams.yaml").read_text(encoding="utf-8")
    for title, schedule in {"Astreinte GEMAPI": "gemapi-astreinte", "Astreinte déchets": "dechets-astreinte"}.items():
        teams = teams.replace(f"    title: {title}\n", f"    title: {title}\n    on_call: {schedule}\n", 1)
    (tmp_path / "teams.yaml").write_text(teams, encoding="utf-8")
    (tmp_path / "notifier").mkdir()
    for file in (shipped_rules() / "notifier").iterdir():
        (tmp_path / "notifier" / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def service_of(database: Database, rules: Any) -> Callable[[], Any]:
    """A function that gives a worker of a service that has begun."""
    clock = VirtualClock(NOW)
    config = {"settings": Settings(rules_dir=rules), "open_database": lambda _service: database}
    provider, fetch = ComposerProvider(), FetchProvider()
    for item in (provider, fetch):
        item.container = SimpleNamespace(config=config, service_name="notifier")
    provider.setup()

    def worker() -> Any:
        return worker_factory(
            NotifierService, database=database, clock=clock, composer=provider.get_dependency(None),
            leases=AllHeld(bus.LEASES[bus.NOTIFIER]), fetch=fetch.get_dependency(None), operator_key=None,
            plan=DEFAULT, retention=Retention(), policies=NO_POLICIES, links=lambda: Links(b"key", "http://vigie.test"),
        )  # fmt: skip

    worker().begin()
    return worker


def drawn(draw: Callable[[Picture], None]) -> str:
    page = StringIO()
    draw(Picture(Console(file=page, width=100)))
    return page.getvalue()


def test_who_is_on_call_by_schedule_and_by_team(service_of: Callable[[], Any]) -> None:
    found = service_of().who_is_on_call("gemapi-astreinte")
    assert [person["id"] for person in found["people"]] == ["idir-benali"]
    assert (found["by"], found["teams"], found["calendar"]) == ("semaine", ["gemapi-astreinte"], None)
    friday = service_of().who_is_on_call("gemapi-astreinte", "2026-10-23 19:00")
    assert [[person["id"] for person in rung] for rung in friday["ladder"]] == [["idir-benali"], ["camille-roux"]]
    assert "+33" not in str(found)
    assert "@" not in str(found)


def test_a_file_of_events_is_read_at_the_start(service_of: Callable[[], Any]) -> None:
    found = service_of().who_is_on_call("dechets-astreinte")
    assert [person["id"] for person in found["people"]] == ["claire-santoni"]
    assert (found["calendar"]["failures"], found["calendar"]["failure"]) == (0, None)


def test_the_day_on_which_clocks_are_set_back_is_drawn_with_25_hours(service_of: Callable[[], Any]) -> None:
    shifts = service_of().on_call_shifts("gemapi-astreinte", "2026-10-24 00:00", 3)
    lines = drawn(lambda picture: picture.shifts(shifts)).splitlines()
    assert [line.rstrip() for line in lines[2:5]] == [
        "sam 24/10  AAAAAAAABBBBBBBBBBBBBBBB",
        "dim 25/10  BBBBBBBBBBBBBBBBBBBBBBBBB",
        "lun 26/10  BBBBBBBBAAAAAAAAAAAAAAAA",
    ]
    assert lines[5] == "A  Idir Benali, technicien d'astreinte GEMAPI"


def test_gaps_are_drawn_and_none_is_said(service_of: Callable[[], Any]) -> None:
    gaps = service_of().on_call_gaps()
    assert [item["gaps"] for item in gaps] == [[], [], []]
    assert drawn(lambda picture: picture.gaps(gaps)).count("aucun trou") == 3


def test_what_can_not_be_answered_is_said(service_of: Callable[[], Any]) -> None:
    with pytest.raises(NotFound):
        service_of().who_is_on_call("nobody")
    for moment in ("soon", "0001-01-01", "9999-12-31 23:59"):
        with pytest.raises(InputError):
            service_of().who_is_on_call("gemapi-astreinte", moment)
    with pytest.raises(InputError):
        service_of().on_call_shifts("gemapi-astreinte", None, 401)


def test_the_service_tells_whoever_is_on_call(
    service_of: Callable[[], Any], alert_of: Callable[..., AlertChanged]
) -> None:
    notify = (NotifyRequest(team="dechets-astreinte", message="Feu"),)
    service_of().take_alerts([Received("m1", alert_of(notify=notify))])
    assert service_of().tick() is not None
    assert {item["recipient"].split(",")[0] for item in service_of().notifications()} == {"Claire Santoni"}
    assert {item["route"] for item in service_of().notifications()} == {"on-call"}


def test_a_schedule_that_does_not_exist_stops_the_start(rules: Any, database: Database) -> None:
    file = rules / "teams.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("on_call: gemapi-astreinte", "on_call: gemapi-astreinté"))
    provider = ComposerProvider()
    config = {"settings": Settings(rules_dir=rules), "open_database": lambda _service: database}
    provider.container = SimpleNamespace(config=config, service_name="notifier")
    with pytest.raises(ProblemsFound, match="did you mean 'gemapi-astreinte'"):
        provider.setup()
