"""Tells that changed files of lighting are wrong, and that the last good ones hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared import bus
from shared.model.files import FilesRefused
from shared.problems import Problem
from shared.runtime.database import Database

_SHOWN: Final = 20


def tell_files_refused(database: Database, problems: Sequence[Problem], digest: str, now: datetime) -> None:
    """The notifier tells those who run Vigie, once for the same files, however many replicas look at them."""
    shown = tuple(problem.in_a_line for problem in problems[:_SHOWN])
    message = FilesRefused(digest=digest, problems=shown, more=len(problems) - len(shown), at=now)
    with database.transaction() as transaction:
        transaction.publish(bus.FILES_REFUSED, message)
