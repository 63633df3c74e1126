"""Who was told of an alert hears of its end, once, over what suits, never before it; and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Medium, Parcel
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.budgets import Budgets, Rate
from services.notifier.domain.escalation.escalation import Policies
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryDelayed, DeliveryRefused
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

TEAMS = """\
fallback: exploitation
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101"}
  - {id: idir, name: Idir, role: technicien, phone: "+33639980102", email: idir@example.org}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: appel, title: Appel, channels: [voice], members: [camille]}
  - {id: astreinte, title: Astreinte, channels: [sms, voice], members: [camille]}
  - {id: tous, title: Tous, channels: [sms, email], members: [idir]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""
MINUTE = timedelta(minutes=1)


class Duty:
    """Alerts, and whatever is due then; ``refuses`` says of each parcel what becomes of it."""

    def __init__(self, database: Database, composer: Composer, alert_of: Any, received: Any, start: datetime) -> None:
        self.composer = replace(composer, teams=load_teams(TEAMS, "teams.yaml"))
        self._database, self._alert_of, self._received, self._start = database, alert_of, received, start
        self.refuses: Callable[[Parcel], BaseException | None] = lambda _parcel: None

    def tell(self, team: str = "astreinte", after: timedelta = timedelta(0), **said: Any) -> None:
        now = self._start + after
        request = (NotifyRequest(team=team, message="Toulouse : 2,02 m"),)
        alert = self._alert_of(**({"notify": request, "since": self._start, "at": now} | said))
        take_alerts(self._database, self.composer, self._received(alert), now)

    def ends(self, after: timedelta, **said: Any) -> None:
        self.tell(after=after, status=AlertStatus.RESOLVED, **({"notify": ()} | said))

    def deliver(self, after: timedelta = timedelta(0), folding: bool = False) -> None:
        now = self._start + after
        fold = Folding(self.composer) if folding else None
        deliver_due(self._database, self.composer.carriers, lambda: now, composer=self.composer, folding=fold)


@pytest.fixture
def duty(
    database: Database,
    composer: Composer,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
    channel: ScriptedChannel,
) -> Duty:
    found = Duty(database, composer, alert_of, received, start)

    def judge(parcel: Parcel) -> None:
        fault = found.refuses(parcel)
        if fault is not None:
            raise fault

    channel.on_send = judge
    return found


def told(channel: ScriptedChannel) -> list[tuple[str, str, str]]:
    return [(item.recipient.partition(",")[0], item.medium.value, item.kind) for item in channel.carried]


def refusing(medium: Medium, *kinds: str) -> Callable[[Parcel], BaseException | None]:
    return lambda parcel: DeliveryRefused("no") if parcel.medium is medium and parcel.kind in kinds else None


def test_who_was_called_and_whose_text_was_refused_hears_of_the_end(duty: Duty, channel: ScriptedChannel) -> None:
    duty.refuses = refusing(Medium.SMS, "fire")
    duty.tell()
    duty.deliver()
    duty.ends(MINUTE)
    duty.deliver(MINUTE)
    assert told(channel) == [("Camille", "voice", "fire"), ("Camille", "sms", "resolve")]


@pytest.mark.parametrize("second", [Medium.SMS, Medium.VOICE])
def test_also_where_both_were_on_their_way_when_it_ended_and_the_end_waits_for_both(
    duty: Duty, channel: ScriptedChannel, second: Medium
) -> None:
    """One is refused at once, the other is accepted in the end."""

    def judge(parcel: Parcel) -> BaseException | None:
        if parcel.kind != "fire":
            return None
        return DeliveryDelayed("later") if parcel.medium is second else DeliveryRefused("no")

    duty.tell()
    duty.ends(timedelta(seconds=1))
    duty.refuses = judge
    duty.deliver(timedelta(seconds=1))
    assert told(channel) == []
    duty.refuses = lambda _parcel: None
    duty.deliver(5 * MINUTE)
    assert told(channel) == [("Camille", second.value, "fire"), ("Camille", "sms", "resolve")]


def test_the_end_does_not_come_before_a_call_that_is_still_to_be_made(duty: Duty, channel: ScriptedChannel) -> None:
    duty.tell()
    duty.refuses = lambda parcel: DeliveryDelayed("later") if parcel.medium is Medium.VOICE else None
    duty.deliver()
    duty.ends(MINUTE / 6)
    duty.deliver(MINUTE / 6)
    assert told(channel) == [("Camille", "sms", "fire")]
    duty.refuses = lambda _parcel: None
    duty.deliver(5 * MINUTE)
    assert told(channel)[1:] == [("Camille", "voice", "fire"), ("Camille", "sms", "resolve")]


def test_a_later_call_that_failed_does_not_take_the_end_from_who_was_called_before(
    duty: Duty, channel: ScriptedChannel
) -> None:
    duty.tell("appel")
    duty.deliver()
    worse = {"was": "orange", "severity": "red"}
    duty.tell("appel", MINUTE, **worse)
    duty.ends(MINUTE + timedelta(seconds=1), severity="red")
    duty.refuses = refusing(Medium.VOICE, "worsen")
    duty.deliver(MINUTE + timedelta(seconds=1))
    assert told(channel) == [("Camille", "voice", "fire"), ("Camille", "sms", "resolve")]


def test_who_was_told_by_nothing_hears_of_no_end(duty: Duty, channel: ScriptedChannel, rows: Any) -> None:
    duty.tell()
    duty.ends(timedelta(seconds=1))
    duty.refuses = lambda parcel: DeliveryRefused("no") if parcel.kind == "fire" else None
    duty.deliver(timedelta(seconds=1))
    assert told(channel) == []
    assert {(row["kind"], row["state"]) for row in rows("notification")} == {("fire", "failed"), ("resolve", "failed")}


def test_who_was_told_by_mail_and_not_by_text_hears_of_the_end_by_mail_once(
    duty: Duty, channel: ScriptedChannel
) -> None:
    duty.refuses = refusing(Medium.SMS, "fire")
    duty.tell("tous", criticality=Criticality.NORMAL)
    duty.deliver()
    duty.ends(MINUTE, criticality=Criticality.NORMAL)
    duty.deliver(MINUTE)
    assert told(channel) == [("Idir", "email", "fire"), ("Idir", "email", "resolve")]


def test_the_end_of_a_call_is_not_folded_because_a_later_call_was(
    duty: Duty, channel: ScriptedChannel, rows: Any
) -> None:
    limits = {"voice": (Rate(1, timedelta(hours=1)),), "sms": (), "email": ()}
    duty.composer = replace(duty.composer, budgets=Budgets(limits=limits))
    duty.tell("appel", criticality=Criticality.NORMAL)
    duty.deliver(folding=True)
    duty.tell("appel", MINUTE, criticality=Criticality.NORMAL, was="orange", severity="red")
    duty.deliver(MINUTE, folding=True)
    duty.ends(2 * MINUTE, criticality=Criticality.NORMAL, severity="red")
    duty.deliver(2 * MINUTE, folding=True)
    assert [item for item in told(channel) if item[2] in ("fire", "worsen", "resolve")] == [
        ("Camille", "voice", "fire"), ("Camille", "sms", "resolve"),
    ]  # fmt: skip


def test_who_was_only_called_and_has_no_mailbox_reads_who_takes_care(
    duty: Duty, channel: ScriptedChannel, database: Database, rows: Any, start: datetime
) -> None:
    """And takes it for what comes after the call, though a text was refused before."""
    duty.refuses = refusing(Medium.SMS, "fire")
    duty.tell()
    duty.deliver()
    (incident,) = rows("incident")
    means = Acknowledging(duty.composer, Policies())
    acknowledge(database, means, incident["id"], "ops", Way.PORTAL, start + MINUTE)
    duty.deliver(MINUTE)
    assert told(channel) == [("Camille", "voice", "fire"), ("Camille", "sms", "acknowledged")]


def test_an_incident_that_one_batch_ends_and_opens_again_says_its_end_when_it_has_come(
    duty: Duty, channel: ScriptedChannel, database: Database, alert_of: Any, received: Any, start: datetime
) -> None:
    """They share a key: the second fires in the incident of the first, which was over for no instant."""
    shared = {"labels": {"dedup": "crue"}, "notify": (NotifyRequest(team="astreinte", message="m"),)}
    now = start + MINUTE
    first, second = alert_of(alert="a", **shared), alert_of(alert="b", point="b", at=now, **shared)
    over = alert_of(alert="a", status=AlertStatus.RESOLVED, since=start, at=now, labels=shared["labels"], notify=())
    take_alerts(database, duty.composer, received(first), start)
    duty.deliver()
    take_alerts(database, duty.composer, received(over, second), now)
    duty.deliver(MINUTE)
    assert [kind for *_, kind in told(channel)] == ["fire", "fire"]
    end = alert_of(
        alert="b",
        point="b",
        status=AlertStatus.RESOLVED,
        since=now,
        at=now + MINUTE,
        labels=shared["labels"],
        notify=(),
    )
    take_alerts(database, duty.composer, received(end), now + MINUTE)
    duty.deliver(2 * MINUTE)
    assert told(channel)[2:] == [("Camille", "sms", "resolve")]
