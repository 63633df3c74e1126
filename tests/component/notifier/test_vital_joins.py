"""A vital alert joins an incident that was none: from then on the incident is vital, with all that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.budgets import Budgets, Rate
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.silence import add_silence
from shared.actor import Actor
from shared.errors import DeliveryDelayed
from shared.model.alerts import AlertChanged, Criticality
from tests.component.notifier.playing import Play

MINUTE = 60
VITAL, NORMAL = Criticality.VITAL, Criticality.NORMAL
POLICIES = """\
policies:
  - id: vitale
    title: Vitale
    applies_to: {criticality: vital}
    steps: [{after: 5 min, everyone_of: own, by: email}]
"""
ONE_FOR_ALL = POLICIES.replace("{criticality: vital}", "{}")
ONE_TEXT = Budgets(limits={"sms": (Rate(1, timedelta(hours=1)),), "email": ()})

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def joined(play: Play) -> Callable[..., AlertChanged]:
    """A function that takes an alert of the incident that all share."""

    def take(name: str, criticality: Criticality, **said: Any) -> AlertChanged:
        alert = play.fires(name, criticality=criticality, labels={"dedup": "quai"}, **said)
        play.take(alert)
        return alert

    return take


def incident(rows: Rows) -> dict[str, Any]:
    (found,) = rows("incident")
    return found


def kinds(play: Play, medium: Medium = Medium.SMS) -> list[str]:
    return [item.kind for item in play.channel.carried if item.medium is medium]


def take_care(play: Play, rows: Rows) -> None:
    means = Acknowledging(play.composer, play.policies)
    acknowledge(play.database, means, incident(rows)["id"], "camille", Way.COMMAND, play.now)


def test_the_incident_is_vital_from_then_on_and_stays_so(play: Play, joined: Any, rows: Rows) -> None:
    joined("a", NORMAL)
    vital = joined("b", VITAL)
    assert incident(rows)["criticality"] == "vital"
    joined("c", Criticality.COMFORT)
    play.take(play.resolves(vital))
    assert incident(rows)["criticality"] == "vital"


@pytest.mark.parametrize("policies", [POLICIES, ONE_FOR_ALL], ids=["a-policy-for-it", "one-policy-for-all"])
def test_who_took_care_took_care_of_less_and_the_policy_for_vital_ones_begins(
    play: Play, joined: Any, rows: Rows, policies: str
) -> None:
    play.policies = load_policies(policies, "e.yaml", play.composer.teams)
    joined("a", NORMAL)
    play.at(MINUTE)
    take_care(play, rows)
    play.at(10 * MINUTE)
    joined("b", VITAL)
    play.at(20 * MINUTE)
    steps = [item for item in play.channel.carried if item.kind == "escalation"]
    assert [(item.recipient.partition(",")[0], item.criticality) for item in steps] == [("Hélène", "vital")]
    assert steps[0].at == play.start_plus(15 * MINUTE)
    assert [row["by"] for row in rows("ledger") if row["verdict"] == "unacknowledged"] == ["criticality raised"]
    assert rows("acknowledgement")[0]["withdrawn_at"] is not None


def test_without_any_policy_nobody_is_taken_to_care_for_it_either(play: Play, joined: Any, rows: Rows) -> None:
    joined("a", NORMAL)
    take_care(play, rows)
    joined("b", VITAL)
    assert rows("acknowledgement")[0]["withdrawn_at"] is not None


def test_another_normal_one_takes_nothing_from_who_takes_care(play: Play, joined: Any, rows: Rows) -> None:
    joined("a", NORMAL)
    take_care(play, rows)
    joined("b", NORMAL)
    assert rows("acknowledgement")[0]["withdrawn_at"] is None


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"criticality": VITAL}, id="vital"),
        pytest.param({"criticality": NORMAL, "severity": "red"}, id="red"),
    ],
)
def test_who_heard_of_less_under_the_same_key_hears_of_it(play: Play, joined: Any, said: dict[str, Any]) -> None:
    joined("a", NORMAL)
    play.at(MINUTE)
    joined("b", **said)
    joined("c", NORMAL)
    play.at(2 * MINUTE)
    assert kinds(play) == ["fire", "update"]


def deliver(play: Play) -> None:
    deliver_due(play.database, play.composer.carriers, lambda: play.now, folding=Folding(play.composer))


def test_no_limit_keeps_it_nor_what_was_still_to_be_said_before_it(play: Play, joined: Any, rows: Rows) -> None:
    """A text has gone already: what is normal is folded from now on."""
    play.composer = replace(play.composer, budgets=ONE_TEXT)
    play.take(play.fires("other"))
    deliver(play)
    joined("a", NORMAL)
    joined("b", VITAL)
    deliver(play)
    assert kinds(play) == ["fire", "fire", "update"]
    assert rows("folded") == []


def test_it_does_not_wait_behind_what_waits_for_a_further_try(play: Play, joined: Any) -> None:
    play.channel.script = [DeliveryDelayed("later"), DeliveryDelayed("later")]
    joined("a", NORMAL)
    deliver(play)
    play.now = play.start_plus(1)
    joined("b", VITAL)
    deliver(play)
    assert kinds(play) == ["fire", "update"]


def test_nor_does_a_step_of_it(play: Play, joined: Any) -> None:
    """A normal alert joins the vital incident, and its notice is delayed: the step comes behind it."""
    again = POLICIES.replace("everyone_of: own, by: email", "again: true, by: sms")
    play.policies = load_policies(again, "e.yaml", play.composer.teams)
    play.composer = replace(play.composer, budgets=ONE_TEXT)
    play.take(play.fires("a", criticality=VITAL, rule="r.a", labels={"g": "x"}))
    deliver(play)
    (fire,) = [item for item in play.channel.carried if item.medium is Medium.SMS]
    assert fire.criticality == "vital"
    with play.database.transaction() as transaction:
        # As if it were of a normal alert, and its carrier had been away.
        transaction.connection.exec_driver_sql(
            "UPDATE notification SET criticality='normal', state='queued', due_at='2022-01-10 09:00:00.000000'"
            " WHERE medium='sms'"
        )
    play.channel.carried.clear()
    play.at(5 * MINUTE)
    assert kinds(play) == ["fire", "escalation"]


def test_its_end_is_not_folded_where_the_last_word_was_of_a_normal_one(play: Play, joined: Any, rows: Rows) -> None:
    play.composer = replace(play.composer, budgets=ONE_TEXT)
    vital = play.fires("a", criticality=VITAL, rule="g.x", labels={"dedup": "quai"})
    play.take(vital)
    deliver(play)
    worse = play.fires("b", severity="red", labels={"dedup": "quai"})
    play.take(worse)
    deliver(play)
    assert kinds(play) == ["fire", "more-follow"]
    play.take(play.resolves(vital), play.resolves(worse))
    deliver(play)
    assert kinds(play) == ["fire", "more-follow", "resolve"]


def test_released_together_with_a_normal_one_it_is_vital(play: Play, rows: Rows) -> None:
    wanted = WantedSilence(matchers=["rule=*"], owner="helene", reason="essai", lasts="1 h", including_vital=True)
    add_silence(play.database, play.composer.teams, Actor("op"), wanted, play.now)
    labels = {"dedup": "quai"}
    play.take(play.fires("a", severity="red", labels=labels), play.fires("b", criticality=VITAL, labels=labels))
    play.at(61 * MINUTE)
    assert {row["criticality"] for row in rows("notification") if row["kind"] == "fire"} == {"vital"}
