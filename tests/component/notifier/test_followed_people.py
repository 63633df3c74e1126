"""``teams.yaml`` and ``on-call.yaml`` follow their files in a running city; a wrong one is told and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory
from prometheus_client import REGISTRY

from services.notifier.domain.escalation.escalation import NO_POLICIES
from services.notifier.domain.people.routing import team_recipients
from services.notifier.providers import ComposerProvider, PeopleProvider
from services.notifier.service import NotifierService
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database
from shared.runtime.settings import Settings
from tests.component.notifier.conftest import TEAMS

NOW = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
SCHEDULES = """\
schedules:
  - id: duty
    title: Duty
    owner: gemapi
    layers:
      - {name: duty, rotation: daily, starts: 2022-01-03, people: [camille], only: [{from: 08:00, to: 08:00}]}
"""
POLICIES = """\
policies:
  - id: nuit
    title: Nuit
    applies_to: {rule: gemapi.*}
    steps:
      - {after: 5 min, person: helene}
"""


class Notifier:
    """A worker of the service at a time, over a folder of rules that is edited."""

    def __init__(self, database: Database, folder: Path, *, timeline: object | None = None) -> None:
        self.folder = folder
        self.database = database
        self._time = 1_700_000_000
        config = {"settings": Settings(rules_dir=folder), "open_database": lambda _service: database}
        self.composer, self._people = ComposerProvider(), PeopleProvider()
        for provider in (self.composer, self._people):
            provider.container = SimpleNamespace(
                config=config | {"timeline": timeline}, service_name="notifier", dependencies=[self.composer]
            )
        self.composer.setup()

    def write(self, text: str, name: str = "teams.yaml") -> None:
        """As an editor does, at a time of its own."""
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self._time += 1
        os.utime(file, (self._time, self._time))

    def look(self, times: int = 2) -> None:
        for _ in range(times):
            worker = worker_factory(
                NotifierService, database=self.database, clock=VirtualClock(NOW), policies=NO_POLICIES,
                composer=self.composer.get_dependency(None), people=self._people.get_dependency(None),
            )  # fmt: skip
            worker.follow_people()

    def told(self) -> list[str]:
        """Who is told for the team on duty."""
        teams = self.composer.get_dependency(None).teams
        return [recipient.person for recipient in team_recipients(teams, "collecte")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "rules"
    found.mkdir()
    (found / "teams.yaml").write_text(TEAMS, encoding="utf-8")
    return found


@pytest.fixture
def notifier(database: Database, folder: Path) -> Notifier:
    return Notifier(database, folder)


@pytest.fixture
def mails(rows: Any) -> Callable[[], list[tuple[str, str, str]]]:
    return lambda: [(row["recipient"], row["subject"], row["body"]) for row in rows("notification")]


def problems() -> float:
    return REGISTRY.get_sample_value("vigie_notifier_people_problems") or 0.0


EDITED = TEAMS.replace(
    "channels: [email], members: [helene]}\n  - {id: gemapi", "channels: [email], members: [ops]}\n  - {id: gemapi"
)
WRONG = TEAMS.replace("members: [camille]", "members: [camile]")
WATCHED = TEAMS.replace("title: Astreinte,", "title: Astreinte, on_call: duty,")


def test_an_edit_holds_without_a_new_start_once_it_is_settled(notifier: Notifier, mails: Any) -> None:
    assert notifier.told() == ["helene"]
    notifier.write(EDITED)
    notifier.look(1)
    assert notifier.told() == ["helene"]
    notifier.look(1)
    assert notifier.told() == ["ops"]
    assert mails() == []


def test_a_wrong_edit_leaves_the_last_good_one_and_is_told_once_to_those_who_run_vigie(
    notifier: Notifier, mails: Any
) -> None:
    notifier.write(EDITED)
    notifier.look()
    notifier.write(WRONG)
    notifier.look(5)
    assert notifier.told() == ["ops"]
    ((who, subject, body),) = mails()
    assert (who, subject) == (
        "Exploitation, plateforme",
        "[configuration] teams.yaml ou on-call.yaml : modification refusée",
    )
    assert "- teams.yaml:7:" in body
    assert "camile" in body
    assert problems() == 1
    # Saved again as it is: they know it already.
    notifier.write(WRONG)
    notifier.look()
    assert len(mails()) == 1
    notifier.write(EDITED)
    notifier.look()
    assert (notifier.told(), problems(), len(mails())) == (["ops"], 0, 1)


def test_a_file_that_is_gone_or_no_text_changes_nothing_and_is_told(notifier: Notifier, mails: Any) -> None:
    (notifier.folder / "teams.yaml").unlink()
    notifier.look()
    assert (notifier.told(), len(mails())) == (["helene"], 1)
    (notifier.folder / "teams.yaml").write_bytes(b"teams: \xff")
    notifier.look()
    assert (notifier.told(), len(mails())) == (["helene"], 2)


def test_what_can_not_be_read_at_all_changes_nothing_and_is_told(notifier: Notifier, mails: Any) -> None:
    file = notifier.folder / "teams.yaml"
    file.unlink()
    # A regular file whose bytes nobody gets, as one that another user saved for themselves.
    file.symlink_to("/proc/self/mem")
    notifier.look(4)
    assert (notifier.told(), len(mails()), problems()) == (["helene"], 1, 1)


@pytest.mark.parametrize("edit", [WRONG, WATCHED], ids=["wrong", "good"])
def test_what_follows_from_an_edit_follows_also_if_the_database_was_away_then(
    notifier: Notifier, mails: Any, rows: Any, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    notifier.write(SCHEDULES, "notifier/on-call.yaml")
    notifier.look()
    notifier.write(edit)
    notifier.look(1)
    with monkeypatch.context() as away:
        away.setattr(notifier.database, "connection", _away)
        for _ in range(2):
            with pytest.raises(ConnectionError):
                notifier.look(1)
    notifier.look(2)
    assert (len(mails()), len(rows("on_call_duty"))) == ((1, 0) if edit is WRONG else (0, 1))


def _away() -> None:
    raise ConnectionError


def test_the_log_says_where_a_file_is_wrong_and_shows_no_number(
    notifier: Notifier, mails: Any, caplog: pytest.LogCaptureFixture
) -> None:
    notifier.write(TEAMS.replace("+33639980101", "06 39 98 01 01"))
    notifier.look()
    assert "teams.yaml:3:54: error[phone]" in caplog.text
    assert "06 39 98 01 01" not in caplog.text
    assert "06 39 98 01 01" in mails()[0][2]


def test_a_schedule_that_comes_later_is_watched_at_once(notifier: Notifier, rows: Any) -> None:
    notifier.write(SCHEDULES, "notifier/on-call.yaml")
    notifier.write(WATCHED)
    notifier.look()
    assert notifier.composer.get_dependency(None).roster.on_duty("duty", NOW) == ("camille",)
    assert [row["schedule"] for row in rows("on_call_duty")] == ["duty"]


def test_whom_an_escalation_still_names_can_not_be_taken_out(folder: Path, database: Database, mails: Any) -> None:
    (folder / "notifier").mkdir()
    (folder / "notifier" / "escalations.yaml").write_text(POLICIES, encoding="utf-8")
    notifier = Notifier(database, folder)
    notifier.write(TEAMS.replace("helene", "heloise"))
    notifier.look()
    assert notifier.told() == ["helene"]
    assert "escalations.yaml:" in mails()[0][2]


def test_in_a_replay_the_files_are_read_once(database: Database, folder: Path) -> None:
    notifier = Notifier(database, folder, timeline=object())
    notifier.write(EDITED)
    notifier.look()
    assert notifier.told() == ["helene"]
