"""Steps, acknowledgements and answers that meet on PostgreSQL: one waits for the other, and knows what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalating import Act as Done
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.escalation.reply import Inbound
from services.notifier.domain.incidents.acknowledging import Outcome, Way
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.storage.secrets import secret
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge, unacknowledge
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_reply import take_reply
from shared.model.alerts import AlertChanged, AlertStatus
from shared.runtime.database import Database
from tests.wire.notifier.conftest import Act, Meeting

POLICY = "policies: [{id: p, title: P, steps: [{after: 5 min, everyone_of: own}, {after: 5 min, again: true}]}]"
INCIDENT = own_incident("alert-1")


@pytest.fixture
def means(composer: Composer) -> Acknowledging:
    return Acknowledging(composer, load_policies(POLICY, "e.yaml", composer.teams))


@pytest.fixture
def due(
    stored: Database, means: Acknowledging, received: Any, alert_of: Callable[..., AlertChanged], start: datetime
) -> datetime:
    """An alert fires and is told; when its first step is due."""
    take_alerts(stored, means.composer, received(alert_of()), start, policies=means.policies)
    deliver_due(stored, means.composer.carriers, lambda: start)
    return start + timedelta(minutes=5)


@pytest.fixture
def step(means: Acknowledging, due: datetime) -> Act:
    return lambda database: escalate(database, means.composer, means.policies, due)


@pytest.fixture
def take(means: Acknowledging, due: datetime) -> Callable[[str], Act]:
    """A function that gives an acknowledgement by a person."""
    return lambda person: lambda database: acknowledge(database, means, INCIDENT, person, Way.SMS, due).outcome


def count(stored: Database, kind: str) -> int:
    with stored.transaction() as transaction:
        query = text("SELECT count(*) FROM notification WHERE kind = :kind")
        return int(transaction.connection.scalar(query, {"kind": kind}) or 0)


def test_a_step_that_meets_an_acknowledgement_is_not_told(
    stored: Database, meeting: Meeting, step: Act, take: Callable[[str], Act]
) -> None:
    meeting.hold(take("ops"))
    assert meeting.beside(step) == [Done.WAIT]
    assert count(stored, "escalation") == 0


def test_an_acknowledgement_that_meets_a_step_stops_the_next_one(
    stored: Database, meeting: Meeting, step: Act, take: Callable[[str], Act], means: Acknowledging, due: datetime
) -> None:
    meeting.hold(step)
    assert meeting.beside(take("lucie")) is Outcome.DONE
    assert escalate(stored, means.composer, means.policies, due + timedelta(hours=1)) == []
    assert (count(stored, "escalation"), count(stored, "acknowledged")) == (1, 1)


def test_of_two_who_acknowledge_at_once_one_is_first(
    stored: Database, meeting: Meeting, take: Callable[[str], Act]
) -> None:
    meeting.hold(take("lucie"))
    assert meeting.beside(take("ops")) is Outcome.ALREADY
    assert show.incident_in_full(stored, INCIDENT)["acknowledged_by"] == "lucie"
    assert count(stored, "acknowledged") == 1


def test_an_end_that_meets_a_step_comes_after_it_and_ends_all(
    stored: Database,
    meeting: Meeting,
    step: Act,
    means: Acknowledging,
    received: Any,
    alert_of: Callable[..., AlertChanged],
    due: datetime,
    start: datetime,
) -> None:
    over = received(alert_of(status=AlertStatus.RESOLVED, since=start, at=due))
    meeting.hold(step)
    meeting.beside(lambda database: take_alerts(database, means.composer, over, due, policies=means.policies))
    shown = show.incident_in_full(stored, INCIDENT)
    assert shown["escalation"]["state"] == "ended"
    told, last = shown["notifications"][-2:]
    assert {told["kind"], last["kind"]} == {"escalation", "resolve"}
    assert step(stored) == []


def test_one_answer_that_comes_twice_at_once_is_one(
    stored: Database, meeting: Meeting, means: Acknowledging, due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored.transaction() as transaction:
        transaction.connection.execute(text("UPDATE notification SET address = '+33639980101', medium = 'sms'"))
    inbound = Inbound(reference="SM1", number="+33639980101", text="OK")
    first = meeting.hold(lambda database: take_reply(database, means, inbound, due))
    again = meeting.beside(lambda database: take_reply(database, means, inbound, due))
    # What came of it is told once, so that it is counted once.
    assert again == replace(first.result(0), outcome=None)
    assert first.result(0).outcome is Outcome.DONE
    verdicts = [item["verdict"] for item in show.incident_in_full(stored, INCIDENT)["ledger"]]
    assert (verdicts.count("replied"), verdicts.count("acknowledged")) == (1, 1)


def test_given_back_the_steps_begin_again(
    stored: Database, means: Acknowledging, take: Callable[[str], Act], due: datetime
) -> None:
    take("ops")(stored)
    assert unacknowledge(stored, means, INCIDENT, "lucie", due).outcome is Outcome.DONE
    assert escalate(stored, means.composer, means.policies, due + timedelta(minutes=5)) == [Done.TELL]


def test_two_processes_that_make_the_key_at_once_have_the_same(stored: Database, meeting: Meeting) -> None:
    def make(database: Database) -> str:
        with database.transaction() as transaction:
            return secret(transaction, "links")

    first = meeting.hold(make)
    assert meeting.beside(make) == first.result(0)
