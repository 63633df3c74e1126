"""What was kept of people is forgotten in time, once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifier.domain.retention import Retention
from services.notifier.domain.silence_wanted import WantedSilence
from services.notifier.use_cases.forget import forget_daily
from services.notifier.use_cases.silence import add_silence
from shared.actor import SYSTEM
from tests.component.notifier.playing import Play

DAY = 86_400
RETENTION = Retention(ledger=400, addresses=90)


def forget(play: Play) -> bool:
    return forget_daily(play.database, RETENTION, play.now)


def test_addresses_and_texts_go_first_and_people_later_and_that_somebody_was_told_stays(play: Play, rows: Any) -> None:
    asked = WantedSilence(matchers=["point=z"], owner="helene", reason="travaux", lasts="1 h")
    add_silence(play.database, play.composer.teams, SYSTEM, asked, play.now)
    alert = play.fires()
    play.take(alert)
    play.at(10).take(play.resolves(alert))
    forget(play.at(80 * DAY))
    assert all(row["address"] and row["body"] and row["person"] for row in rows("notification"))
    forget(play.at(92 * DAY))
    assert {(row["address"], row["subject"], row["body"]) for row in rows("notification")} == {("", "", "")}
    assert {row["person"] for row in rows("notification")} == {"camille", "helene"}
    assert {row["person"] for row in rows("ledger")} == {"camille", "helene"}
    forget(play.at(402 * DAY))
    assert {row["person"] for row in rows("ledger")} == {""}
    assert {(row["person"], row["recipient"], row["state"]) for row in rows("notification")} == {("", "", "sent")}
    assert (rows("silence"), rows("alert")) == ([], [])
    assert len(rows("incident")) == 1


def test_of_what_lasts_the_addresses_stay_and_its_end_is_told(play: Play) -> None:
    alert = play.fires()
    play.take(alert)
    forget(play.at(500 * DAY))
    play.arrived()
    play.take(play.resolves(alert))
    assert len(play.at(500 * DAY + 1).arrived()) == 1


def test_it_is_done_once_a_day_at_half_past_three_in_paris(play: Play, rows: Any) -> None:
    assert [forget(play), forget(play), forget(play.at(45 * 60 - 1)), forget(play.at(45 * 60))] == [
        True,
        False,
        False,
        True,
    ]
    (chore,) = rows("chore")
    assert datetime.fromisoformat(chore["due_at"]).replace(tzinfo=UTC) == play.now + timedelta(days=1)
