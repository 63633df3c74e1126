"""Answers which revisions of the rules there were, and what one changed in another."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.rules_engine.domain.comparing_rules import RuleChange, counted
from services.rules_engine.domain.judging import Question
from services.rules_engine.domain.revision import Revision
from services.rules_engine.storage.rule_revisions import RuleRevisions
from services.rules_engine.use_cases.apply_rules import Judge
from shared.model.registry import Text
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that changed nothing, and all the problems for which it didn't."""

    at: datetime
    actor: str
    problems: str


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The revisions, the newest first.

    Attributes:
        refused: the newest attempt, if it came to nothing.
    """

    revisions: tuple[Revision, ...]
    refused: Refusal | None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What one revision changes in another. ``in_words``: how much."""

    before: int
    after: int
    in_words: Text
    changes: tuple[RuleChange, ...]


def history(database: Database, limit: int) -> History:
    """The newest revisions."""
    with database.transaction() as transaction:
        store = RuleRevisions(transaction)
        refused = store.refused()
        return History(
            revisions=tuple(store.history(max(1, limit))),
            refused=None if refused is None else Refusal(at=refused.at, actor=refused.actor, problems=refused.detail),
        )


def files(database: Database, revision: int) -> dict[str, str]:
    """The files of a revision.

    Raises:
        NotFound: there is no such revision.
    """
    with database.transaction() as transaction:
        return RuleRevisions(transaction).files(revision)


def difference(database: Database, judge: Judge, before: int, after: int) -> Difference:
    """What the second revision changes in the first, as both look in the city of today.

    Raises:
        NotFound: there is no such revision.
    """
    with database.transaction() as transaction:
        store = RuleRevisions(transaction)
        old, new = store.files(before), store.files(after)
        today, inventory = store.get(after).applied_at.date(), RegistryCopy(transaction).inventory()
    found = judge(Question(new, inventory, today, old, judges=False)).changes
    return Difference(before=before, after=after, in_words=counted(found), changes=found)
