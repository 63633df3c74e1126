"""Gives the engine's workers the rule book, compiled once for each revision of the registry and state of the files."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import eventlet
import msgspec
from eventlet.timeout import Timeout
from nameko.exceptions import UnknownService
from nameko.extensions import DependencyProvider
from prometheus_client import Gauge

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.domain.sample import Sample, Seen
from services.rules_engine.storage.memory import Memory
from services.rules_engine.use_cases.past import Past
from shared.errors import NotReady
from shared.model.registry import Inventory
from shared.problems import Problem, Span
from shared.runtime.registry_copy import RegistryView

_log: Final = logging.getLogger(__name__)
_RULES: Final = Gauge("vigie_rules_engine_rules", "Rules that run.")
_PROBLEMS: Final = Gauge("vigie_rules_engine_rule_problems", "Problems that keep rules from running.")
_PATIENCE_S: Final = 10.0
# Folders of the rules folder that hold other things than rules.
_OTHER: Final = frozenset({"inventory", "kinds", "lighting", "recordings", "scenarios"})


def rule_files(folder: Path) -> list[Path]:
    """The files of rules in a rules folder: one folder for each directorate."""
    found = folder.glob("*/**/*.yaml")
    return sorted(file for file in found if file.relative_to(folder).parts[0] not in _OTHER)


def open_folder(folder: Path, inventory: Inventory) -> RuleBook:
    """The rules of a folder; a file that is no text keeps no other from running."""
    texts: dict[str, str] = {}
    unread: list[Problem] = []
    for file in rule_files(folder):
        try:
            texts[str(file)] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            found = f"it can't be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
            unread.append(Problem("yaml", found, str(file), Span(1, 1), "save it as UTF-8"))
    book = open_book(texts, inventory)
    book = replace(book, problems=(*unread, *book.problems))
    for problem in (*book.problems, *book.doubts):
        _log.warning("%s", problem)
    _RULES.set(len(book.rules))
    _PROBLEMS.set(len(book.problems))
    return book


class MemoryProvider(DependencyProvider):
    """Injects what this process remembers of the samples and states that it answers for."""

    def setup(self) -> None:
        self._memory = Memory()

    def get_dependency(self, worker_ctx: object) -> Memory:
        return self._memory


class RuleBookProvider(DependencyProvider):
    """Injects the view of the registry as a rule book: the rules' files, compiled for its points."""

    def setup(self) -> None:
        folder: Path = self.container.config["settings"].rules_dir
        # Before the registry has spoken there is no point to watch, and every rule would seem wrong.
        self._view = RegistryView(
            lambda inventory: open_folder(folder, inventory) if inventory.points else open_book({}, inventory)
        )

    def get_dependency(self, worker_ctx: object) -> RegistryView[RuleBook]:
        return self._view


def past_of(telemetry: Any) -> Past:
    """The way back to what was observed before.

    Args:
        telemetry: asked by RPC.
    """

    def history(point: str, name: str, since: datetime, until: datetime, limit: int) -> list[Seen]:
        try:
            with Timeout(_PATIENCE_S):
                rows = telemetry.history(point, name, since.isoformat(), until.isoformat(), limit)
        except (Timeout, UnknownService) as error:
            raise NotReady("telemetry does not answer, and the history of readings is there") from error
        return [Seen(point, name, msgspec.convert(row, Sample)) for row in rows]

    return Past(history, lambda: eventlet.sleep(0))
