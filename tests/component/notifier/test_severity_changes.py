"""An alert whose severity changes while it fires: one incident, through the real notifier to the outbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nameko.testing.services import worker_factory

from services.notifier.channels import carriers
from services.notifier.channels.outbox import Outbox
from services.notifier.domain.channel import Carriers, Medium, Parcel
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.escalation.linking import Links
from services.notifier.domain.muting.muting_plan import DEFAULT
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.domain.people.retention import Retention
from services.notifier.layouts import JinjaLayouts
from services.notifier.service import NotifierService
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.model.message import decode, encode
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database, Received, open_sqlite
from shared.runtime.leases import AllHeld
from shared.runtime.migrating import upgrade
from shared.runtime.settings import Settings
from tests.component.notifier.conftest import START, TEAMS

HOUR = timedelta(hours=1)
OWNER = (NotifyRequest(team="gemapi", message="Toulouse : 1,20 m"),)
DUTY = (NotifyRequest(team="astreinte", message="Toulouse : 2,02 m"),)
BOTH = tuple(NotifyRequest(team=team, message="Toulouse : 3,10 m") for team in ("astreinte", "gemapi"))
LOWER = tuple(NotifyRequest(team=request.team, message="Toulouse redescend : 1,50 m") for request in BOTH)
Told = list[tuple[str, str, str]]
STEPS: list[Told] = [
    [("email", "Hélène", "[jaune] Garonne – Toulouse")],
    [
        ("sms", "Camille", "aggravation, orange (avant : jaune) : Toulouse : 2,02 m (10/01 03:45)"),
        ("email", "Camille", "[aggravation, orange] Garonne – Toulouse"),
    ],
    [
        ("sms", "Camille", "aggravation, rouge (avant : orange) : Toulouse : 3,10 m (10/01 04:45)"),
        ("email", "Camille", "[aggravation, rouge] Garonne – Toulouse"),
        ("email", "Hélène", "[aggravation, rouge] Garonne – Toulouse"),
    ],
    [
        ("email", "Camille", "[amélioration, jaune] Garonne – Toulouse"),
        ("email", "Hélène", "[amélioration, jaune] Garonne – Toulouse"),
    ],
    [
        ("sms", "Camille", "fin d'alerte : Garonne, Toulouse. Du 10/01 02:45 au 10/01 06:45."),
        ("email", "Camille", "[fin d'alerte] Garonne – Toulouse"),
        ("email", "Hélène", "[fin d'alerte] Garonne – Toulouse"),
    ],
]
"""All that each part of the story leads to: medium, person, text."""

TOLD: Told = [item for step in STEPS for item in step]


@pytest.fixture
def story(alert_of: Callable[..., AlertChanged]) -> list[AlertChanged]:
    """Yellow, orange, red, yellow again, over: an hour each, as they come from the bus."""
    said: list[dict[str, Any]] = [
        {"severity": "yellow", "notify": OWNER},
        {"severity": "orange", "was": "yellow", "notify": DUTY},
        {"severity": "red", "was": "orange", "notify": BOTH},
        {"severity": "yellow", "was": "red", "notify": LOWER},
        {"severity": "yellow", "status": AlertStatus.RESOLVED},
    ]
    alerts = [alert_of(since=START, at=START + hours * HOUR, **changes) for hours, changes in enumerate(said)]
    return [decode(encode(alert), AlertChanged) for alert in alerts]


@pytest.fixture
def service_of(tmp_path: Path) -> Callable[[str], Any]:
    """A function that gives a notifier with tables of its own and the outbox for a channel."""

    def make(name: str) -> Any:
        database = open_sqlite(tmp_path / f"{name}.sqlite")
        upgrade(database, "services.notifier.storage", bus.NOTIFIER)
        shelf = OutboxMessages(database)
        composer = Composer(load_teams(TEAMS, "t"), JinjaLayouts("http://vigie.test"), carriers(Settings(), shelf))
        leases = AllHeld(bus.LEASES[bus.NOTIFIER])
        parts = {"database": database, "clock": VirtualClock(START), "composer": composer, "leases": leases}
        parts |= {"policies": NO_POLICIES, "links": lambda: Links(b"key", "http://vigie.test")}
        return worker_factory(NotifierService, **parts, plan=DEFAULT, retention=Retention())

    return make


def take(service: Any, alerts: Sequence[AlertChanged], prefix: str = "m") -> None:
    """Take alerts as one batch at the time of the last, and deliver."""
    service.clock.set(max(service.clock.now(), alerts[-1].at))
    service.take_alerts([Received(f"{prefix}-{alert.at}", alert) for alert in alerts])
    assert service.tick() is None


def outbox(database: Database) -> Told:
    """Medium, first name and text without the code, in the order in which they were put there; of mails the subject."""
    with database.transaction() as transaction:
        query = "SELECT medium, recipient, subject, body FROM outbox_message ORDER BY rowid"
        found = transaction.connection.exec_driver_sql(query).all()
    codes = [set(re.findall(r"V-[2-9A-Z]{4}", row.subject + row.body)) for row in found]
    assert all(code == codes[0] and len(code) == 1 for code in codes)
    return [(row.medium, row.recipient.split(",")[0], _text(row.subject, row.body)) for row in found]


def _text(subject: str, body: str) -> str:
    return subject.rsplit(" (", 1)[0] if subject else body.split(", ", 1)[1]


def by_listener(told: Told) -> dict[tuple[str, str], list[str]]:
    """What each person heard over each medium, in order; between two of them no order is promised."""
    return {key: [text for *who, text in told if tuple(who) == key] for key in {item[:2] for item in told}}


def rows_of(database: Database) -> list[Any]:
    with database.transaction() as transaction:
        tables = ("incident", "incident_alert", "notification", "outbox_message", "outbox")
        return [transaction.connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables]  # noqa: S608


def test_a_batch_from_the_first_level_to_the_end_puts_exactly_its_messages_in_the_outbox(
    service_of: Any, story: list[AlertChanged]
) -> None:
    service = service_of("city")
    take(service, story)
    assert by_listener(outbox(service.database)) == by_listener(TOLD)
    (incident,) = service.incidents()
    assert (incident["status"], incident["severity"], incident["worst"]) == ("resolved", "yellow", "red")
    assert (incident["opened_at"], incident["resolved_at"]) == ("2022-01-10T01:45:00Z", "2022-01-10T05:45:00Z")


def test_a_batch_leads_to_the_same_notices_as_its_alerts_one_by_one(service_of: Any, story: list[AlertChanged]) -> None:
    together, apart = service_of("together"), service_of("apart")
    take(together, story)
    for alert, step in zip(story, STEPS, strict=True):
        before = len(outbox(apart.database))
        take(apart, [alert])
        assert sorted(outbox(apart.database)[before:]) == sorted(step)
    shown = [
        sorted((item["notification"], item["kind"], item["body"]) for item in service.notifications(99))
        for service in (together, apart)
    ]
    assert shown[0] == shown[1]


def test_an_incident_follows_the_severity_up_and_down(service_of: Any, story: list[AlertChanged]) -> None:
    service = service_of("city")
    seen = []
    for alert in story:
        take(service, [alert])
        (incident,) = service.incidents()
        seen.append((incident["severity"], incident["worst"], incident["firing"]))
    assert seen == [
        ("yellow", "yellow", 1),
        ("orange", "orange", 1),
        ("red", "red", 1),
        ("yellow", "red", 1),
        ("yellow", "red", 0),
    ]


@pytest.mark.parametrize("number", range(1, 6))
def test_what_comes_again_at_any_moment_changes_nothing(
    service_of: Any, story: list[AlertChanged], number: int
) -> None:
    service = service_of("city")
    take(service, story[:number])
    before = rows_of(service.database)
    take(service, story[:number])
    take(service, story[:number], "computed again")
    for alert in reversed(story[:number]):
        take(service, [alert], "one by one")
    assert rows_of(service.database) == before


class Crash(BaseException):
    """The process dies."""


@pytest.mark.parametrize("crash_after", [False, True], ids=["before-the-outbox", "after-the-outbox"])
def test_each_attempt_may_be_killed_and_everybody_hears_everything_once_and_in_order(
    service_of: Any, story: list[AlertChanged], crash_after: bool
) -> None:
    service = service_of("city")
    shelf = OutboxMessages(service.database)
    tried = set()

    class Dying(Outbox):
        def send(self, parcel: Parcel) -> str | None:
            if parcel.notification in tried:
                return super().send(parcel)
            tried.add(parcel.notification)
            if crash_after:
                super().send(parcel)
            raise Crash

    service.take_alerts([Received(f"m-{alert.at}", alert) for alert in story])
    dying = Carriers(dict.fromkeys(Medium, Dying(shelf)))
    for _ in TOLD:
        with pytest.raises(Crash):
            deliver_due(service.database, dying, lambda: story[-1].at)
    deliver_due(service.database, dying, lambda: story[-1].at)
    assert by_listener(outbox(service.database)) == by_listener(TOLD)
    assert {item["state"] for item in service.notifications(99)} == {"sent"}


def test_a_process_that_died_before_its_commit_leaves_nothing_and_the_next_makes_the_same(
    service_of: Any, story: list[AlertChanged]
) -> None:
    def die(_connection: Any) -> None:
        raise Crash

    killed, spared = service_of("killed"), service_of("spared")
    batch = [Received(f"m-{alert.at}", alert) for alert in story]
    before = rows_of(killed.database)
    with pytest.raises(Crash):
        take_alerts(killed.database.fenced(die), killed.composer, batch, story[-1].at)
    assert rows_of(killed.database) == before
    ids = []
    for service in (killed, spared):
        take_alerts(service.database, service.composer, batch, story[-1].at)
        ids.append(sorted(item["notification"] for item in service.notifications(99)))
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(TOLD)


def test_a_level_that_is_reached_again_is_told_again(service_of: Any, story: list[AlertChanged]) -> None:
    service = service_of("city")
    fire, _, red, yellow, _ = story
    take(service, [fire, red, yellow])
    told = outbox(service.database)
    take(service, [msgspec.structs.replace(red, was="yellow", at=yellow.at + HOUR)])
    assert sorted(outbox(service.database)[len(told) :]) == sorted(
        [
            ("sms", "Camille", "aggravation, rouge (avant : jaune) : Toulouse : 3,10 m (10/01 06:45)"),
            *STEPS[2][1:],
        ]
    )


@pytest.mark.parametrize(
    ("number", "severity", "told"),
    [
        pytest.param(1, "orange", [("sms", "Camille"), ("email", "Camille")], id="rise"),
        pytest.param(3, "yellow", [("email", "Camille"), ("email", "Hélène")], id="fall"),
    ],
)
def test_a_change_whose_beginning_never_came_opens_the_incident(
    service_of: Any, story: list[AlertChanged], number: int, severity: str, told: list[tuple[str, str]]
) -> None:
    service = service_of("city")
    take(service, [story[number]])
    (incident,) = service.incidents()
    assert (incident["status"], incident["severity"], incident["opened_at"]) == (
        "open",
        severity,
        "2022-01-10T01:45:00Z",
    )
    assert sorted((medium, person) for medium, person, _ in outbox(service.database)) == sorted(told)
    take(service, [story[0]])
    assert len(outbox(service.database)) == len(told)
    take(service, [story[-1]])
    assert service.incidents()[0]["status"] == "resolved"
    assert len(outbox(service.database)) == 2 * len(told)
