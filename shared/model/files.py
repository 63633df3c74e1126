"""What is told of files that officers write."""

from __future__ import annotations

from datetime import datetime

from shared.model.message import Message


class FilesRefused(Message, frozen=True, kw_only=True):
    """Files of lighting were changed and are wrong: those before stay in force.

    Attributes:
        digest: of what they say: who was told of the same already need not be told again.
        problems: the first ones, each with its place: ``calendars.yaml:12:5 no event 'dusc'``.
        more: how many there are besides.
        at: when they were read, UTC.
    """

    digest: str
    problems: tuple[str, ...]
    more: int = 0
    at: datetime
