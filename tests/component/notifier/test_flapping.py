"""What comes and goes is told once as such, and then in the state in which it stays."""

from __future__ import annotations

from typing import Any

import pytest

from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge
from shared.model.alerts import AlertChanged, Criticality
from tests.component.notifier.playing import Play

SETTINGS = "flapping: {episodes: 3, within: 10 min}"


@pytest.fixture
def nervous(play: Play) -> Play:
    play.plan = load_muting(SETTINGS, "m")
    return play


def episodes(play: Play, first: int, last: int, **said: Any) -> list[AlertChanged]:
    """One every twenty seconds, each of ten."""
    alerts = []
    for number in range(first, last):
        alert = play.at(number * 20).fires(f"e{number}", point="quai", point_title="Quai", **said)
        alerts.append(alert)
        play.take(alert)
        play.at(number * 20 + 10).take(play.resolves(alert))
    return alerts


def test_the_fourth_beginning_is_told_as_unstable_and_then_nothing_until_it_is_calm(nervous: Play, rows: Any) -> None:
    episodes(nervous, 0, 3)
    assert len(nervous.at(59).arrived()) == 6
    episodes(nervous, 3, 12)
    (told,) = nervous.at(230).arrived()
    assert "instable (4 fois en 10 min) : quai : plein" in told
    assert nervous.at(230 + 599).arrived() == []
    (end,) = nervous.at(230 + 600).arrived()
    assert "fin d'alerte" in end
    assert nervous.at(9000).arrived() == []
    assert sum(row["verdict"] == "flapping" for row in rows("ledger")) > 10
    assert rows("flapping") == []


def test_what_fires_when_it_is_calm_is_told_as_lasting_and_its_end_is_told(nervous: Play) -> None:
    episodes(nervous, 0, 6)
    nervous.at(120).arrived()
    last = nervous.fires("last", point="quai", point_title="Quai")
    nervous.take(last)
    assert nervous.at(719).arrived() == []
    (told,) = nervous.at(720).arrived()
    assert "stable depuis 10 min, l'alerte dure : quai" in told
    nervous.at(800).take(nervous.resolves(last))
    assert ["fin d'alerte" in text for text in nervous.at(801).arrived()] == [True]


def test_after_the_calm_it_is_told_as_ever(nervous: Play) -> None:
    episodes(nervous, 0, 6)
    nervous.at(2000).arrived()
    nervous.take(nervous.fires("new", point="quai"))
    (told,) = nervous.at(2001).arrived()
    assert "instable" not in told


def test_other_points_of_the_rule_are_told(nervous: Play) -> None:
    episodes(nervous, 0, 6)
    nervous.at(120).arrived()
    nervous.take(nervous.fires("other", point="pont"))
    assert len(nervous.at(121).arrived()) == 1


def test_a_vital_alert_never_flaps(nervous: Play) -> None:
    episodes(nervous, 0, 6, criticality=Criticality.VITAL)
    assert len(nervous.at(9000).arrived()) == 12


def test_it_never_flaps_where_that_is_switched_off(play: Play) -> None:
    play.plan = load_muting("flapping: off", "m")
    episodes(play, 0, 10)
    assert len(play.at(9000).arrived()) == 20


def test_a_batch_of_beginnings_and_ends_flaps_like_one_by_one(nervous: Play) -> None:
    batch = []
    for number in range(6):
        alert = nervous.fires(f"e{number}", point="quai", point_title="Quai")
        batch += [alert, nervous.resolves(alert)]
    nervous.take(*batch)
    texts = nervous.at(1).arrived()
    assert sum("instable" in text for text in texts) == 1
    assert len(texts) == 7


POLICIES = """\
policies:
  - id: toutes
    title: Toutes
    applies_to: {}
    steps: [{after: 1 min, everyone_of: own, by: email}]
    unacknowledge_after: 20 min
"""


def test_who_takes_care_of_what_flaps_keeps_it_and_nobody_else_is_woken(nervous: Play, rows: Any) -> None:
    nervous.policies = load_policies(POLICIES, "e.yaml", nervous.composer.teams)
    episodes(nervous, 0, 3)
    unstable = nervous.at(60).fires("e3", point="quai", point_title="Quai")
    nervous.take(unstable)
    (incident,) = (row["id"] for row in rows("incident") if row["status"] == "open")
    means = Acknowledging(nervous.composer, nervous.policies)
    acknowledge(nervous.database, means, incident, "camille", Way.SMS, nervous.now)
    nervous.at(70).take(nervous.resolves(unstable))
    again = nervous.at(80).fires("e4", point="quai", point_title="Quai")
    nervous.take(again)
    assert [row["state"] for row in rows("escalation") if row["incident"] == incident] == ["acknowledged"]
    nervous.at(80 + 19 * 60)
    assert [item for item in nervous.channel.carried if item.kind == "escalation"] == []
    assert [row["withdrawn_at"] for row in rows("acknowledgement")] == [None]
    nervous.at(60 + 22 * 60)
    assert [row["withdrawn_by"] for row in rows("acknowledgement")] == ["toutes: unacknowledge_after"]
    assert len([item for item in nervous.channel.carried if item.kind == "escalation"]) == 1
