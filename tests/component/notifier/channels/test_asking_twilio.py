"""A text whose sender died, or never heard an answer: Twilio is asked, and it is sent once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.channels.outbox import Outbox
from services.notifier.channels.sms_twilio import SmsTwilio
from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.delivering import QUESTIONS
from services.notifier.storage.outbox_messages import OutboxMessages
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.twilio import TwilioDouble

Rows = Callable[[str], list[dict[str, Any]]]


class Killed(BaseException):
    """The process dies."""


@pytest.fixture
def queue(
    database: Database,
    composer: Composer,
    sms_channel: SmsTwilio,
    twilio: TwilioDouble,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
) -> Callable[[Criticality], Callable[[datetime], Any]]:
    """A function that queues a text, and gives a function that delivers it over Twilio at a moment."""

    def act(criticality: Criticality) -> Callable[[datetime], Any]:
        carriers = Carriers({Medium.SMS: sms_channel, Medium.EMAIL: Outbox(OutboxMessages(database))})
        alert = alert_of(criticality=criticality, notify=(NotifyRequest(team="astreinte", message="m"),))
        take_alerts(database, replace(composer, carriers=carriers), received(alert), start)
        twilio.clock = lambda: start + timedelta(seconds=1)
        return lambda now: deliver_due(database, carriers, lambda: now)

    return act


@pytest.fixture
def text_of(rows: Rows) -> Callable[[], tuple[Any, ...]]:
    """A function that tells state, reason, reference and attempts of the text."""
    wanted = ("state", "reason", "reference", "attempts")
    return lambda: next(tuple(row[name] for name in wanted) for row in rows("notification") if row["medium"] == "sms")


def test_a_text_that_twilio_took_without_our_hearing_of_it_is_found_and_not_sent_again(
    queue: Any, twilio: TwilioDouble, text_of: Any, start: datetime
) -> None:
    deliver = queue(Criticality.VITAL)
    twilio.hold()
    deliver(start)
    assert text_of()[:2] == ("attempting", "no-answer")
    twilio.release()
    deliver(start + timedelta(seconds=15))
    assert text_of() == ("sent", "found-sent", twilio.taken[0].sid, 1)
    assert len(twilio.taken) == 1


@pytest.fixture
def killed(sms_channel: SmsTwilio, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that delivers and is killed in the channel, before the request or after it."""
    send = sms_channel.send

    def act(deliver: Callable[[], Any], *, took_it: bool = False) -> None:
        def die(parcel: Any) -> str:
            if took_it:
                send(parcel)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(sms_channel, "send", die)
            with pytest.raises(Killed):
                deliver()

    return act


@pytest.mark.parametrize("took_it", [False, True], ids=["before-the-request", "after-the-request"])
def test_a_text_whose_sender_was_killed_is_sent_once(
    queue: Any, twilio: TwilioDouble, text_of: Any, killed: Any, start: datetime, took_it: bool
) -> None:
    deliver = queue(Criticality.VITAL)
    killed(lambda: deliver(start), took_it=took_it)
    twilio.list_lag = timedelta(seconds=5)
    deliver(start)
    assert text_of()[:2] == ("attempting", "interrupted")
    twilio.list_lag = timedelta(0)
    deliver(start + timedelta(seconds=60))
    assert text_of()[:2] == (("sent", "found-sent") if took_it else ("sent", "accepted"))
    assert text_of()[2:] == (twilio.taken[0].sid, 1 if took_it else 2)
    assert len(twilio.taken) == 1


@pytest.mark.parametrize(
    ("criticality", "ends", "attempts"),
    [
        pytest.param(Criticality.NORMAL, ("uncertain", "interrupted"), 1, id="shown"),
        pytest.param(Criticality.VITAL, ("sent", "sent-again-in-doubt"), 2, id="vital-sent-again"),
    ],
)
def test_a_text_of_which_twilio_says_nothing_is_in_doubt_after_some_minutes(
    queue: Any,
    database: Database,
    twilio: TwilioDouble,
    text_of: Any,
    killed: Any,
    sms_channel: SmsTwilio,
    monkeypatch: pytest.MonkeyPatch,
    start: datetime,
    criticality: Criticality,
    ends: tuple[str, str],
    attempts: int,
) -> None:
    deliver = queue(criticality)
    killed(lambda: deliver(start))
    twilio.answer = (503, {})
    for _ in range(QUESTIONS - 1):
        deliver(next_due(database))
        assert text_of()[0] == "attempting"
    end = next_due(database)
    find = sms_channel.find

    def find_in_vain(parcel: Any) -> Any:
        found = find(parcel)
        twilio.answer = None
        return found

    monkeypatch.setattr(sms_channel, "find", find_in_vain)
    deliver(end)
    assert (*text_of()[:2], text_of()[3]) == (*ends, attempts)
    assert len(twilio.taken) == attempts - 1
