"""Whoever is on call is told in place of the team; changes of duty and gaps are told once each, whatever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.use_cases.deliver_due import next_due
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.watch_duty import begin_watch, watch_duty
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

TEAMS = """\
fallback: exploitation
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101", email: camille@example.org}
  - {id: idir, name: Idir, role: technicien, phone: "+33639980102", email: idir@example.org}
  - {id: helene, name: Hélène, role: responsable, email: helene@example.org}
  - id: karim
    name: Karim
    role: cadre
    phone: "+33639980103"
    email: karim@example.org
    channels: [{severity: [red], from: "22:00", to: "07:00", by: [sms]}]
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms, email], members: [camille, idir, karim], on_call: gemapi}
  - {id: gemapi, title: GEMAPI, owner_of: gemapi, channels: [email], members: [helene]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""
# From Monday 3 January 2022, 08:00 in Paris; nobody from the 17th on, but for one day.
SCHEDULES = """\
schedules:
  - id: gemapi
    title: Astreinte GEMAPI
    owner: gemapi
    layers:
      - {name: jours, rotation: daily, starts: 2022-01-03, people: [camille, idir],
         only: [{from: 08:00, to: 08:00}]}
    overrides:
      - {person: karim, from: 2022-01-12 08:00, until: 2022-01-13 08:00, reason: échange}
"""
DUTY = (NotifyRequest(team="astreinte", message="Toulouse : 2,02 m"),)


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    """In January 2022, by the clocks of Paris."""
    return (
        datetime(2022, 1, day, hour - 1, minute, tzinfo=UTC)
        if hour
        else datetime(2022, 1, day - 1, 23, minute, tzinfo=UTC)
    )


def roster(text: str) -> Roster:
    teams = load_teams(TEAMS, "teams.yaml")
    return Roster(load_schedules(text, "on-call.yaml", teams.people, {*teams.by_id, "gemapi"}))


@pytest.fixture
def composer(composer: Composer) -> Composer:
    return replace(composer, teams=load_teams(TEAMS, "teams.yaml"), roster=roster(SCHEDULES))


@pytest.fixture
def sent(deliver: Callable[[datetime], Any], channel: ScriptedChannel) -> Callable[[datetime], list[tuple[str, str]]]:
    """A function that delivers what is due; who was sent what, by subject or, of texts, by beginning."""

    def look(now: datetime) -> list[tuple[str, str]]:
        before = len(channel.carried)
        deliver(now)
        return sorted((p.recipient.split(",")[0], p.subject or p.body.split(",")[0]) for p in channel.carried[before:])

    return look


def told(rows: Any) -> set[tuple[str, str, str]]:
    return {(row["person"], row["medium"], row["route"]) for row in rows("notification")}


def test_whoever_is_on_call_is_told_in_place_of_the_members(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, rows: Any
) -> None:
    take_alerts(database, composer, received(alert_of(notify=DUTY)), paris(10, 9))
    assert told(rows) == {("idir", "sms", "on-call"), ("idir", "email", "on-call")}
    assert {(row["verdict"], row["by"], row["person"]) for row in rows("ledger")} == {
        ("routed", "gemapi: on call", "idir")
    }


def test_who_was_told_hears_of_the_end_though_somebody_else_is_on_call_by_then(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, rows: Any
) -> None:
    alert = alert_of(notify=DUTY)
    take_alerts(database, composer, received(alert), paris(10, 9))
    end = replace_status(alert, paris(11, 9))
    take_alerts(database, composer, received(end), paris(11, 9))
    assert {(row["person"], row["kind"]) for row in rows("notification")} == {("idir", "fire"), ("idir", "resolve")}


def replace_status(alert: AlertChanged, at: datetime) -> AlertChanged:
    import msgspec

    return msgspec.structs.replace(alert, status=AlertStatus.RESOLVED, at=at)


def test_while_nobody_is_on_call_all_members_are_told_and_the_notice_says_so(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, rows: Any
) -> None:
    take_alerts(database, composer, received(alert_of(notify=DUTY)), paris(2, 9))
    assert {person for person, _, _ in told(rows)} == {"camille", "idir", "karim"}
    assert {row["verdict"] for row in rows("ledger")} == {"uncovered"}
    assert all("Personne n'est d'astreinte" in row["body"] for row in rows("notification") if row["medium"] == "email")


@pytest.mark.parametrize(
    ("hour", "severity", "media"),
    [(23, "red", {"sms"}), (23, "yellow", {"sms", "email"}), (12, "red", {"sms", "email"})],
)
def test_a_person_is_told_over_the_media_of_their_own_choice(
    hour: int, severity: str, media: set[str], database: Database, composer: Composer,
    alert_of: Callable[..., AlertChanged], received: Any, rows: Any,
) -> None:  # fmt: skip
    take_alerts(database, composer, received(alert_of(notify=DUTY, severity=severity)), paris(12, hour))
    assert told(rows) == {("karim", medium, "on-call") for medium in media}


def test_each_change_of_duty_is_told_to_both_once(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, sent: Any, rows: Any
) -> None:
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9))
    take_alerts(database, composer, received(alert_of(notify=DUTY)), paris(10, 9))
    sent(paris(10, 9))
    assert next_due(database) == paris(11, 8)
    begin_watch(database, composer)
    watch_duty(database, composer, paris(11, 8))
    watch_duty(database, composer, paris(11, 8))
    assert sent(paris(11, 8)) == [
        ("Camille", "Vous prenez l'astreinte : Astreinte GEMAPI"),
        ("Idir", "Fin de votre astreinte : Astreinte GEMAPI"),
    ]
    mail = next(
        row["body"] for row in rows("notification") if row["kind"] == "hand-over" and row["person"] == "camille"
    )
    assert "jusqu'au mercredi 12 janvier 2022 à 08 h 00" in mail
    assert "Incidents en cours : 1" in mail
    assert "2 messages envoyés" in mail
    assert {(r["person"], r["by"]) for r in rows("ledger") if r["verdict"] == "handed-over"} == {
        ("camille", "gemapi: comes on duty"),
        ("idir", "gemapi: goes off duty"),
    }


