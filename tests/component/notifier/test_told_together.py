"""Groups, keys of the author's own, storms: several alerts are one incident and one notice."""

from __future__ import annotations

from typing import Any

from services.notifier.domain.channel import Medium
from services.notifier.domain.muting.loading_muting import load_muting
from shared.model.alerts import Criticality, NotifyRequest
from tests.component.notifier.playing import Play

GROUPS = """
groups:
  - {id: bornes, match: [rule=dechets.*], by: [rule, area], wait: 1 min, interval: 30 min}
storm: off
"""


def full(play: Play, name: str, area: str = "nord", **said: Any) -> Any:
    return play.fires(name, rule="dechets.pleine", rule_title="Borne pleine", areas=(area,), **said)


def test_alerts_of_one_group_within_the_wait_are_one_incident_and_one_notice(play: Play, rows: Any) -> None:
    play.plan = load_muting(GROUPS, "m")
    play.take(full(play, "a"))
    play.at(30).take(full(play, "b"), full(play, "c", "sud"))
    assert play.at(59).arrived() == []
    texts = play.at(200).arrived()
    assert len(texts) == 2
    assert sum("2 lieux : a : plein; b : plein" in text for text in texts) == 1
    assert sorted((row["firing"], row["title"]) for row in rows("incident")) == [
        (1, "Borne pleine – plusieurs lieux"),
        (2, "Borne pleine – plusieurs lieux"),
    ]
    assert sum(row["verdict"] == "grouped" for row in rows("ledger")) == 3


def test_further_ones_are_told_together_after_the_interval_and_the_end_once(play: Play) -> None:
    play.plan = load_muting(GROUPS, "m")
    alerts = [full(play, name) for name in "abcd"]
    play.take(alerts[0])
    assert len(play.at(60).arrived()) == 1
    play.at(120).take(alerts[1])
    play.at(180).take(alerts[2])
    assert play.at(60 + 1799).arrived() == []
    (more,) = play.at(60 + 1800).arrived()
    assert "suite, orange : 2 lieux : b : plein; c : plein" in more
    play.at(4000).take(*(play.resolves(alert) for alert in alerts[:2]))
    assert play.at(4100).arrived() == []
    play.take(play.resolves(alerts[2]))
    (end,) = play.at(4101).arrived()
    assert "fin d'alerte : Borne pleine, 3 lieux (a, b, c)" in end
    play.take(alerts[3])
    assert len(play.at(9000).arrived()) == 1


def test_each_team_hears_of_the_places_it_asked_for(play: Play) -> None:
    play.plan = load_muting(GROUPS, "m")
    asked = (NotifyRequest(team="collecte", message="d : plein"),)
    play.take(full(play, "a"), full(play, "b"), full(play, "d", notify=asked))
    play.at(60)
    bodies = {parcel.address: parcel.body for parcel in play.channel.carried}
    assert "a : plein" in bodies["camille@example.org"]
    assert "d : plein" not in bodies["camille@example.org"]
    assert bodies["helene@example.org"].startswith("d : plein\n")


def test_a_vital_alert_of_a_group_waits_for_nobody(play: Play) -> None:
    play.plan = load_muting(GROUPS, "m")
    play.take(full(play, "a", criticality=Criticality.VITAL))
    assert len(play.at(0).arrived()) == 1


def test_what_the_group_still_held_when_it_was_over_is_not_told(play: Play) -> None:
    play.plan = load_muting(GROUPS, "m")
    alert = full(play, "a")
    play.take(alert)
    play.at(30).take(play.resolves(alert))
    assert play.at(9000).arrived() == []


def test_alerts_with_one_key_of_their_author_are_one_incident_told_once(play: Play, rows: Any) -> None:
    labels = {"dedup": "panne-quai"}
    first, second = (play.fires(name, rule=f"r.{name}", labels=labels) for name in "ab")
    play.take(first)
    play.at(60).take(second, play.fires("c", labels={"dedup": "autre"}))
    assert len(play.at(61).arrived()) == 2
    assert sorted(row["firing"] for row in rows("incident")) == [1, 2]
    play.take(play.resolves(first))
    assert play.at(62).arrived() == []
    play.take(play.resolves(second))
    assert ["fin d'alerte" in text for text in play.at(63).arrived()] == [True]


def test_who_asked_by_the_second_alert_alone_hears_of_it(play: Play) -> None:
    labels = {"dedup": "panne-quai"}
    asked = (NotifyRequest(team="collecte", message="m"),)
    play.take(play.fires("a", labels=labels), play.fires("b", labels=labels, notify=asked))
    assert len(play.at(1).arrived(Medium.EMAIL)) == 2


def test_a_storm_is_nineteen_messages_one_more_for_all_the_others_and_then_mails(play: Play, rows: Any) -> None:
    for batch in range(20):
        play.at(batch).take(*(full(play, f"p{batch * 10 + index}") for index in range(10)))
    texts = play.at(300).arrived()
    assert len(texts) == 20
    assert "181 lieux : p19 : plein" in texts[-1]
    play.take(full(play, "late"))
    play.at(900)
    mails = play.arrived(Medium.EMAIL)
    assert [("suite" in mail) for mail in mails] == [True]
    assert len(rows("incident")) == 20


def test_vital_alerts_are_in_no_storm(play: Play) -> None:
    play.take(*(full(play, f"p{index}", criticality=Criticality.VITAL) for index in range(30)))
    assert len(play.at(0).arrived()) == 30


def test_a_storm_is_over_when_nothing_joined_it_for_a_while(play: Play) -> None:
    play.take(*(full(play, f"p{index}") for index in range(30)))
    play.at(120).arrived()
    play.at(1200)
    play.take(full(play, "alone"))
    (told,) = play.at(1201).arrived()
    assert "alone" in told


def test_a_storm_with_a_vital_alert_in_its_middle(play: Play) -> None:
    """A thousand alerts in a minute: twenty text messages, and the vital one at once."""
    for batch in range(20):
        play.at(batch * 3)
        alerts = [full(play, f"p{batch * 50 + index}") for index in range(50)]
        if batch == 10:
            alerts.insert(25, play.fires("vital", rule="gemapi.crue", criticality=Criticality.VITAL))
        play.take(*alerts)
        if batch == 10:
            play.tick()
            assert any("vital" in text for text in play.arrived())
    play.at(3600)
    sms = [parcel for parcel in play.channel.carried if parcel.medium is Medium.SMS]
    assert len(sms) == 21
