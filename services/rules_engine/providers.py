"""Gives the engine's workers the rule book, compiled once for each revision of the registry and of the rules."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import eventlet
import msgspec
from eventlet.timeout import Timeout
from nameko.exceptions import UnknownService
from nameko.extensions import DependencyProvider
from prometheus_client import Gauge

from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.judging import Question, Verdict
from services.rules_engine.domain.rule_files import TEAMS, is_rule_file
from services.rules_engine.domain.sample import Sample, Seen
from services.rules_engine.storage.memory import Memory
from services.rules_engine.use_cases.apply_rules import Judge
from services.rules_engine.use_cases.live_book import LiveBook
from services.rules_engine.use_cases.past import Past
from shared.errors import NotReady
from shared.runtime.apart import run_apart

_log: Final = logging.getLogger(__name__)
_RULES: Final = Gauge("vigie_rules_engine_rules", "Rules that run.")
_PROBLEMS: Final = Gauge("vigie_rules_engine_rule_problems", "Problems that keep rules from running.")
_PATIENCE_S: Final = 10.0
_LONGEST_S: Final = 100.0


def rule_files(folder: Path) -> list[Path]:
    """The files of rules in a rules folder: one folder for each directorate."""
    return sorted(file for file in folder.glob("*/**/*.yaml") if is_rule_file(file.relative_to(folder).as_posix()))


def folder_files(folder: Path) -> dict[str, str]:
    """What a rules folder holds of a revision; what is no UTF-8 text has strange signs in it."""
    named = [*rule_files(folder), *(file for file in (folder / TEAMS,) if file.is_file())]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8", errors="replace") for file in named}


def _tell(book: RuleBook) -> None:
    for problem in (*book.problems, *book.doubts):
        _log.warning("%s", problem)
    _RULES.set(len(book.rules))
    _PROBLEMS.set(len(book.problems))


class MemoryProvider(DependencyProvider):
    """Injects what this process remembers of the samples and states that it answers for."""

    def setup(self) -> None:
        self._memory = Memory()

    def get_dependency(self, worker_ctx: object) -> Memory:
        return self._memory


class RuleBookProvider(DependencyProvider):
    """Injects the rules in force, compiled for the points of the registry."""

    def setup(self) -> None:
        config = self.container.config
        folder: Path = config["settings"].rules_dir
        self._live = LiveBook(lambda: folder_files(folder), config["clock"].now, _tell)

    def get_dependency(self, worker_ctx: object) -> LiveBook:
        return self._live


class JudgeProvider(DependencyProvider):
    """Injects what checks and tests rules: a process of its own, one at a time, for it takes seconds."""

    def setup(self) -> None:
        self._turn = threading.Lock()

    def get_dependency(self, worker_ctx: object) -> Judge:
        return self._judge

    def _judge(self, question: Question) -> Verdict:
        with self._turn:
            answer = run_apart("services.rules_engine.judging_process", msgspec.json.encode(question), _LONGEST_S)
        return msgspec.json.decode(answer, type=Verdict)


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
