"""The people, teams and schedules in force, which follow their files; a wrong file leaves the last good one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.team import Teams
from services.notifier.sources.folder import PEOPLE_FILES, read_checked_people, read_people
from services.notifier.use_cases.fetch_calendars import KnownCalendars
from shared.runtime.database import Database
from shared.runtime.followed_files import FollowedFiles, News


@dataclass(frozen=True)
class _People:
    teams: Teams
    calendars: KnownCalendars


class FollowedPeople:
    """Who can be told, as the files said when they were right last.

    Args:
        follows: whether changes are looked for; in a replay the files are read once.

    Raises:
        ProblemsFound: they are wrong at the start.
    """

    def __init__(self, rules_dir: Path, *, follows: bool = True) -> None:
        self._files = FollowedFiles(
            [rules_dir / name for name in PEOPLE_FILES],
            lambda: _known(*read_checked_people(rules_dir)),
            first=lambda: _known(*read_people(rules_dir)),
            follows=follows,
        )

    @property
    def teams(self) -> Teams:
        """The teams in force."""
        return self._files.in_force.teams

    def roster(self, database: Database) -> Roster:
        """The schedules with the last good copies of their calendars."""
        return self._files.in_force.calendars.roster(database)

    def look(self) -> News | None:
        """What became of the files, until it is ``passed_on``; None: nothing, or somebody is about to save them."""
        return self._files.look()

    def passed_on(self) -> None:
        """Whoever is to hear of the news will: they are none any more."""
        self._files.passed_on()


def _known(teams: Teams, roster: Roster) -> _People:
    return _People(teams, KnownCalendars(roster, teams.people))
