"""What answering a text message does: only for whom was told, once for each message, and with an answer that helps."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Language
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.escalation.reply import Inbound
from services.notifier.domain.escalation.replying import MOST_ANSWERS, Meaning
from services.notifier.domain.incidents.acknowledging import Outcome
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_reply import Answer, take_reply
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

CAMILLE, STRANGER = "+33639980101", "+33639989999"
Rows = Callable[[str], list[dict[str, Any]]]
Say = Callable[..., Answer]
Take = Callable[..., list[str]]


@pytest.fixture
def take(
    database: Database, composer: Composer, received: Any, alert_of: Callable[..., AlertChanged], start: datetime
) -> Take:
    """A function that lets alerts fire and delivers; the codes of their incidents."""

    def act(*names: str, **said: Any) -> list[str]:
        for name in names:
            take_alerts(database, composer, received(alert_of(alert=name, point_title=name, **said)), start)
        deliver_due(database, composer.carriers, lambda: start)
        found = {item["title"].rpartition(" ")[2]: item["code"] for item in show.incidents(database, 50)}
        return [found[name] for name in names]

    return act


@pytest.fixture
def say(database: Database, composer: Composer, start: datetime) -> Say:
    """A function that answers by text message."""
    numbers = itertools.count(1)
    means = Acknowledging(composer, NO_POLICIES)

    def act(text: str, number: str = CAMILLE, after: timedelta = timedelta(0), sid: str | None = None) -> Answer:
        reference = sid or f"SM{next(numbers):032x}"
        return take_reply(database, means, Inbound(reference=reference, number=number, text=text), start + after)

    return act


def taken_by(database: Database) -> dict[str, str | None]:
    return {item["code"]: item["acknowledged_by"] for item in show.incidents(database, 50)}


def test_ok_takes_the_only_one(take: Take, say: Say, database: Database) -> None:
    (code,) = take("a")
    answer = say("OK")
    assert answer == Answer(
        Meaning.ACKNOWLEDGE,
        f"Vigie {code} : pris en compte, merci. La fin de l'alerte vous sera annoncée.",
        Outcome.DONE,
    )
    assert taken_by(database) == {code: "Camille, cadre"}
    assert say("ok").text == f"Vigie {code} : déjà pris en compte par vous."


def test_ok_with_two_open_takes_none_and_names_both(take: Take, say: Say, database: Database) -> None:
    codes = take("a", "b")
    answer = say("OK")
    assert answer.meaning is Meaning.AMBIGUOUS
    assert all(code in answer.text for code in codes)
    assert set(taken_by(database).values()) == {None}
    assert say(codes[0].lower().replace("-", " ")).meaning is Meaning.ACKNOWLEDGE
    # One is left that nobody has taken.
    say("OK")
    assert set(taken_by(database).values()) == {"Camille, cadre"}


def test_a_wrong_code_takes_nothing_and_names_the_right_ones(take: Take, say: Say, database: Database) -> None:
    (code,) = take("a")
    answer = say("V-9999")
    assert (answer.meaning, code in answer.text) == (Meaning.UNCLEAR, True)
    assert taken_by(database) == {code: None}


def test_the_code_of_what_somebody_else_was_told_is_as_unknown_as_any(take: Take, say: Say, database: Database) -> None:
    (others,) = take("b", notify=(NotifyRequest(team="collecte", message="m"),))
    answer = say(others)
    assert (answer.meaning, others in answer.text) == (Meaning.UNCLEAR, False)
    assert taken_by(database) == {others: None}


def test_another_number_learns_nothing_and_leaves_no_trace(
    take: Take, say: Say, database: Database, rows: Rows
) -> None:
    (code,) = take("a")
    for text in ("OK", code, "AIDE", "STOP"):
        assert say(text, STRANGER) == Answer(None, "")
    assert taken_by(database) == {code: None}
    assert (rows("reply"), rows("opt_out")) == ([], [])


def test_a_number_that_left_the_teams_still_answers_what_it_was_told(
    take: Take, database: Database, composer: Composer, start: datetime
) -> None:
    (code,) = take("a")
    teams = composer.teams
    left = {name: team for name, team in teams.by_id.items() if name != "astreinte"}
    gone = replace(teams, by_id=left, people={})
    means = Acknowledging(replace(composer, teams=gone), NO_POLICIES)
    take_reply(database, means, Inbound(reference="SM1", number=CAMILLE, text="ok"), start)
    assert taken_by(database) == {code: "camille"}


def test_a_reader_of_english_is_answered_in_english(
    take: Take, say: Say, composer: Composer, database: Database, start: datetime
) -> None:
    (code,) = take("a")
    teams = composer.teams
    camille = teams.by_id["astreinte"].members[0]
    english = replace(camille, language=Language.ENGLISH)
    known = teams.by_id | {"astreinte": replace(teams.by_id["astreinte"], members=(english,))}
    means = Acknowledging(replace(composer, teams=replace(teams, by_id=known, people={})), NO_POLICIES)
    texts = [
        take_reply(database, means, Inbound(reference=f"EN{text}", number=CAMILLE, text=text), start).text
        for text in ("help", "yes", code, "STOP", "START")
    ]
    assert [text.partition(" ")[0] for text in texts] == ["Vigie.", "Vigie", "Vigie", "Vigie:", "Vigie:"]
    assert texts[1] == f"Vigie {code}: acknowledged, thank you. You will be told when the alert ends."
    assert "already" in texts[2]


def test_what_is_over_needs_no_answer(
    take: Take, say: Say, database: Database, composer: Composer, received: Any, alert_of: Any, start: datetime
) -> None:
    (code,) = take("a")
    over = alert_of(alert="a", status=AlertStatus.RESOLVED, since=start, at=start + timedelta(hours=1))
    take_alerts(database, composer, received(over), over.at)
    assert say("OK", after=timedelta(hours=1)).meaning is Meaning.NOTHING_OPEN
    assert say(code, after=timedelta(hours=1)).text == f"Vigie {code} : l'alerte est terminée, plus rien à faire."


def test_the_same_message_once_more_gets_the_same_answer_and_does_nothing(take: Take, say: Say, rows: Rows) -> None:
    take("a")
    first = say("OK", sid="SM1")
    again = say("OK", sid="SM1", after=timedelta(hours=1))
    assert (again.meaning, again.text, again.outcome) == (first.meaning, first.text, None)
    assert len(rows("reply")) == 1
    assert [row["verdict"] for row in rows("ledger")].count("acknowledged") == 1


def test_whoever_answers_too_often_is_understood_and_gets_no_answer(take: Take, say: Say, database: Database) -> None:
    take("a")
    texts = [say("merci").text for _ in range(MOST_ANSWERS + 2)]
    assert [bool(text) for text in texts] == [True] * MOST_ANSWERS + [False] * 2
    assert say("OK") == Answer(Meaning.ACKNOWLEDGE, "", Outcome.DONE)
    assert set(taken_by(database).values()) == {"Camille, cadre"}
    assert say("merci", after=timedelta(minutes=11)).text


def test_after_stop_no_text_goes_out_the_owner_is_told_and_start_undoes_it(
    take: Take, say: Say, rows: Rows, channel: ScriptedChannel, database: Database, composer: Composer, start: datetime
) -> None:
    take("a")
    say("STOP")
    say("stop", after=timedelta(minutes=1))
    before = len(channel.carried)
    take("b")
    carried = [(item.medium.value, item.recipient, item.subject) for item in channel.carried[before:]]
    assert sorted(medium for medium, *_ in carried) == ["email", "email"]
    # Nobody answers for that team's directorate here, so those who run Vigie hear of it.
    assert ("email", "Exploitation, plateforme", "[joignabilité] Camille, cadre ne reçoit plus de SMS") in carried
    (refused,) = [row for row in rows("notification") if row["reason"] == "opted-out"]
    assert (refused["state"], refused["medium"], refused["attempts"]) == ("failed", "sms", 0)
    assert [row["by"] for row in rows("ledger") if row["verdict"] == "opted-out"] == ["STOP"]
    assert any(row["by"] == "scripted: opted-out" for row in rows("ledger"))
    say("REPRISE", after=timedelta(minutes=2))
    take("c")
    assert channel.carried[-1].medium.value in ("sms", "email")
    assert [item.medium.value for item in channel.carried[before + 2 :]].count("sms") == 1


def test_an_opinion_is_noted_and_takes_nothing(take: Take, say: Say, rows: Rows, database: Database) -> None:
    (code,) = take("a")
    assert say(f"FAUX {code}").text == f"Vigie {code} : votre avis est noté, merci."
    assert taken_by(database) == {code: None}
    assert [row["by"] for row in rows("ledger") if row["verdict"] == "replied"] == ["false-alarm"]


def test_what_was_written_and_the_number_are_not_kept(take: Take, say: Say, rows: Rows) -> None:
    take("a")
    say("OK j'arrive")
    assert "arrive" not in str(rows("reply")) + str(rows("ledger"))
    assert CAMILLE not in str(rows("reply")) + str(rows("ledger"))
