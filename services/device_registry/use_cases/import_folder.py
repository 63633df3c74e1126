"""Imports the inventory that stands in a rules folder, beside what was changed in operation."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from services.device_registry.domain.assembling import Key, inventory_of, placed, require_right_over
from services.device_registry.domain.changing import Act, Changes
from services.device_registry.domain.draft import Draft
from services.device_registry.domain.loading import read_draft
from services.device_registry.domain.merging import merge
from services.device_registry.sources.folder import read_folder
from services.device_registry.storage.inventory import InventoryStore
from services.device_registry.use_cases.revise import revise
from shared.actor import Actor
from shared.errors import Forbidden
from shared.runtime.database import Database


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. Nothing added, changed or removed: the revision is the one that was there.

    Attributes:
        in_words: French, for the audit and for people.
        conflicts: what both the folder and operation had changed, ``points berge-01``: the folder's is in force.
    """

    revision: int
    added: int
    changed: int
    removed: int
    in_words: str
    conflicts: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether it made a revision."""
        return bool(self.added or self.changed or self.removed)


def import_folder(
    database: Database, rules_dir: Path, actor: Actor, now: datetime, *, recorded: bool = False
) -> ImportResult:
    """Take over what the files changed since they were read last; the rest of what is known stays.

    Args:
        recorded: see ``read_folder``.

    Raises:
        ProblemsFound: the files have problems, or don't go together with what is known; nothing is changed.
        Forbidden: the actor may change one directorate's things only.
    """
    return import_draft(database, read_draft(read_folder(rules_dir, recorded=recorded)), actor, now)


def import_draft(database: Database, folder: Draft, actor: Actor, now: datetime) -> ImportResult:
    """The same for files that were read."""
    if actor.directorate is not None:
        raise Forbidden(actor.id, "import the inventory of all directorates")
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        store.take_turn()
        known, before = store.inventory(), store.said_by_folder()
        merged = merge(before, known, folder)
        require_right_over(known, merged.draft)
        changes = revise(transaction, known, inventory_of(merged.draft), actor, "import_inventory", "", now)
        store.remember_folder(before, ((sort, entry.entity) for sort, entry in placed(folder)))
        for sort, identifier in merged.conflicts:
            transaction.audit(actor, "folder_wins", f"{sort} {identifier}", now)
        return result_of(store.revision(), changes, merged.conflicts)


def result_of(revision: int, changes: Changes, conflicts: tuple[Key, ...] = ()) -> ImportResult:
    """The changes in counts and words."""
    return ImportResult(
        revision=revision,
        added=changes.count(Act.ADDED),
        changed=changes.count(Act.CHANGED),
        removed=changes.count(Act.REMOVED),
        in_words=changes.in_words(),
        conflicts=tuple(f"{sort} {identifier}" for sort, identifier in conflicts),
    )
