"""Who is told after whom, where nobody could be told for a while: the first line has its time before the second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.storage.escalations import Escalations
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge
from services.notifier.use_cases.release_held import release_held
from services.notifier.use_cases.silence import add_silence, end_silence
from shared.actor import Actor
from shared.model.alerts import AlertChanged, Criticality
from tests.component.notifier.playing import Play

MINUTE, HOUR = 60, 3600
POLICIES = """\
policies:
  - id: rouge
    title: Rouge
    applies_to: {severity: red}
    steps: [{after: 3 min, everyone_of: own, by: email}]
  - id: toutes
    title: Toutes
    applies_to: {}
    steps:
      - {after: 5 min, everyone_of: own, by: email}
      - {after: 10 min, team: exploitation, by: email}
    unacknowledge_after: 30 min
"""
MUTING = """\
inhibitions:
  - {id: rouge, source: [severity=red], target: [severity=orange], equal: [point]}
"""
BUNDLE = {"labels": {"dedup": "crue"}}


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def night(play: Play) -> Play:
    """With policies; Camille is the first line, Hélène the second and the platform the third."""
    play.policies = load_policies(POLICIES, "e.yaml", play.composer.teams)
    play.plan = load_muting(MUTING, "m.yaml")
    return play


def silence(play: Play, *matchers: str, lasts: str = "1 h", **said: Any) -> str:
    wanted = WantedSilence(matchers=list(matchers), owner="helene", reason="travaux", lasts=lasts, **said)
    return str(add_silence(play.database, play.composer.teams, Actor("op"), wanted, play.now)["id"])


def heard(play: Play) -> list[tuple[float, str, str]]:
    """Minute, first word of who heard, and what: of all that arrived of incidents."""
    carried = (item for item in play.channel.carried if item.incident is not None)
    start = play.start
    return [
        ((item.at - start).total_seconds() / MINUTE, item.recipient.partition(",")[0], item.kind) for item in carried
    ]


def minutes_of(play: Play, kind: str) -> list[tuple[float, str]]:
    """When each person was told so."""
    return list(dict.fromkeys((minute, who) for minute, who, what in heard(play) if what == kind))


STEPS_FROM_60 = [(65, "Hélène"), (75, "Exploitation")]


def test_at_the_end_of_a_silence_the_second_line_waits_until_the_first_had_time_to_answer(night: Play) -> None:
    silence(night, "rule=*")
    night.take(night.fires())
    night.at(5 * HOUR)
    assert minutes_of(night, "fire") == [(60, "Camille")]
    assert minutes_of(night, "escalation") == STEPS_FROM_60
    mail = next(item for item in night.channel.carried if item.kind == "escalation")
    assert "sans réponse depuis 5 min" in mail.subject + mail.body


def test_also_where_it_ended_before_the_first_step_was_due(night: Play) -> None:
    silence(night, "rule=*", lasts="4 min")
    night.take(night.fires())
    night.at(HOUR)
    assert minutes_of(night, "fire") == [(4, "Camille")]
    assert minutes_of(night, "escalation") == [(9, "Hélène"), (19, "Exploitation")]


def test_also_where_somebody_ended_it_early(night: Play) -> None:
    name = silence(night, "rule=*")
    night.take(night.fires())
    night.at(30 * MINUTE)
    end_silence(night.database, Actor("op"), name, "", night.now)
    night.at(HOUR)
    assert minutes_of(night, "escalation") == [(35, "Hélène"), (45, "Exploitation")]


def test_also_where_another_alert_hushed_it(night: Play) -> None:
    orange = night.fires("orange", point="pont", rule="r.orange")
    red = night.fires("red", point="pont", rule="r.red", severity="red", owner="bruit")
    night.take(red, orange)
    night.at(HOUR)
    night.take(night.resolves(red))
    before = len(night.channel.carried)
    night.at(2 * HOUR)
    del night.channel.carried[:before]
    assert minutes_of(night, "fire") == [(60, "Camille")]
    assert minutes_of(night, "escalation") == STEPS_FROM_60


def test_a_release_that_is_killed_and_comes_again_begins_once_and_later_ticks_begin_nothing(
    night: Play, monkeypatch: pytest.MonkeyPatch, rows: Callable[[str], list[dict[str, Any]]]
) -> None:
    silence(night, "rule=*")
    night.take(night.fires())
    night.at(HOUR - 1)
    night.now = night.start_plus(HOUR)
    real = Escalations.put

    def cut(self: Escalations, escalations: Any) -> None:
        real(self, escalations)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Escalations, "put", cut)
        with pytest.raises(Killed):
            release_held(night.database, night.composer, night.plan, night.now, night.policies)
    for seconds in (HOUR, HOUR + 1, HOUR + 2 * MINUTE):
        night.now = night.start_plus(seconds)
        night.tick()
    night.at(5 * HOUR)
    assert minutes_of(night, "fire") == [(60, "Camille")]
    assert minutes_of(night, "escalation") == STEPS_FROM_60
    assert len([kind for _, _, kind in heard(night) if kind == "escalation"]) == 2


def test_partly_held_its_steps_are_told_in_their_time(night: Play) -> None:
    silence(night, "point=b", lasts="4 min")
    night.take(night.fires("a", point="a", **BUNDLE), night.fires("b", point="b", **BUNDLE))
    night.at(HOUR)
    assert minutes_of(night, "fire") == [(0, "Camille")]
    assert minutes_of(night, "escalation") == [(5, "Hélène"), (15, "Exploitation")]


def test_what_was_told_before_the_silence_goes_on_where_it_stood(night: Play) -> None:
    """Camille knew of it for an hour, and heard nothing new."""
    night.take(night.fires())
    night.at(MINUTE)
    silence(night, "rule=*", lasts="1 h")
    night.at(5 * HOUR)
    assert minutes_of(night, "escalation") == [(61, "Hélène"), (71, "Exploitation")]


def worse_of(alert: AlertChanged, play: Play, severity: str) -> AlertChanged:
    return structs.replace(alert, was=alert.severity, severity=severity, at=play.now)


@pytest.mark.parametrize(
    ("severity", "steps"),
    [
        pytest.param("red", [(64, "Hélène")], id="another-policy"),
        pytest.param("critical", [(66, "Hélène"), (76, "Exploitation")], id="the-same-policy"),
    ],
)
def test_a_rise_that_was_held_back_is_told_to_the_first_line_before_others_hear(
    night: Play, severity: str, steps: list[Any]
) -> None:
    alert = night.fires()
    night.take(alert)
    night.at(MINUTE)
    silence(night, "rule=*", lasts="1 h")
    night.at(20 * MINUTE)
    night.take(worse_of(alert, night, severity))
    night.at(5 * HOUR)
    assert minutes_of(night, "worsen") == [(61, "Camille")]
    assert minutes_of(night, "escalation") == steps


def test_a_step_that_was_put_off_is_told_after_its_delay_and_those_before_it_not_again(night: Play) -> None:
    alert = night.fires()
    night.take(alert)
    night.at(10 * MINUTE)
    silence(night, "rule=*", lasts="1 h")
    night.at(30 * MINUTE)
    night.take(worse_of(alert, night, "critical"))
    night.at(5 * HOUR)
    assert minutes_of(night, "worsen") == [(70, "Camille")]
    assert minutes_of(night, "escalation") == [(5, "Hélène"), (80, "Exploitation")]


def test_who_took_care_meanwhile_keeps_it_and_its_end_begins_the_steps(night: Play) -> None:
    silence(night, "rule=*")
    night.take(night.fires())
    night.at(50 * MINUTE)
    means = Acknowledging(night.composer, night.policies)
    with night.database.transaction() as transaction:
        name = transaction.connection.exec_driver_sql("SELECT id FROM incident").scalar_one()
    acknowledge(night.database, means, name, "helene", Way.PORTAL, night.now)
    night.at(79 * MINUTE)
    assert minutes_of(night, "escalation") == []
    night.at(5 * HOUR)
    assert minutes_of(night, "unacknowledged") == [(80, "Camille")]
    assert minutes_of(night, "escalation") == [(85, "Hélène"), (95, "Exploitation")]


def test_an_acknowledgement_that_ended_within_begins_the_steps_with_the_release(night: Play) -> None:
    silence(night, "rule=*")
    night.take(night.fires())
    night.at(5 * MINUTE)
    with night.database.transaction() as transaction:
        name = transaction.connection.exec_driver_sql("SELECT id FROM incident").scalar_one()
    means = Acknowledging(night.composer, night.policies)
    acknowledge(night.database, means, name, "helene", Way.PORTAL, night.now)
    night.at(5 * HOUR)
    assert minutes_of(night, "escalation") == STEPS_FROM_60


def test_what_eased_before_anybody_heard_of_it_is_told_to_those_of_what_it_is(night: Play) -> None:
    silence(night, "rule=*")
    alert = night.fires(severity="red")
    night.take(alert)
    night.at(10 * MINUTE)
    night.take(worse_of(alert, night, "orange"))
    night.at(5 * HOUR)
    assert minutes_of(night, "fire") == [(60, "Camille")]
    assert minutes_of(night, "escalation") == STEPS_FROM_60


def test_a_vital_one_that_no_silence_means_waits_for_nothing(night: Play) -> None:
    silence(night, "rule=*")
    night.take(night.fires(criticality=Criticality.VITAL))
    night.at(HOUR)
    assert minutes_of(night, "fire") == [(0, "Camille")]
    assert minutes_of(night, "escalation") == [(5, "Hélène"), (15, "Exploitation")]
