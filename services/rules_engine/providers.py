"""Gives the engine's workers the rule book, compiled once for each revision of the registry and state of the files."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from nameko.extensions import DependencyProvider
from prometheus_client import Gauge

from services.rules_engine.domain.book import RuleBook, open_book
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

_log: Final = logging.getLogger(__name__)
_RULES: Final = Gauge("vigie_rules_engine_rules", "Rules that run.")
_PROBLEMS: Final = Gauge("vigie_rules_engine_rule_problems", "Problems that keep rules from running.")
# Folders of the rules folder that hold other things than rules.
_OTHER: Final = frozenset({"inventory", "kinds", "lighting", "recordings", "scenarios"})


def rule_files(folder: Path) -> list[Path]:
    """The files of rules in a rules folder: one folder for each directorate."""
    found = folder.glob("*/**/*.yaml")
    return sorted(file for file in found if file.relative_to(folder).parts[0] not in _OTHER)


class RuleBookCache:
    """The rule book for the newest registry that the service has a copy of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._revision = 0
        self._book = open_book({}, Inventory())

    def current(self, database: Database) -> RuleBook:
        """The book; an empty one before the registry has ever spoken."""
        with database.transaction() as transaction:
            copy = RegistryCopy(transaction)
            revision = copy.revision()
            inventory = None if revision == self._revision else copy.inventory()
        if inventory is not None:
            self._book = self._open(inventory)
            self._revision = revision
        return self._book

    def _open(self, inventory: Inventory) -> RuleBook:
        texts = {str(file): file.read_text(encoding="utf-8") for file in rule_files(self._folder)}
        book = open_book(texts, inventory)
        for problem in book.problems:
            _log.warning("%s", problem)
        _RULES.set(len(book.rules))
        _PROBLEMS.set(len(book.problems))
        return book


class RuleBookProvider(DependencyProvider):
    """Injects the cache."""

    def setup(self) -> None:
        self._cache = RuleBookCache(self.container.config["settings"].rules_dir)

    def get_dependency(self, worker_ctx: object) -> RuleBookCache:
        return self._cache
