"""Exports the inventory, shows what an import would do, and does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.device_registry.domain.exchange.exporting import export
from services.device_registry.domain.exchange.faults import RevisionChanged
from services.device_registry.domain.exchange.planning import File, Plan, plan, removable
from services.device_registry.domain.owning import require_own
from services.device_registry.domain.showing import Shown, by_sort, shown
from services.device_registry.storage.inventory import InventoryStore
from services.device_registry.use_cases.import_folder import ImportResult, result_of
from services.device_registry.use_cases.revise import revise
from shared.actor import Actor
from shared.errors import ProblemsFound
from shared.model.registry import Inventory
from shared.problems import Problem
from shared.runtime.database import Database


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do, of the revision that it would be applied to; with problems it can't be done."""

    revision: int
    changes: tuple[Shown, ...]
    problems: tuple[Problem, ...]
    in_words: str


def export_things(database: Database, sort: str, form: str) -> str:
    """The things of one sort as text.

    Raises:
        UnknownSort, NoSuchForm: it can't be had.
    """
    with database.transaction() as transaction:
        return export(InventoryStore(transaction).inventory(), sort, form)


def preview(database: Database, files: Sequence[File], actor: Actor, *, remove: bool) -> Preview:
    """What importing the files would do. ``remove``: what none of them names goes, of the sorts that they hold.

    Raises:
        Forbidden: the actor may not change one of the things.
    """
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        known = store.inventory()
        planned = _planned(known, files, actor, remove=remove)
        changes = planned.changes.changes
        before, after = by_sort(known, changes), by_sort(planned.new, changes)
        return Preview(
            revision=store.revision(),
            changes=tuple(shown(change, before, after) for change in changes),
            problems=planned.problems,
            in_words=planned.changes.in_words(),
        )


def import_files(
    database: Database,
    actor: Actor,
    now: datetime,
    files: Sequence[File],
    *,
    remove: bool,
    expected_revision: int | None,
) -> ImportResult:
    """Do what the preview showed, all of it or nothing.

    Raises:
        ProblemsFound: the files have problems.
        RevisionChanged: the registry isn't at the revision of the preview any more; None: whichever it is at.
        Forbidden: the actor may not change one of the things.
    """
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        store.take_turn()
        known, revision = store.inventory(), store.revision()
        if expected_revision not in (None, revision):
            raise RevisionChanged(expected_revision or 0, revision)
        planned = _planned(known, files, actor, remove=remove)
        if planned.problems:
            raise ProblemsFound(planned.problems)
        changes = revise(transaction, known, planned.new, actor, "import_files", _names(files), now)
        return result_of(store.revision(), changes)


def _planned(known: Inventory, files: Sequence[File], actor: Actor, *, remove: bool) -> Plan:
    planned = plan(known, files, removable(known, actor.directorate) if remove else None)
    require_own(actor, planned.changes, (known, planned.new))
    return planned


def _names(files: Sequence[File]) -> str:
    return ", ".join(file.name for file in files)
