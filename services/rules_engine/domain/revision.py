"""A revision of the rules: a complete set of files that came into force at one moment."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """Who put which files into force, when and why.

    Attributes:
        id: grows by one; the greatest is in force.
        git_revision: of the checkout that the files came from, ``+`` behind it if it was changed since; None: unknown.
        digest: of the files.
        rolled_back_to: the older revision whose files these are; None: it was not made by rolling back.
    """

    id: int
    applied_at: datetime
    actor: str
    reason: str
    digest: str
    git_revision: str | None = None
    rolled_back_to: int | None = None
