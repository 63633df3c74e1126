"""Silences: nobody is told, incidents open; what fires still at the end is told then, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import delete

from services.notifier.domain.channel import Medium
from services.notifier.domain.muting.silence_wanted import BadSilence, Recurring, WantedSilence
from services.notifier.storage.silences import Silences
from services.notifier.storage.tables import SILENCE
from services.notifier.use_cases.silence import (
    add_silence,
    end_silence,
    list_silences,
    preview_silence,
    show_silence,
)
from shared.actor import Actor
from shared.errors import Forbidden, NotFound
from shared.model.alerts import Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.alerts import START
from tests.component.notifier.playing import Play

LUCIE = Actor("operator:lucie")
HOUR = 3600


def wanted(*matchers: str, **said: Any) -> WantedSilence:
    valid = {"owner": "helene", "reason": "travaux sur le quai", "lasts": "2 h"}
    return WantedSilence(matchers=list(matchers or ["rule=gemapi.*"]), **(valid | said))


def silence(play: Play, *matchers: str, **said: Any) -> str:
    return str(add_silence(play.database, play.composer.teams, LUCIE, wanted(*matchers, **said), play.now)["id"])


def test_the_incident_opens_and_the_ledger_says_which_silence(play: Play, rows: Any) -> None:
    name = silence(play)
    play.take(play.fires())
    play.at(10)
    assert play.arrived() == []
    assert [row["status"] for row in rows("incident")] == ["open"]
    (entry,) = rows("ledger")
    assert (entry["verdict"], entry["by"], entry["alert"]) == ("silenced", f"{name}: travaux sur le quai", "alert-1")


def test_what_fires_still_when_the_silence_ends_is_told_then_once_and_so_is_its_end(play: Play) -> None:
    silence(play)
    alert = play.fires()
    play.take(alert)
    assert play.at(2 * HOUR - 1).arrived() == []
    (told,) = play.at(2 * HOUR).arrived()
    assert "orange : alert-1 : plein" in told
    play.at(3 * HOUR).take(play.resolves(alert))
    assert ["fin d'alerte" in text for text in play.at(9 * HOUR).arrived()] == [True]


def test_what_ends_meanwhile_is_told_to_nobody_neither_beginning_nor_end(play: Play, rows: Any) -> None:
    silence(play)
    alert = play.fires()
    play.take(alert)
    play.at(HOUR).take(play.resolves(alert))
    assert play.at(9 * HOUR).arrived() == []
    assert rows("held") == []
    assert any("resolved meanwhile" in row["by"] for row in rows("ledger"))


def test_who_heard_the_beginning_before_hears_the_end_within(play: Play) -> None:
    alert = play.fires()
    play.take(alert)
    assert len(play.at(1).arrived()) == 1
    silence(play)
    play.at(60).take(play.resolves(alert))
    assert ["fin d'alerte" in text for text in play.at(70).arrived()] == [True]


def test_a_rise_within_is_told_at_the_end_and_a_rise_that_fell_back_is_not(play: Play) -> None:
    first, second = play.fires("a"), play.fires("b")
    play.take(first, second)
    play.at(1).arrived()
    silence(play)
    play.at(60)
    worse = [structs.replace(alert, was="orange", severity="red", at=play.now) for alert in (first, second)]
    play.take(*worse)
    play.at(120)
    play.take(structs.replace(worse[1], was="red", severity="orange", at=play.now))
    assert play.at(2 * HOUR).arrived() == []
    (told,) = play.at(2 * HOUR + 1).arrived()
    assert "aggravation, rouge (avant : orange) : a" in told


def test_a_level_that_the_silence_does_not_mean_is_told_at_once(play: Play) -> None:
    silence(play, "severity=orange")
    alert = play.fires()
    play.take(alert)
    play.at(60).take(structs.replace(alert, was="orange", severity="red", at=play.now))
    (told,) = play.at(61).arrived()
    assert ", rouge : " in told


def test_a_vital_alert_goes_on_unless_the_silence_says_so(play: Play) -> None:
    silence(play, "point=a")
    play.take(play.fires("a", criticality=Criticality.VITAL))
    assert len(play.at(1).arrived()) == 1
    silence(play, "point=b", including_vital=True)
    play.take(play.fires("b", criticality=Criticality.VITAL))
    assert play.at(2).arrived() == []


def test_ending_it_early_tells_at_once_and_the_audit_knows_who_and_why(play: Play, rows: Any) -> None:
    name = silence(play)
    play.take(play.fires())
    play.at(60)
    assert [item["alert"] for item in show_silence(play.database, name, play.now)["holds"]] == ["alert-1"]
    end_silence(play.database, LUCIE, name, "travaux finis", play.now)
    assert len(play.at(61).arrived()) == 1
    acts = [(row["actor"], row["act"], row["subject"], row["detail"]) for row in rows("audit")]
    assert acts == [
        ("operator:lucie", "silence", name, "travaux sur le quai; rule=gemapi.*"),
        ("operator:lucie", "end silence", name, "travaux finis"),
    ]
    end_silence(play.database, LUCIE, name, "encore", play.now)
    assert len(rows("audit")) == 2


def test_one_silence_after_another_holds_on(play: Play) -> None:
    silence(play)
    play.take(play.fires())
    play.at(HOUR)
    silence(play, lasts="2 h")
    assert play.at(3 * HOUR - 1).arrived() == []
    assert len(play.at(3 * HOUR).arrived()) == 1


def test_one_that_is_to_come_mutes_nothing_yet(play: Play) -> None:
    silence(play, starts_at=(play.now + timedelta(hours=1)).isoformat())
    play.take(play.fires("a"))
    assert len(play.at(1).arrived()) == 1
    play.at(HOUR)
    play.take(play.fires("b"))
    assert play.at(HOUR + 1).arrived() == []


def test_a_recurring_one_lets_go_each_morning(play: Play) -> None:
    """It is Monday 02:45."""
    nights = Recurring(weekdays=["sun", "mon"], begins="22:00", ends="06:00", until="2022-01-31")
    silence(play, lasts=None, recurring=nights, starts_at="2022-01-09 12:00")
    play.take(play.fires())
    assert play.at(3.25 * HOUR - 1).arrived() == []
    assert len(play.at(3.25 * HOUR).arrived()) == 1
    (shown,) = list_silences(play.database, play.now)
    assert shown["status"] == "resting"


def test_its_owner_is_reminded_by_mail_once_an_hour_before_it_ends(play: Play) -> None:
    name = silence(play, owner="helene")
    assert play.at(HOUR - 1).arrived(Medium.EMAIL) == []
    (mail,) = play.at(HOUR).arrived(Medium.EMAIL)
    assert mail == f"Fin prochaine du silence {name} : travaux sur le quai"
    assert play.at(9 * HOUR).arrived(Medium.EMAIL) == []


def test_an_owner_is_not_reminded_of_what_was_ended(play: Play) -> None:
    end_silence(play.database, LUCIE, silence(play), "", play.now)
    assert play.at(9 * HOUR).arrived(Medium.EMAIL) == []


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"matchers": []}, "at least one"),
        ({"matchers": ["rul=x"]}, "did you mean 'rule'"),
        ({"reason": " "}, "reason"),
        ({"owner": "nobody"}, "no person or team 'nobody'"),
        ({"lasts": None}, "says when it ends"),
        ({"ends_at": "2022-01-11"}, "says when it ends"),
        ({"lasts": "2 hours"}, "not a duration"),
        ({"lasts": None, "ends_at": "2022-01-09"}, "over before it begins"),
        ({"lasts": "400 d"}, "longer than 366 days"),
        ({"starts_at": "demain"}, "no moment"),
        ({"lasts": None, "recurring": Recurring(["lundi"], "22:00", "06:00", "2022-02-01")}, "weekdays"),
        ({"lasts": None, "recurring": Recurring(["mon"], "22h", "06:00", "2022-02-01")}, "HH:MM"),
        ({"lasts": None, "recurring": Recurring(["mon"], "22:00", "06:00", "2021-02-01")}, "over before"),
    ],
)
def test_what_makes_no_silence_is_told_in_words(play: Play, said: dict[str, Any], word: str) -> None:
    asked = structs.replace(wanted(), **said)
    with pytest.raises(BadSilence) as raised:
        add_silence(play.database, play.composer.teams, LUCIE, asked, play.now)
    assert word in str(raised.value)


def test_every_fault_is_told_at_once(play: Play) -> None:
    asked = structs.replace(wanted(), matchers=[], reason="", owner="x", lasts=None)
    with pytest.raises(BadSilence) as raised:
        add_silence(play.database, play.composer.teams, LUCIE, asked, play.now)
    assert len(raised.value.faults) == 4


def test_who_acts_for_a_directorate_silences_its_alerts_alone(play: Play) -> None:
    someone = Actor("operator:x", directorate="dechets")
    with pytest.raises(Forbidden):
        add_silence(play.database, play.composer.teams, someone, wanted("rule=gemapi.*"), play.now)
    both = wanted("rule=gemapi.*", "directorate=dechets")
    assert add_silence(play.database, play.composer.teams, someone, both, play.now)["status"] == "in-force"


def test_a_silence_that_is_not_there_is_not_found(play: Play) -> None:
    with pytest.raises(NotFound):
        end_silence(play.database, LUCIE, "S-0000", "", play.now)


def test_a_silenced_alert_is_not_in_the_digest(play: Play, rows: Any) -> None:
    daily = (NotifyRequest(team="collecte", message="pleine", digest="05:00"),)
    play.take(*(play.fires(name, notify=daily) for name in "ab"))
    silence(play, "point=a", lasts="12 h")
    (mail,) = play.at(5 * HOUR).arrived(Medium.EMAIL)
    assert mail.startswith("Garonne : vigilance orange : 1 lieu (")
    assert [row["alert"] for row in rows("ledger") if row["verdict"] == "silenced"] == ["a"]


POINTS = st.sampled_from(["a", "b", "c"])
RULES = st.sampled_from(["gemapi.x", "dechets.y"])
ALERTS = st.lists(st.tuples(POINTS, RULES, st.sampled_from(["orange", "red"]), st.booleans()), max_size=8)
MATCHERS = st.lists(
    st.sampled_from(["point=a", "point!=b", "rule=gemapi.*", "severity=~red|x", "point=~a|c"]), min_size=1, max_size=2
)


@given(alerts=ALERTS, matchers=MATCHERS, vital=st.booleans())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_preview_is_what_is_hushed_then(
    play: Play, alerts: list[tuple[str, str, str, bool]], matchers: list[str], vital: bool
) -> None:
    """The same alerts twice: first they fire and the preview is asked, then they fire again within the silence."""
    _empty(play.database)
    play.now = START

    def fired(turn: str) -> list[Any]:
        kinds = {True: Criticality.VITAL, False: Criticality.NORMAL}
        return [
            play.fires(f"{turn}-{index}", rule=rule, severity=severity, point=point, criticality=kinds[is_vital])
            for index, (point, rule, severity, is_vital) in enumerate(alerts)
        ]

    play.take(*fired("before"))
    asked = wanted(*matchers, including_vital=vital)
    found = preview_silence(play.database, play.composer.teams, LUCIE, asked, 1, play.now)
    assert found["mutes_now"] is True
    add_silence(play.database, play.composer.teams, LUCIE, asked, play.now)
    play.take(*fired("within"))
    hushed = {row["alert"].partition("-")[2] for row in _rows(play.database, "held")}
    assert {item["alert"].partition("-")[2] for item in found["firing"]} == hushed
    assert {item["alert"].partition("-")[2] for item in found["past"]} == hushed


def test_the_preview_names_the_vital_alerts_that_go_on(play: Play) -> None:
    play.take(play.fires("a", criticality=Criticality.VITAL), play.fires("b"))

    def seen(name: str, **said: bool) -> list[str]:
        asked = wanted("rule=gemapi.*", **said)
        found = preview_silence(play.database, play.composer.teams, LUCIE, asked, 1, play.now)
        return [item["point"] for item in found[name]]

    assert (seen("firing"), seen("spared")) == (["b"], ["a"])
    assert (seen("firing", including_vital=True), seen("spared", including_vital=True)) == (["a", "b"], [])


def test_the_preview_of_a_recurring_silence_looks_at_the_hours_of_the_past(play: Play) -> None:
    play.take(play.fires("night"))
    play.at(8 * HOUR)
    play.take(play.fires("day"))
    nights = Recurring(weekdays=["sun", "mon"], begins="22:00", ends="06:00", until="2022-03-01")
    asked = wanted(lasts=None, recurring=nights)
    found = preview_silence(play.database, play.composer.teams, LUCIE, asked, 7, play.now)
    assert found["mutes_now"] is False
    assert sorted(item["alert"] for item in found["firing"]) == ["day", "night"]
    assert [item["alert"] for item in found["past"]] == ["night"]
    assert preview_silence(play.database, play.composer.teams, LUCIE, asked, 0, play.now)["past"] == []


def _rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.transaction() as transaction:
        return [dict(row) for row in transaction.connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]  # noqa: S608


def _empty(database: Database) -> None:
    with database.transaction() as transaction:
        for table in ("alert", "held", "silence", "incident", "incident_alert", "notification", "bundle", "flapping"):
            transaction.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608


def test_what_is_asked_for_twice_with_one_key_is_one_silence(play: Play, rows: Any) -> None:
    asked = wanted("point=a")
    first = add_silence(play.database, play.composer.teams, LUCIE, asked, play.now, "key-1")
    again = add_silence(play.database, play.composer.teams, LUCIE, asked, play.at(60).now, "key-1")
    assert again == first
    assert len(rows("silence")) == 1
    assert [row["act"] for row in rows("audit")] == ["silence"]
    # Also if it is over by then: it was asked for once.
    end_silence(play.database, LUCIE, first["id"], "fini", play.now)
    assert add_silence(play.database, play.composer.teams, LUCIE, asked, play.now, "key-1")["status"] == "over"
    assert len(rows("silence")) == 1


def test_another_key_another_actor_or_no_key_make_another_silence(play: Play, rows: Any) -> None:
    asked, marc = wanted("point=a"), Actor("operator:marc")
    for actor, key in [(LUCIE, "key-1"), (LUCIE, "key-2"), (marc, "key-1"), (LUCIE, None)]:
        add_silence(play.database, play.composer.teams, actor, asked, play.now, key)
    assert len(rows("silence")) == 4


def test_one_key_for_two_wishes_is_refused(play: Play, rows: Any) -> None:
    add_silence(play.database, play.composer.teams, LUCIE, wanted("point=a"), play.now, "key-1")
    with pytest.raises(BadSilence, match="Idempotency-Key"):
        add_silence(play.database, play.composer.teams, LUCIE, wanted("point=b"), play.now, "key-1")
    assert len(rows("silence")) == 1


def test_two_silences_never_share_an_id(play: Play, rows: Any) -> None:
    teams = play.composer.teams
    names = [add_silence(play.database, teams, LUCIE, wanted(), play.now, f"key-{number}")["id"] for number in (0, 1)]
    # The second one's first choice is taken by one of long ago.
    with play.database.transaction() as transaction:
        stored = Silences(transaction)
        first, second = (stored.get(name) for name in names)
        transaction.connection.execute(delete(SILENCE))
        stored.put(replace(first, id=second.id))
    again = add_silence(play.database, play.composer.teams, LUCIE, wanted(), play.now, "key-1")
    assert again["id"] != second.id
    assert len(rows("silence")) == 2
