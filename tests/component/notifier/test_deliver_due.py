"""Delivering: what is committed when, retries, and what a crash leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.channels.outbox import Outbox
from services.notifier.domain.channel import Carriers, Medium, Sighting
from services.notifier.domain.composing import Composer
from services.notifier.domain.delivering import ATTEMPTS
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryDelayed, DeliveryRefused, DeliveryUncertain
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.runtime.database import Database

Rows = Callable[[str], list[dict[str, Any]]]


class Crash(BaseException):
    """The process dies."""


@pytest.fixture(autouse=True)
def one_mail_queued(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, start: datetime
) -> None:
    alert = alert_of(notify=(NotifyRequest(team="collecte", message="m"),))
    take_alerts(database, composer, received(alert), start)


@pytest.fixture
def deliver(database: Database, composer: Composer) -> Callable[[datetime], Any]:
    return lambda now: deliver_due(database, composer.carriers, lambda: now)


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


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [(DeliveryRefused, "failed", "refused"), (DeliveryUncertain, "uncertain", "no-answer")],
)
def test_a_final_answer_is_not_tried_again(
    database: Database, deliver: Any, channel: Any, rows: Rows, start: datetime, fault: Any, state: str, reason: str
) -> None:
    channel.script = [fault("x")]
    deliver(start)
    assert [(row["state"], row["reason"]) for row in rows("notification")] == [(state, reason)]
    assert next_due(database) is None


@pytest.mark.parametrize(
    ("sighting", "state", "reason", "carried"),
    [
        pytest.param(Sighting.SENT, "sent", "found-sent", 0, id="found"),
        pytest.param(Sighting.ABSENT, "sent", "accepted", 1, id="absent"),
        pytest.param(Sighting.UNKNOWN, "uncertain", "interrupted", 0, id="nobody-knows"),
    ],
)
def test_an_interrupted_attempt_is_settled_by_asking_the_channel(
    database: Database,
    deliver: Any,
    channel: Any,
    rows: Rows,
    start: datetime,
    sighting: Sighting,
    state: str,
    reason: str,
    carried: int,
) -> None:
    channel.script, channel.sighting = [Crash()], sighting
    with pytest.raises(Crash):
        deliver(start)
    assert [row["state"] for row in rows("notification")] == ["attempting"]
    assert next_due(database) == start
    deliver(start)
    assert [(row["state"], row["reason"]) for row in rows("notification")] == [(state, reason)]
    assert len(channel.carried) == carried


@pytest.mark.parametrize("crash_after", [False, True], ids=["before-the-outbox", "after-the-outbox"])
def test_the_outbox_holds_a_notice_once_however_the_attempt_ended(
    database: Database, rows: Rows, start: datetime, crash_after: bool
) -> None:
    shelf = OutboxMessages(database)

    class Dying(Outbox):
        def send(self, parcel: Any) -> str | None:
            if crash_after:
                super().send(parcel)
            raise Crash

    with pytest.raises(Crash):
        deliver_due(database, Carriers(dict.fromkeys(Medium, Dying(shelf))), lambda: start)
    deliver_due(database, Carriers(dict.fromkeys(Medium, Outbox(shelf))), lambda: start)
    assert [row["state"] for row in rows("notification")] == ["sent"]
    assert len(rows("outbox_message")) == 1


def test_a_channel_that_is_no_longer_in_use_leaves_a_doubt(
    database: Database, deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    channel.script = [Crash()]
    with pytest.raises(Crash):
        deliver(start)
    outbox = Outbox(OutboxMessages(database))
    deliver_due(database, Carriers(dict.fromkeys(Medium, outbox)), lambda: start)
    assert [row["state"] for row in rows("notification")] == ["uncertain"]


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
