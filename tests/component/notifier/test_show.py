"""What others may ask, and that no address is in the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryRefused
from shared.model.alerts import AlertChanged, AlertStatus
from shared.runtime.database import Database


@pytest.fixture
def told(
    database: Database,
    composer: Composer,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
) -> Database:
    """Two fires, the first of them over, one notice refused."""
    later = start + timedelta(hours=1)
    alerts = [alert_of(), alert_of(alert="alert-2", at=later)]
    take_alerts(database, composer, received(*alerts), later)
    channel.script = [DeliveryRefused("x")]
    deliver_due(database, composer.carriers, lambda: later)
    end = alert_of(status=AlertStatus.RESOLVED, at=start + timedelta(hours=2), since=start)
    take_alerts(database, composer, received(end), end.at)
    deliver_due(database, composer.carriers, lambda: end.at)
    return database


def test_the_summary_counts_what_was_sent_by_medium_whatever_carried_it(told: Database) -> None:
    summary = show.summary(told)
    assert (summary["sms"], summary["emails"]) == (2, 3)
    assert summary["states"] == {"queued": 0, "attempting": 0, "sent": 5, "failed": 1, "uncertain": 0, "folded": 0}
    assert summary["open_incidents"] == 1


def test_open_incidents_come_first(told: Database) -> None:
    assert [item["status"] for item in show.incidents(told, 50)] == ["open", "resolved"]
    assert len(show.incidents(told, 1)) == 1


def test_incidents_have_all_that_is_shown(told: Database) -> None:
    wanted = {"incident", "code", "status", "title", "severity", "owner", "opened_at", "resolved_at", "firing"}
    item = show.incidents(told, 50)[1]
    assert wanted <= item.keys()
    assert (item["opened_at"], item["resolved_at"]) == ("2022-01-10T01:45:00Z", "2022-01-10T03:45:00Z")


def test_an_incident_is_known_by_its_code_with_its_alerts(told: Database) -> None:
    resolved = show.incidents(told, 50)[1]
    found = show.incident(told, resolved["code"])
    assert found is not None
    assert {name: found[name] for name in resolved} == resolved
    assert [(each["alert"], each["resolved_at"]) for each in found["alerts"]] == [("alert-1", "2022-01-10T03:45:00Z")]
    assert show.incident(told, "V-0000") is None


def test_of_two_incidents_with_one_code_the_open_one_is_meant(told: Database) -> None:
    opened, resolved = show.incidents(told, 50)
    with told.transaction() as transaction:
        transaction.connection.exec_driver_sql("UPDATE incident SET code = 'V-2222'")
    found = show.incident(told, "V-2222")
    assert found is not None
    assert (found["incident"], found["incident"] == resolved["incident"]) == (opened["incident"], False)


def test_notifications_name_the_person_and_no_address(told: Database) -> None:
    items = show.notifications(told, 50)
    wanted = {"notification", "incident", "channel", "recipient", "state", "subject", "body", "at", "reason"}
    assert wanted <= items[0].keys()
    assert {item["recipient"] for item in items} == {"Camille, cadre"}
    assert not any(word in str(items) for word in ("+336", "example.org"))


def test_the_latest_change_comes_first(told: Database) -> None:
    moments = [item["at"] for item in show.notifications(told, 50)]
    assert moments == sorted(moments, reverse=True)
    assert len(show.notifications(told, 2)) == 2
