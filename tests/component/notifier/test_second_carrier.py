"""A medium with two carriers: the second takes over when the first fails, and never both carry the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Carriers, Medium, Patience, Sighting
from services.notifier.domain.composing.composing import Composer
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.show_carriers import show_carriers
from services.notifier.use_cases.take_alerts import take_alerts
from shared.errors import AccountRefused, DeliveryDelayed, DeliveryError, DeliveryRefused, DeliveryUncertain
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

SMS = (Medium.SMS,)


class Pair:
    """Two carriers of text messages, and what is asked of them."""

    def __init__(self, database: Database, composer: Composer, alert_of: Any, received: Any, start: datetime) -> None:
        self.first, self.second = ScriptedChannel(name="first"), ScriptedChannel(name="second")
        mail = ScriptedChannel(name="mail")
        patience = Patience(tries=2, time=timedelta(minutes=2), rest=timedelta(minutes=10))
        by_medium = dict.fromkeys(Medium, mail) | {Medium.SMS: self.first}
        self.carriers = Carriers(by_medium, {Medium.SMS: (self.second,)}, patience)
        self._database, self._composer = database, replace(composer, carriers=self.carriers)
        self._alert_of, self._received, self._start = alert_of, received, start

    def queue(self, name: str, criticality: Criticality, after_s: float = 0) -> None:
        """A text to Camille."""
        at = self._start + timedelta(seconds=after_s)
        duty = (NotifyRequest(team="astreinte", message=name),)
        alert = self._alert_of(alert=name, notify=duty, criticality=criticality, at=at)
        take_alerts(self._database, self._composer, self._received(alert), at)

    def deliver(self, after_s: float = 0) -> None:
        now = self._start + timedelta(seconds=after_s)
        deliver_due(self._database, self.carriers, lambda: now)

    def carried(self) -> tuple[int, int]:
        """How many texts each took."""
        return len(self.first.carried), len(self.second.carried)


@pytest.fixture
def pair(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, start: datetime
) -> Pair:
    return Pair(database, composer, alert_of, received, start)


@pytest.fixture
def moves(rows: Any) -> Callable[[], list[str]]:
    """A function that reads why carriers were changed."""
    return lambda: [row["by"] for row in rows("ledger") if row["verdict"] == "moved-on"]


def test_a_vital_text_goes_over_the_second_at_once(pair: Pair, moves: Any, rows: Any) -> None:
    pair.first.script = [DeliveryDelayed("away")]
    pair.queue("crue", Criticality.VITAL)
    pair.deliver()
    assert pair.carried() == (0, 1)
    assert moves() == ["first → second : en échec depuis le 10/01 02:45 (échecs : 1)"]
    text = next(row for row in rows("notification") if row["medium"] == "sms")
    assert (text["channel"], text["state"], text["attempts"]) == ("second", "sent", 2)


def test_another_text_waits_until_patience_is_lost(pair: Pair, moves: Any, database: Database) -> None:
    pair.first.script = [DeliveryDelayed("away")] * 9
    pair.queue("bruit", Criticality.NORMAL)
    pair.deliver()
    assert (pair.carried(), moves()) == ((0, 0), [])
    pair.deliver(15)
    assert pair.carried() == (0, 1)
    assert len(moves()) == 1
    assert next_due(database) is None


def test_a_refused_account_is_not_waited_for_and_rests(pair: Pair, moves: Any, database: Database) -> None:
    pair.first.script = [AccountRefused("401")]
    pair.queue("bruit", Criticality.NORMAL)
    pair.deliver()
    assert pair.carried() == (0, 1)
    assert moves() == ["first → second : compte refusé"]
    pair.queue("odeur", Criticality.NORMAL, 300)
    pair.deliver(300)
    assert pair.carried() == (0, 2)
    assert len(moves()) == 2
    (trouble,) = show_carriers(database, pair.carriers)["troubles"]
    assert (trouble["channel"], trouble["failures"]) == ("first", 1)


def test_after_its_rest_the_first_is_tried_again_and_its_trouble_ends_with_a_success(
    pair: Pair, database: Database
) -> None:
    pair.first.script = [AccountRefused("401")]
    pair.queue("bruit", Criticality.NORMAL)
    pair.deliver()
    pair.queue("odeur", Criticality.NORMAL, 601)
    pair.deliver(601)
    assert pair.carried() == (1, 1)
    assert show_carriers(database, pair.carriers)["troubles"] == []


def test_where_both_fail_they_are_tried_in_turn_with_waits_between(pair: Pair, database: Database, rows: Any) -> None:
    pair.first.script = [DeliveryDelayed("away")] * 9
    pair.second.script = [DeliveryDelayed("away")]
    pair.queue("crue", Criticality.VITAL)
    pair.deliver()
    assert pair.carried() == (0, 0)
    text = next(row for row in rows("notification") if row["medium"] == "sms")
    assert (text["attempts"], text["reason"]) == (2, "delayed")
    pair.deliver(30)
    assert pair.carried() == (0, 1)


@pytest.mark.parametrize("criticality", [Criticality.NORMAL, Criticality.VITAL], ids=str)
def test_only_a_vital_text_in_doubt_goes_over_both(pair: Pair, criticality: Criticality) -> None:
    pair.first.script = [DeliveryUncertain("silent")]
    pair.first.sighting = Sighting.UNKNOWABLE
    pair.queue("crue", criticality)
    pair.deliver()
    assert pair.carried() == (0, 1 if criticality is Criticality.VITAL else 0)


@pytest.mark.parametrize("sighting", [Sighting.SENT, Sighting.UNKNOWN], ids=str)
def test_what_the_first_took_or_may_have_taken_is_not_given_to_the_second(pair: Pair, sighting: Sighting) -> None:
    pair.first.script = [DeliveryUncertain("silent")]
    pair.first.sighting = sighting
    pair.queue("crue", Criticality.VITAL)
    pair.deliver()
    assert pair.carried() == (0, 0)


def test_a_refused_recipient_is_not_the_carriers_fault(pair: Pair, database: Database) -> None:
    fault: DeliveryError = DeliveryRefused("no such number")
    pair.first.script = [fault]
    pair.queue("crue", Criticality.VITAL)
    pair.deliver()
    assert pair.carried() == (0, 0)
    assert show_carriers(database, pair.carriers)["troubles"] == []
