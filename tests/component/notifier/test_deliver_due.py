"""Delivering: what is committed when, in which order, and retries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.delivering import ATTEMPTS
from services.notifier.domain.escalation.linking import Links
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryDelayed, DeliveryRefused, LeaseLost
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

Rows = Callable[[str], list[dict[str, Any]]]


pytestmark = pytest.mark.usefixtures("one_mail_queued")


def test_a_notification_is_due_at_once_and_then_no_more(database: Database, deliver: Any, start: datetime) -> None:
    assert next_due(database) == start
    deliver(start)
    assert next_due(database) is None


def test_what_was_sent_is_not_sent_again(deliver: Any, channel: Any, rows: Rows, start: datetime) -> None:
    assert [item.state for item in deliver(start)] == ["sent"]
    assert deliver(start + timedelta(days=1)) == []
    assert len(channel.carried) == 1
    (row,) = rows("notification")
    assert (row["attempts"], row["reference"], row["channel"]) == (1, "ref-1", "scripted")


def test_the_attempt_is_committed_before_the_channel_is_called(
    deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    seen = []
    channel.on_send = lambda _parcel: seen.extend(row["state"] for row in rows("notification"))
    deliver(start)
    assert seen == ["attempting"]


def test_the_end_of_each_notice_stands_in_the_ledger_once(deliver: Any, rows: Rows, start: datetime) -> None:
    deliver(start)
    deliver(start + timedelta(days=1))
    (entry,) = (row for row in rows("ledger") if row["verdict"] != "routed")
    (notice,) = rows("notification")
    told = (entry["verdict"], entry["by"], entry["person"], entry["notification"], entry["incident"])
    assert told == ("sent", "scripted: accepted", "helene", notice["id"], notice["incident"])


def test_each_change_of_state_is_published_once(deliver: Any, rows: Rows, start: datetime) -> None:
    deliver(start)
    states = [bytes(row["body"]).decode() for row in rows("outbox") if row["event"] == "notification_changed"]
    assert [next(word for word in ("queued", "attempting", "sent") if f'"{word}"' in text) for text in states] == [
        "queued",
        "attempting",
        "sent",
    ]


def test_a_delay_is_tried_again_after_a_wait(
    database: Database, deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    channel.script = [DeliveryDelayed("busy", retry_after_s=90)]
    deliver(start)
    assert next_due(database) == start + timedelta(seconds=90)
    assert deliver(start + timedelta(seconds=89)) == []
    deliver(start + timedelta(seconds=90))
    assert [(row["state"], row["attempts"]) for row in rows("notification")] == [("sent", 2)]


def test_delays_end_in_failure_within_hours(
    database: Database, deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    channel.script = [DeliveryDelayed("busy") for _ in range(ATTEMPTS)]
    now: datetime | None = start
    while now is not None:
        last = now
        deliver(now)
        now = next_due(database)
    assert [(row["state"], row["reason"]) for row in rows("notification")] == [("failed", "gave-up")]
    assert timedelta(minutes=30) < last - start < timedelta(hours=2)


def test_a_refusal_is_not_tried_again(
    database: Database, deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    channel.script = [DeliveryRefused("x")]
    deliver(start)
    assert [(row["state"], row["reason"]) for row in rows("notification")] == [("failed", "refused")]
    assert next_due(database) is None


def test_the_vital_ones_go_first(
    database: Database,
    composer: Composer,
    deliver: Any,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
) -> None:
    later = start + timedelta(minutes=1)
    mail = (NotifyRequest(team="collecte", message="m"),)
    alerts = [alert_of(alert=word, criticality=word, notify=mail) for word in (Criticality.COMFORT, Criticality.VITAL)]
    take_alerts(database, composer, received(*alerts), later)
    assert [item.criticality for item in deliver(later)] == ["vital", "normal", "comfort"]


def test_who_lost_the_lease_sends_nothing_more(
    database: Database,
    composer: Composer,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    rows: Rows,
    start: datetime,
) -> None:
    take_alerts(database, composer, received(*(alert_of(alert=name) for name in "bc")), start)

    def fence(_connection: Any) -> None:
        if channel.carried:
            raise LeaseLost

    with pytest.raises(LeaseLost):
        deliver_due(database.fenced(fence), composer.carriers, lambda: start)
    assert len(channel.carried) == 1
    states = [row["state"] for row in rows("notification")]
    assert (states.count("attempting"), states.count("sent")) == (1, 0)


def test_one_that_fails_does_not_hold_up_the_others(
    database: Database,
    composer: Composer,
    deliver: Any,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    rows: Rows,
    start: datetime,
) -> None:
    take_alerts(database, composer, received(*(alert_of(alert=name) for name in "bc")), start)
    channel.script = [DeliveryRefused("x"), DeliveryDelayed("x")]
    deliver(start)
    assert sorted(row["state"] for row in rows("notification")) == ["failed", "queued", "sent", "sent", "sent"]


def test_the_log_names_nobody(deliver: Any, channel: Any, caplog: Any, start: datetime) -> None:
    channel.script = [DeliveryRefused("HTTP 400")]
    deliver(start)
    text = caplog.text + str([vars(record) for record in caplog.records])
    assert "HTTP 400" in text
    assert not any(word in text for word in ("example.org", "Hélène", "+336"))


def test_a_mail_that_asks_for_somebody_has_a_link_and_what_is_stored_has_none(
    database: Database, composer: Composer, channel: ScriptedChannel, one_mail_queued: None, start: datetime, rows: Rows
) -> None:
    links = Links(b"key", "https://vigie.example.org")
    deliver_due(database, composer.carriers, lambda: start, links=links)
    (parcel,) = channel.carried
    assert parcel.link == links.to(parcel.notification, start)
    assert "acknowledge" not in str(rows("notification")) + str(parcel)


def test_where_nobody_could_follow_a_link_there_is_none(
    database: Database, composer: Composer, channel: ScriptedChannel, one_mail_queued: None, start: datetime
) -> None:
    deliver_due(database, composer.carriers, lambda: start, links=Links(b"key", "http://127.0.0.1:8080"))
    assert [parcel.link for parcel in channel.carried] == [None]