def test_an_edit_that_puts_somebody_else_on_call_is_a_change_of_duty(
    database: Database, composer: Composer, sent: Any
) -> None:
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9))
    edited = SCHEDULES.replace("from: 2022-01-12 08:00", "from: 2022-01-10 08:00")
    composer = replace(composer, roster=roster(edited))
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9, 30))
    assert [person for person, _ in sent(paris(10, 10))] == ["Idir", "Karim"]


def test_who_slept_through_several_changes_tells_of_one(database: Database, composer: Composer, sent: Any) -> None:
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9))
    watch_duty(database, composer, paris(15, 12))
    assert [person for person, _ in sent(paris(15, 12))] == ["Camille", "Idir"]


def test_a_gap_is_told_to_the_owner_a_week_and_a_day_before_once_each(
    database: Database, composer: Composer, rows: Any
) -> None:
    ends = SCHEDULES.replace("échange}", "échange}\n    needed: [{days: [sat], from: 20:00, to: 22:00}]")
    ends = ends.replace("only: [{from", "only: [{days: [mon, tue, wed, thu, fri], from")
    composer = replace(composer, roster=roster(ends))
    begin_watch(database, composer)
    now = paris(3, 9)
    while now < paris(16, 9):
        found = watch_duty(database, composer, now)
        assert watch_duty(database, composer, now) == []
        assert found[0].watch.due_at is not None
        now = found[0].watch.due_at
    mails = [row for row in rows("notification") if row["kind"] == "on-call-gaps"]
    assert {row["person"] for row in mails} == {"helene"}
    found = sorted((row["queued_at"], row["subject"].startswith("[URGENT]")) for row in mails)
    expected = [
        (paris(3, 9), False),
        (paris(7, 20), True),
        (paris(8, 20), False),
        (paris(14, 20), True),
        (paris(15, 20), False),
    ]
    assert [(moment_of(at), urgent) for at, urgent in found] == expected
    assert (
        "du samedi 8 janvier 2022 à 20 h 00 au samedi 8 janvier 2022 à 22 h 00" in mails[0]["body"] + mails[1]["body"]
    )


def moment_of(stored: Any) -> datetime:
    if isinstance(stored, int):
        return datetime.fromtimestamp(stored / 1e6, UTC)
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def test_a_gap_that_an_edit_opens_now_is_told_at_once_and_once(
    database: Database, composer: Composer, rows: Any
) -> None:
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9))
    empty = replace(composer, roster=roster(SCHEDULES.replace("2022-01-03", "2023-01-03")))
    for hour in (10, 11, 12):
        begin_watch(database, empty)
        watch_duty(database, empty, paris(10, hour))
    subjects = [row["subject"] for row in rows("notification") if row["kind"] == "on-call-gaps"]
    assert subjects == ["[URGENT] Personne d'astreinte : Astreinte GEMAPI"]


KILLED = """\
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
import tests.component.notifier.test_on_call as own
from shared.runtime.database import open_sqlite

file, deadly = Path(sys.argv[1]), int(sys.argv[2])
database, seen = open_sqlite(file), 0

def die(*_):
    global seen
    seen += 1
    if seen == deadly:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database.engine, "before_cursor_execute", die)
event.listen(database.engine, "commit", die)
own.one_turn(database, file.with_suffix(".sent"))
print(seen)
"""


class FileChannel:
    """Keeps what it carried in a file, which outlives the process."""

    name = "file"
    media = frozenset(Medium)

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, parcel: Any) -> str:
        with self._file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps([parcel.notification, parcel.recipient, parcel.subject]) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        return str(parcel.notification)

    def find(self, parcel: Any) -> Any:
        from services.notifier.domain.channel import Finding, Sighting

        known = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        return Finding(Sighting.SENT if parcel.notification in known else Sighting.ABSENT)


def one_turn(database: Database, sent: Path) -> None:
    """What the service does when a change of duty is due."""
    from services.notifier.domain.channel import Carriers
    from services.notifier.layouts import JinjaLayouts
    from services.notifier.use_cases.deliver_due import deliver_due

    carriers = Carriers(dict.fromkeys(Medium, FileChannel(sent)))
    composer = Composer(load_teams(TEAMS, "t"), JinjaLayouts("http://vigie.test"), carriers, roster(SCHEDULES))
    watch_duty(database, composer, paris(11, 8))
    deliver_due(database, carriers, lambda: paris(11, 8))


def test_a_change_of_duty_is_told_once_though_the_process_is_killed_at_any_statement(
    database: Database, composer: Composer, tmp_path: Path
) -> None:
    begin_watch(database, composer)
    watch_duty(database, composer, paris(10, 9))
    file, sent = tmp_path / "killed.sqlite", tmp_path / "killed.sent"
    with database.connection() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{file}'")
        connection.exec_driver_sql("BEGIN")
    kills = 0
    for deadly in (2, 4, 7, 9, 11, 13, 3, 5):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, str(file), str(deadly)], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
        kills += ended.returncode == -signal.SIGKILL
    last = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), "0"], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert last.returncode == 0
    carried = [json.loads(line) for line in sent.read_text(encoding="utf-8").splitlines()]
    assert kills >= 4
    assert sorted(recipient for _, recipient, _ in carried) == ["Camille, cadre", "Idir, technicien"]
