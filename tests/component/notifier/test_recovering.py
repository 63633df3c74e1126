"""What a crash, or a channel that falls silent, leaves behind: the channel is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.channels.outbox import Outbox
from services.notifier.domain.channel import Carriers, Medium, Sighting
from services.notifier.domain.composing.composing import Composer
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import DeliveryUncertain
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.runtime.database import Database

Rows = Callable[[str], list[dict[str, Any]]]


pytestmark = pytest.mark.usefixtures("one_mail_queued")


class Crash(BaseException):
    """The process dies."""


# What the channel says when it is asked; the state that follows, the reason, whether it was carried again, the
# reference, and for how long it waits to be asked again.
LED_TO = {
    Sighting.SENT: ("sent", "found-sent", 0, "ref-found", None),
    Sighting.ABSENT: ("sent", "accepted", 1, "ref-1", None),
    Sighting.UNLISTED: ("attempting", "{why}", 0, None, timedelta(minutes=1)),
    Sighting.UNKNOWN: ("attempting", "{why}", 0, None, timedelta(seconds=15)),
    Sighting.UNKNOWABLE: ("uncertain", "{why}", 0, None, None),
}


@pytest.mark.parametrize(("sighting", "led_to"), LED_TO.items(), ids=list(LED_TO))
@pytest.mark.parametrize(
    ("fault", "why"), [(Crash(), "interrupted"), (DeliveryUncertain("x"), "no-answer")], ids=["crash", "no-answer"]
)
def test_an_attempt_without_a_known_end_is_settled_by_asking_the_channel(
    database: Database,
    deliver: Any,
    channel: Any,
    rows: Rows,
    start: datetime,
    sighting: Sighting,
    led_to: tuple[Any, ...],
    fault: BaseException,
    why: str,
) -> None:
    channel.script, channel.sighting = [fault], sighting
    if isinstance(fault, Crash):
        with pytest.raises(Crash):
            deliver(start)
        assert [row["state"] for row in rows("notification")] == ["attempting"]
        assert next_due(database) == start
    deliver(start)
    state, reason, carried, reference, wait = led_to
    (row,) = rows("notification")
    assert (row["state"], row["reason"], row["reference"]) == (state, reason.format(why=why), reference)
    assert next_due(database) == (None if wait is None else start + wait)
    assert len(channel.carried) == carried


def test_a_text_that_is_not_listed_after_a_minute_is_sent_again(
    deliver: Any, channel: Any, rows: Rows, start: datetime
) -> None:
    channel.script, channel.sighting = [DeliveryUncertain("x")], Sighting.UNLISTED
    deliver(start)
    assert deliver(start + timedelta(seconds=59)) == []
    deliver(start + timedelta(seconds=60))
    assert [(row["state"], row["attempts"]) for row in rows("notification")] == [("sent", 2)]
    assert len(channel.carried) == 1


def test_a_vital_notice_in_doubt_is_sent_again_once_and_says_so(
    database: Database,
    composer: Composer,
    deliver: Any,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    rows: Rows,
    start: datetime,
) -> None:
    deliver(start)
    vital = alert_of(alert="b", notify=(NotifyRequest(team="collecte", message="m"),))
    take_alerts(database, composer, received(vital), start)
    channel.carried.clear()
    channel.script = [DeliveryUncertain("x")]
    deliver(start)
    (row,) = [row for row in rows("notification") if row["criticality"] == "vital"]
    assert (row["state"], row["reason"], row["doubts"]) == ("sent", "sent-again-in-doubt", 1)
    assert len(channel.carried) == 1


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
