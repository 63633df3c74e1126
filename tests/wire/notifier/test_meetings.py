"""What the notifier's use-cases do to each other when they meet: nothing is told twice, and nothing waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.delivering import GRACE
from services.notifier.domain.delivering.receipt import PROGRESS, Receipt
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.domain.incidents.incident import derived_id
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_override_changes import take_override_changes
from services.notifier.use_cases.take_receipt import take_receipt
from shared.errors import DeliveryRefused
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.model.lighting import OverrideChanged, OverrideState
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel
from tests.wire.notifier.conftest import Act, Meeting

DAILY = (NotifyRequest(team="exploitation", message="plein", digest="05:00"),)


@pytest.fixture
def deliver(composer: Composer) -> Callable[[datetime], Act]:
    """A function that gives a delivery at a moment."""
    return lambda now: lambda database: deliver_due(database, composer.carriers, lambda: now)


@pytest.fixture
def take(composer: Composer, received: Any) -> Callable[..., Act]:
    """A function that gives the taking of an alert, at its own moment unless said otherwise."""

    def make(alert: AlertChanged, now: datetime | None = None) -> Act:
        return lambda database: take_alerts(database, composer, received(alert), now or alert.at)

    return make


@pytest.fixture
def end(alert_of: Callable[..., AlertChanged], start: datetime) -> AlertChanged:
    """The end of the alert that is fired at the start."""
    return alert_of(status=AlertStatus.RESOLVED, at=start + timedelta(hours=1), since=start)


def test_an_end_that_is_composed_while_its_fire_goes_out_is_told(
    stored: Database,
    meeting: Meeting,
    channel: ScriptedChannel,
    deliver: Any,
    take: Any,
    alert_of: Any,
    end: AlertChanged,
    states: Any,
    start: datetime,
) -> None:
    take(alert_of())(stored)
    ends = iter([take(end)])
    channel.on_send = lambda _parcel: [meeting.hold(act) for act in ends]
    meeting.beside(deliver(start))
    deliver(end.at)(stored)
    assert states() == ["fire sent accepted", "resolve sent accepted"]


def test_an_end_finds_its_fire_settled_by_a_delivery_that_it_met(
    stored: Database,
    meeting: Meeting,
    channel: ScriptedChannel,
    deliver: Any,
    take: Any,
    alert_of: Any,
    end: AlertChanged,
    states: Any,
    start: datetime,
) -> None:
    take(alert_of())(stored)
    meeting.hold(deliver(start), holds=lambda: bool(channel.carried))
    meeting.beside(take(end))
    assert states() == ["fire sent accepted", "resolve queued fire-settled"]


def test_a_receipt_that_meets_the_answer_which_names_its_message_is_followed(
    stored: Database, meeting: Meeting, deliver: Any, take: Any, alert_of: Any, start: datetime
) -> None:
    take(alert_of())(stored)
    receipt = Receipt(reference="ref-1", status="failed", progress=PROGRESS["failed"], error_code=30003, at=start)
    meeting.hold(lambda database: take_receipt(database, receipt))
    meeting.beside(deliver(start))
    with stored.transaction() as transaction:
        verdicts = set(transaction.connection.scalars(text("SELECT verdict FROM ledger")))
    assert {"sent", "undelivered"} <= verdicts


@pytest.fixture
def change_of(alert_of: Callable[..., AlertChanged], start: datetime) -> Callable[[str, str, int], AlertChanged]:
    """A function that gives a change of severity at some hour after the start."""
    return lambda was, severity, hours: alert_of(
        was=was, severity=severity, since=start, at=start + timedelta(hours=hours)
    )


def test_a_rise_that_is_composed_while_its_fire_goes_out_comes_after_it(
    stored: Database,
    meeting: Meeting,
    channel: ScriptedChannel,
    deliver: Any,
    take: Any,
    alert_of: Any,
    change_of: Any,
    states: Any,
    start: datetime,
) -> None:
    take(alert_of())(stored)
    rises = iter([take(change_of("orange", "red", 1))])
    channel.on_send = lambda _parcel: [meeting.hold(act) for act in rises]
    meeting.beside(deliver(start))
    deliver(start + timedelta(hours=1))(stored)
    assert states() == ["fire sent accepted", "worsen sent accepted"]
    assert [parcel.subject.startswith("[aggravation") for parcel in channel.carried] == [False, True]


def test_a_rise_that_meets_the_failure_of_all_before_it_goes_out(
    stored: Database,
    meeting: Meeting,
    channel: ScriptedChannel,
    deliver: Any,
    take: Any,
    alert_of: Any,
    change_of: Any,
    states: Any,
    start: datetime,
) -> None:
    take(alert_of())(stored)
    take(change_of("orange", "yellow", 1))(stored)
    tried = []
    channel.on_send, channel.script = tried.append, [DeliveryRefused("x")]
    meeting.hold(deliver(start + timedelta(hours=1)), holds=lambda: bool(tried))
    meeting.beside(take(change_of("yellow", "red", 2)))
    deliver(start + timedelta(hours=2))(stored)
    assert states() == ["ease failed fire-not-told", "fire failed refused", "worsen sent accepted"]


def test_a_failure_and_a_rise_that_meet_halfway_both_come_to_their_end(
    stored: Database,
    meeting: Meeting,
    channel: ScriptedChannel,
    deliver: Any,
    take: Any,
    alert_of: Any,
    change_of: Any,
    states: Any,
    start: datetime,
) -> None:
    # Who composes reads notices in the order of their ids: the one that fails must be the last of them.
    alert = next(name for name in map(str, range(99)) if _fails_last(name, start + timedelta(hours=1)))
    for change in (alert_of(), change_of("orange", "yellow", 1)):
        take(msgspec.structs.replace(change, alert=alert))(stored)
    channel.script = [DeliveryRefused("x")]
    fails = meeting.hold_before("notification.after IN", deliver(start + timedelta(hours=1)))
    meeting.beside(take(msgspec.structs.replace(change_of("yellow", "red", 2), alert=alert)))
    assert fails.exception() is None
    deliver(start + timedelta(hours=2))(stored)
    assert states() == ["ease failed fire-not-told", "fire failed refused", "worsen sent accepted"]


def _fails_last(alert: str, eased_at: datetime) -> bool:
    whom = ("notification", own_incident(alert), "ops", "email")
    return derived_id(*whom, "ease", "yellow", eased_at.isoformat()) < derived_id(*whom, "fire")


@pytest.fixture
def event_of(start: datetime) -> Callable[[OverrideState], OverrideChanged]:
    return lambda state: OverrideChanged(
        override="o-1",
        state=state,
        alert="alert-1",
        rule="gemapi.garonne",
        owner="gemapi",
        group="berges",
        level=100,
        reason="crue",
        at=start,
    )


@pytest.fixture
def take_override(composer: Composer, received: Any, event_of: Any, start: datetime) -> Callable[[OverrideState], Act]:
    return lambda state: lambda database: take_override_changes(database, composer, received(event_of(state)), start)


def test_a_word_that_is_replaced_while_it_goes_out_goes_out_replaced(
    stored: Database, meeting: Meeting, channel: ScriptedChannel, deliver: Any, take_override: Any, start: datetime
) -> None:
    take_override(OverrideState.USED_UP)(stored)
    meeting.hold(take_override(OverrideState.GRANTED_AGAIN))
    meeting.beside(deliver(start + GRACE))
    deliver(start + GRACE)(stored)
    assert [parcel.subject for parcel in channel.carried] == [
        "Éclairage de berges : durée épuisée, accordée de nouveau"
    ]


def test_a_word_that_is_going_out_is_followed_and_not_replaced(
    stored: Database, meeting: Meeting, channel: ScriptedChannel, deliver: Any, take_override: Any, start: datetime
) -> None:
    take_override(OverrideState.USED_UP)(stored)
    meeting.hold(deliver(start + GRACE))
    meeting.beside(take_override(OverrideState.GRANTED_AGAIN))
    deliver(start + GRACE)(stored)
    assert len(channel.carried) == 2


def test_a_digest_that_two_decide_goes_out_once(
    stored: Database, meeting: Meeting, composer: Composer, take: Any, alert_of: Any, states: Any, start: datetime
) -> None:
    take(alert_of(notify=DAILY))(stored)
    morning = next_due(stored)
    first = meeting.hold(lambda database: send_digests(database, composer, morning))
    assert meeting.beside(lambda database: send_digests(database, composer, morning)) == []
    assert first.result() == ["some-fire"]
    assert states() == ["digest queued routed"]


def test_an_alert_that_comes_while_its_digest_is_decided_is_in_the_next_one(
    stored: Database, meeting: Meeting, composer: Composer, take: Any, alert_of: Any, states: Any, start: datetime
) -> None:
    take(alert_of(notify=DAILY))(stored)
    morning = next_due(stored)
    assert morning is not None
    late = alert_of(alert="alert-2", at=morning - timedelta(seconds=1), notify=DAILY)
    meeting.hold(lambda database: send_digests(database, composer, morning))
    meeting.beside(take(late))
    assert next_due(stored) == morning
    assert send_digests(stored, composer, morning + timedelta(days=1)) == ["some-fire"]
    assert states() == ["digest queued routed"] * 2


def test_changes_of_overrides_and_alerts_of_the_same_incidents_do_not_wait_for_each_other_for_ever(
    stored: Database,
    meeting: Meeting,
    composer: Composer,
    received: Any,
    alert_of: Any,
    event_of: Any,
    start: datetime,
) -> None:
    """The messages name the incidents against the order of their ids, in which whoever takes alerts holds them."""
    names = sorted(("a-1", "a-2"), key=own_incident, reverse=True)
    take_alerts(stored, composer, received(*(alert_of(alert=name, point=name) for name in names)), start)
    changes = [msgspec.structs.replace(event_of(OverrideState.USED_UP), alert=name, override=name) for name in names]
    ends = [
        alert_of(alert=name, point=name, status=AlertStatus.RESOLVED, at=start + timedelta(hours=1), since=start)
        for name in names
    ]
    held = meeting.hold_before(
        "INSERT INTO notification",
        lambda database: take_override_changes(database, composer, received(*changes), start),
    )
    taken = meeting.beside(lambda database: take_alerts(database, composer, received(*ends), ends[0].at))
    assert held.exception() is None
    assert taken.resolved == 2
