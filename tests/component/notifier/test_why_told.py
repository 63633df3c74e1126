"""Why was I woken, and why not: answers from the ledger, in two languages and without addresses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.ledger.ledger_words import _SAID
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.use_cases.silence import add_silence
from services.notifier.use_cases.why_told import why_not_told, why_told
from shared.actor import SYSTEM
from shared.errors import InputError, NotFound
from shared.model.alerts import NotifyRequest
from tests.component.notifier.playing import Play


def told(play: Play, what: str) -> dict[str, Any]:
    return why_told(play.database, play.composer.teams, what)


def not_told(play: Play, person: str, **said: Any) -> dict[str, Any]:
    return why_not_told(play.database, play.composer.teams, person, play.now, **said)


def words(answer: dict[str, Any]) -> list[str]:
    return [reason["word"] for reason in answer["reasons"]]


@pytest.fixture
def silenced(play: Play) -> Play:
    """An alert told after an hour of silence, and one that still is silenced."""
    for point, lasts in (("a", "1 h"), ("b", "9 h")):
        asked = WantedSilence(matchers=[f"point={point}"], owner="helene", reason="travaux", lasts=lasts)
        add_silence(play.database, play.composer.teams, SYSTEM, asked, play.now)
    play.take(play.fires("a"), play.fires("b"))
    return play.at(3601)


def test_who_was_told_and_when_is_told_in_order_and_in_two_languages(silenced: Play, rows: Any) -> None:
    (incident,) = {row["incident"] for row in rows("notification")} - {None}
    answer = told(silenced, incident)
    said = [(line["verdict"], line["local"]) for line in answer["lines"]]
    assert said == [
        ("silenced", "lundi 10 janvier 2022 à 02 h 45"),
        *[("routed", "lundi 10 janvier 2022 à 03 h 45")] * 2,
        *[("sent", "lundi 10 janvier 2022 à 03 h 45")] * 2,
    ]
    (text,) = (line for line in answer["lines"] if (line["verdict"], line["medium"]) == ("routed", "sms"))
    assert text["said"] == {
        "fr": "Camille, cadre est à prévenir (SMS, fire: astreinte, team)",
        "en": "Camille, cadre is to be told (text, fire: astreinte, team)",
    }
    assert sorted(line["medium"] or "" for line in answer["lines"]) == ["", "email", "email", "sms", "sms"]
    assert told(silenced, answer["incident"]["code"].lower()) == answer
    text = json.dumps(answer, ensure_ascii=False)
    assert not any(word in text for word in ("+336", "example.org"))


def test_a_notification_has_its_own_lines(silenced: Play, rows: Any) -> None:
    notice = rows("notification")[0]
    answer = told(silenced, notice["id"])
    assert [line["verdict"] for line in answer["lines"]] == ["silenced", "routed", "sent"]
    assert answer["notification"] == notice["id"]


def test_what_nobody_knows_is_not_found(silenced: Play) -> None:
    with pytest.raises(NotFound):
        told(silenced, "V-0000")
    with pytest.raises(NotFound):
        not_told(silenced, "nobody", rule="gemapi.garonne", point="a")
    with pytest.raises(NotFound):
        not_told(silenced, "camille", incident="V-0000")
    with pytest.raises(InputError):
        not_told(silenced, "camille", rule="gemapi.garonne")


def test_who_was_told_has_no_reason_and_before_that_it_was_silenced(silenced: Play) -> None:
    asked = {"rule": "gemapi.garonne", "point": "a"}
    now = not_told(silenced, "camille", **asked)
    assert (now["told"], now["reasons"]) == (True, [])
    before = not_told(silenced, "camille", **asked, at=silenced.now - timedelta(minutes=30))
    assert (before["told"], words(before)) == (False, ["silenced"])
    assert before["until_local"] == "lundi 10 janvier 2022 à 03 h 15"


def test_a_silence_is_named_with_its_reason(silenced: Play) -> None:
    answer = not_told(silenced, "camille", rule="gemapi.garonne", point="b")
    assert (answer["told"], words(answer)) == (False, ["silenced"])
    assert answer["reasons"][0]["said"]["fr"].startswith("un silence la retenait : S-")
    assert answer["reasons"][0]["said"]["fr"].endswith(": travaux")


def test_who_is_in_none_of_the_teams_is_told_so(silenced: Play) -> None:
    answer = not_told(silenced, "helene", rule="gemapi.garonne", point="a")
    assert words(answer) == ["not-in-team", "silenced"]
    assert "la règle prévient astreinte ; la personne n'en est pas (collecte, gemapi)" in json.dumps(
        answer, ensure_ascii=False
    )


def test_an_alert_that_never_was_is_the_rules_affair(silenced: Play) -> None:
    answer = not_told(silenced, "camille", rule="gemapi.garonne", point="z")
    assert (answer["incident"], answer["told"], words(answer)) == (None, False, ["no-alert"])


def test_a_digest_is_named(play: Play) -> None:
    play.take(play.fires("a", notify=(NotifyRequest(team="collecte", message="m", digest="05:00"),)))
    assert words(not_told(play, "helene", rule="gemapi.garonne", point="a")) == ["digest-only"]


def test_what_waits_to_be_sent_is_under_way(play: Play) -> None:
    play.take(play.fires("a"))
    assert words(not_told(play, "camille", rule="gemapi.garonne", point="a")) == ["under-way"]


def test_every_verdict_has_its_words() -> None:
    assert set(_SAID) == set(Verdict)
