"""What is held back, on a real PostgreSQL; and a silence that ends while it begins to hold an alert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.domain.people.retention import Retention
from services.notifier.use_cases.forget import forget_daily
from services.notifier.use_cases.silence import add_silence, end_silence, list_silences, preview_silence, show_silence
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.why_told import why_not_told, why_told
from shared.actor import SYSTEM
from shared.model.alerts import NotifyRequest
from shared.runtime.database import Database
from shared.runtime.settings import shipped_rules
from tests.component.notifier.playing import Play
from tests.doubles.channel import ScriptedChannel
from tests.wire.notifier.conftest import Meeting

ASKED = (NotifyRequest(team="exploitation", message="2,02 m"),)


@pytest.fixture
def play(stored: Database, composer: Composer, channel: ScriptedChannel, received: Any) -> Play:
    file = shipped_rules() / "notifier" / "muting.yaml"
    plan = load_muting(file.read_text(encoding="utf-8"), str(file))
    return Play(stored, composer, channel, received, plan)


def silenced(play: Play, *matchers: str) -> str:
    asked = WantedSilence(matchers=list(matchers), owner="ops", reason="travaux", lasts="2 h")
    found = preview_silence(play.database, play.composer.teams, SYSTEM, asked, 7, play.now)
    assert found["mutes_now"] is True
    return str(add_silence(play.database, play.composer.teams, SYSTEM, asked, play.now)["id"])


def test_a_night_of_everything_that_holds_back(play: Play) -> None:
    name = silenced(play, "point=a")
    red = play.fires("red", point="pont", severity="red", rule="r.red", notify=ASKED)
    play.take(play.fires("a", notify=ASKED), red, play.fires("orange", point="pont", notify=ASKED))
    play.take(*(play.fires(f"p{index}", rule="r.storm", notify=ASKED) for index in range(30)))
    for number in range(8):
        alert = play.at(100 + number * 20).fires(f"e{number}", rule="r.flap", point="quai", notify=ASKED)
        play.take(alert, play.resolves(alert))
    assert [item["alert"] for item in show_silence(play.database, name, play.now)["holds"]] == ["a"]
    end_silence(play.database, SYSTEM, name, "", play.now)
    play.take(play.resolves(red))
    play.at(9000)
    held = [row["verdict"] for row in _rows(play.database, "held")]
    assert held == []
    notices = _rows(play.database, "notification")
    incidents = {row["incident"]: row["code"] for row in _incidents(play.database)}
    verdicts = {row["verdict"] for row in _rows(play.database, "ledger")}
    assert verdicts == {"silenced", "inhibited", "grouped", "flapping", "routed", "sent"}
    assert len(notices) > 20
    lines = why_told(play.database, play.composer.teams, next(iter(incidents.values())))["lines"]
    assert lines != []
    why = why_not_told(play.database, play.composer.teams, "ops", play.now, rule="gemapi.garonne", point="a")
    assert why["told"] is True
    assert [item["status"] for item in list_silences(play.database, play.now)] == ["over"]
    play.now += timedelta(days=500)
    assert forget_daily(play.database, Retention(), play.now) is True


def test_an_alert_that_is_held_by_a_silence_while_that_ends_is_told(
    play: Play, meeting: Meeting, received: Any
) -> None:
    """Either knows of the other: the held row is woken, or there is none."""
    name = silenced(play, "point=a")
    alert = play.fires("a", notify=ASKED)
    taking = meeting.hold(
        lambda database: take_alerts(database, play.composer, received(alert), play.now, plan=play.plan)
    )
    meeting.beside(lambda database: end_silence(database, SYSTEM, name, "", play.now))
    assert taking.result().opened == 1
    play.at(1)
    assert len(play.channel.carried) == 1


def _rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.transaction() as transaction:
        return [dict(row) for row in transaction.connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]  # noqa: S608


def _incidents(database: Database) -> list[dict[str, Any]]:
    query = "SELECT n.incident, i.code FROM notification n JOIN incident i ON i.id = n.incident"
    with database.transaction() as transaction:
        return [dict(row) for row in transaction.connection.exec_driver_sql(query).mappings()]
