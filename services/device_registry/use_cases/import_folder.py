"""Imports the inventory that stands in a rules folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from services.device_registry.use_cases.import_inventory import ImportResult, import_inventory
from shared.actor import Actor
from shared.runtime.database import Database


def import_folder(database: Database, rules_dir: Path, actor: Actor, now: datetime) -> ImportResult:
    """Replace what is known by what the files say.

    Raises:
        ProblemsFound: the files have problems; nothing is changed.
        Forbidden: see ``import_inventory``.
    """
    return import_inventory(database, load(read_folder(rules_dir)), actor, now)
