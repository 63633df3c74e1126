"""The people, teams and schedules in force, which follow their files; a wrong file leaves the last good one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.team import Teams
from services.notifier.sources.folder import PEOPLE_FILES, read_checked_people, read_people
from services.notifier.use_cases.fetch_calendars import KnownCalendars
from shared.errors import ProblemsFound
from shared.problems import Problem, Span
from shared.runtime.database import Database

Signature = tuple[tuple[int, int] | None, ...]
_UNREADABLE: Final = "file"


@dataclass(frozen=True)
class News:
    """What the files say since they were changed.

    Attributes:
        digest: of what they say, and of what is in force.
        problems: why it is not in force; none: it is.
    """

    digest: str
    problems: tuple[Problem, ...] = ()


class FollowedPeople:
    """Who can be told, as the files said when they were right last.

    Args:
        follows: whether changes are looked for; in a replay the files are read once.

    Raises:
        ProblemsFound: they are wrong at the start.
    """

    def __init__(self, rules_dir: Path, *, follows: bool = True) -> None:
        self._files = [rules_dir / name for name in PEOPLE_FILES]
        self._rules_dir = rules_dir
        self._follows = follows
        self._judged = self._last = self._signature()
        self._news: News | None = None
        self._in_force = self._said()
        self._take(*read_people(rules_dir))

    def roster(self, database: Database) -> Roster:
        """The schedules with the last good copies of their calendars."""
        return self._calendars.roster(database)

    def look(self) -> News | None:
        """What became of the files, until it is ``passed_on``; None: nothing, or somebody is about to save them."""
        found = self._signature() if self._follows else self._judged
        # Twice the same: whoever saves files has done so.
        is_settled, self._last = found == self._last, found
        if is_settled and found != self._judged:
            self._news = self._judge(found)
            self._judged = found
        return self._news

    def passed_on(self) -> None:
        """Whoever is to hear of the news will: they are none any more."""
        self._news = None

    def _judge(self, found: Signature) -> News:
        # What can't be read is known by when it was saved.
        said = str(found)
        try:
            said = self._said()
            self._take(*read_checked_people(self._rules_dir))
        except ProblemsFound as error:
            return News(self._digest(said), error.problems)
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(_UNREADABLE, f"it can't be read: {error}", str(self._files[0]), Span(1, 1))
            return News(self._digest(said), (problem,))
        self._in_force = said
        return News(self._digest(said))

    def _digest(self, said: str) -> str:
        return hashlib.sha256(f"{said} {self._in_force}".encode()).hexdigest()

    def _take(self, teams: Teams, roster: Roster) -> None:
        self.teams = teams
        self._calendars = KnownCalendars(roster, teams.people)

    def _signature(self) -> Signature:
        return tuple(map(_signature_of, self._files))

    def _said(self) -> str:
        whole = hashlib.sha256()
        for file in self._files:
            whole.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
        return whole.hexdigest()


def _signature_of(file: Path) -> tuple[int, int] | None:
    """What tells whether a file was changed, without reading it; None: there is none."""
    try:
        known = file.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size
