"""Puts into force what the rules folder of a city in one process says, whenever it says something new."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from services.rules_engine.domain.applying import Applied, Wanted
from services.rules_engine.domain.rule_files import digest
from services.rules_engine.domain.teams_file import kept
from services.rules_engine.sources.rules_folder import folder_files
from services.rules_engine.storage.rule_revisions import RuleRevisions
from services.rules_engine.use_cases.apply_rules import Judge, apply_rules, settle_refusal
from services.rules_engine.use_cases.live_book import VIGIE
from shared.actor import Actor
from shared.errors import DidNotEnd, NotReady, VigieError
from shared.problems import Problem, Span
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

_log: Final = logging.getLogger(__name__)

FOLDER: Final = Actor("rules folder")
_REASON: Final = "the files changed"


class FolderFollower:
    """Remembers what the folder said that was refused, so that it is not judged again in the same city.

    Args:
        tell: called with what came of it; with None where the folder says nothing that is not in force.
        gives_way: nobody wrote the folder for this city, it is the shipped one: what it says new at the start, as after
            an update of Vigie, does not take the place of rules that somebody put into force by command.
    """

    def __init__(self, folder: Path, tell: Callable[[Applied | None], None], *, gives_way: bool = False) -> None:
        self._folder = folder
        self._tell = tell
        self._gives_way = gives_way
        self._refused: tuple[str, str] | None = None
        self._is_wrong = False

    def follow(self, database: Database, judge: Judge, now: datetime) -> bool:
        """Look at the folder, and put into force what it says if that is new; whether it was.

        What was put into force otherwise since the folder was taken up stays: the folder has had its say.

        Raises:
            NotReady: somebody else's rules are judged, or change all the time: that says nothing about the files.
        """
        try:
            files = kept(folder_files(self._folder))
        except OSError as error:
            self._report(self._unreadable(database, f"a file can't be read: {error}"))
            return False
        said = digest(files)
        if self._has_been_said(database, said):
            self._refused = None
            self._gives_way = False
            self._report(self._mended(database, now))
            return False
        if self._gives_way and self._leaves_alone(database, said):
            self._report(None)
            return False
        judged = (said, _against(database))
        if self._refused == judged:
            return False
        try:
            done = apply_rules(database, judge, FOLDER, now, Wanted(files=files, reason=_REASON))
        except NotReady:
            raise
        except DidNotEnd as error:
            # That says nothing about the files: they are judged again when somebody saves one.
            self._report(self._unreadable(database, str(error)))
            return False
        except VigieError as error:
            done = self._unreadable(database, str(error))
        is_refused = done.outcome == "refused"
        self._refused = judged if is_refused else None
        if not is_refused:
            with database.transaction() as transaction:
                RuleRevisions(transaction).remember_folder(said)
        self._report(done)
        return not is_refused

    def _report(self, done: Applied | None) -> None:
        self._is_wrong = done is not None and done.outcome == "refused"
        self._tell(done)

    def _mended(self, database: Database, now: datetime) -> Applied | None:
        """What came of a folder that says nothing new; None: nothing was wrong with it before, either."""
        if not settle_refusal(database, FOLDER, now) and not self._is_wrong:
            return None
        with database.transaction() as transaction:
            return Applied(outcome="unchanged", revision=RuleRevisions(transaction).newest_id())

    @staticmethod
    def _has_been_said(database: Database, said: str) -> bool:
        with database.transaction() as transaction:
            revisions = RuleRevisions(transaction)
            newest, known = revisions.newest(), revisions.said_by_folder()
            if newest is not None and said == newest.digest != known:
                revisions.remember_folder(said)
            return said == known or newest is None or said == newest.digest

    def _leaves_alone(self, database: Database, said: str) -> bool:
        """At the first look: whether other rules than those of a folder are in force, which has then had its say."""
        self._gives_way = False
        with database.transaction() as transaction:
            revisions = RuleRevisions(transaction)
            newest = revisions.newest()
            if newest is None or newest.actor in (FOLDER.id, VIGIE.id):
                return False
            revisions.remember_folder(said)
        _log.warning(
            "the shipped rules have changed, and revision %d, which %s applied, stays in force: "
            "vigie rules apply %s puts them into force",
            newest.id,
            newest.actor,
            self._folder,
        )
        return True

    def _unreadable(self, database: Database, why: str) -> Applied:
        """What keeps the whole folder from being judged."""
        with database.transaction() as transaction:
            newest = RuleRevisions(transaction).newest_id()
        problem = Problem("file", why, str(self._folder), Span(1, 1))
        return Applied(outcome="refused", revision=newest, problems=(problem,))


def _against(database: Database) -> str:
    """What rules are judged against, as a hash; who may send is no part of it."""
    with database.transaction() as transaction:
        inventory = RegistryCopy(transaction).inventory()
    return sha256(msgspec.json.encode(msgspec.structs.replace(inventory, credentials=()))).hexdigest()
