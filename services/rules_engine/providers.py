"""Gives the engine's workers the rule book, compiled once for each revision of the registry and of the rules."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import eventlet
import msgspec
from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.exceptions import UnknownService
from nameko.extensions import DependencyProvider, Entrypoint
from prometheus_client import Gauge

from services.rules_engine.domain.applying import Applied, refusal
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.judging import Question, Verdict
from services.rules_engine.domain.rule_files import TEAMS
from services.rules_engine.domain.sample import Sample, Seen
from services.rules_engine.sources.rules_folder import folder_files, rule_files
from services.rules_engine.storage.memory import Memory
from services.rules_engine.use_cases.apply_rules import Judge
from services.rules_engine.use_cases.follow_folder import FolderFollower
from services.rules_engine.use_cases.live_book import LiveBook
from services.rules_engine.use_cases.past import Past
from shared.errors import NotFound, NotReady
from shared.runtime.apart import run_apart
from shared.runtime.settings import shipped_rules

_log: Final = logging.getLogger(__name__)
_RULES: Final = Gauge("vigie_rules_engine_rules", "Rules that run.")
_PROBLEMS: Final = Gauge("vigie_rules_engine_rule_problems", "Problems that keep rules from running.", ["where"])
_PATIENCE_S: Final = 10.0
_LONGEST_S: Final = 100.0
_LOOK_S: Final = 1.0
_SOON_S: Final = 0.01


def _tell(book: RuleBook) -> None:
    for problem in (*book.problems, *book.doubts):
        _log.warning("%s", problem)
    _RULES.set(len(book.rules))
    _PROBLEMS.labels("force").set(len(book.problems))


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
        self.live = LiveBook(lambda: folder_files(folder), config["clock"].now, _tell)

    def get_dependency(self, worker_ctx: object) -> LiveBook:
        return self.live


class FolderProvider(DependencyProvider):
    """Injects who follows the rules folder."""

    def setup(self) -> None:
        folder: Path = self.container.config["settings"].rules_dir
        self._follower = FolderFollower(folder, _tell_folder, gives_way=folder == shipped_rules())

    def get_dependency(self, worker_ctx: object) -> FolderFollower:
        return self._follower


def _tell_folder(done: Applied | None) -> None:
    """Say what came of the folder; None: it has nothing to say that is not in force."""
    refused = done is not None and done.outcome == "refused"
    if done is None or not refused:
        _PROBLEMS.labels("folder").set(0)
    if done is None:
        return
    if done.outcome == "unchanged":
        _log.info("the rules folder is in order again, and says what is in force: revision %d stays", done.revision)
        return
    if not refused:
        _log.info("the rules folder is in force as revision %d", done.revision)
        return
    errors = [problem for problem in done.problems if problem.severity == "error"]
    _PROBLEMS.labels("folder").set(len(errors) + len(done.failed))
    _log.error("the rules folder is refused, revision %d stays in force:\n%s", done.revision, refusal(done))


class FolderWatch(Entrypoint):
    """Calls the method when the rules folder may have something new to say: when its files change, and when what they
    are judged against does; again in a moment where it was not ready. Only where one process is the whole city; in a
    replay the files are looked at once.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._answered = 0
        self._stopping = False
        super().__init__(expected_exceptions=(NotReady,))

    def setup(self) -> None:
        config = self.container.config
        self._folder: Path = config["settings"].rules_dir
        self._is_live = config["timeline"] is None
        config["activity"].register(lambda: self._asked != self._answered)

    def start(self) -> None:
        if self.container.config["alone"]:
            for provider in self.container.dependencies:
                if isinstance(provider, RuleBookProvider):
                    provider.live.on_change(self._ask)
            self.container.spawn_managed_thread(self._run, identifier="rules folder")

    def stop(self) -> None:
        self._stopping = True

    def _ask(self) -> None:
        self._asked += 1

    def _run(self) -> None:
        # The registry's word is what asks first: until then there is nothing to judge rules against, or to compare.
        seen = last = None
        while not self._stopping:
            if self._asked != self._answered:
                seen = last = _signature(self._folder)
                asked = self._asked
                if self._call():
                    self._answered = asked
            elif self._is_live and seen is not None:
                found = _signature(self._folder)
                # Twice the same: whoever saves files has done so.
                if seen != found == last:
                    self._ask()
                    continue
                last = found
            eventlet.sleep(_LOOK_S if self._is_live else _SOON_S)

    def _call(self) -> bool:
        """Whether it was done, or failed in a way that another try would not mend."""
        done = Event()

        def finish(_context: object, result: object, exc_info: Any) -> tuple[object, object]:
            done.send(exc_info is None or not isinstance(exc_info[1], NotReady))
            return result, exc_info

        self.container.spawn_worker(self, (), {}, handle_result=finish)
        return bool(done.wait())


folder_watch = FolderWatch.decorator


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a rules folder was changed, without reading it."""
    found = []
    try:
        files = [*rule_files(folder), folder / TEAMS]
    except OSError:  # a folder of it is gone in the middle: it is not settled yet
        return ()
    for file in files:
        try:
            known = file.stat()
        except OSError:  # gone since it was listed
            continue
        found.append((str(file), known.st_mtime_ns, known.st_size))
    return tuple(found)


class JudgeProvider(DependencyProvider):
    """Injects what checks and tests rules: a process of its own, one at a time, for it takes seconds.

    Whoever comes meanwhile is told so at once: those that wait would hold the workers that observations need.
    """

    def setup(self) -> None:
        self._turn = threading.Lock()

    def get_dependency(self, worker_ctx: object) -> Judge:
        return self._judge

    def _judge(self, question: Question) -> Verdict:
        if not self._turn.acquire(blocking=False):
            raise NotReady("another check of rules is running: try again in a moment")
        try:
            answer = run_apart("services.rules_engine.judging_process", msgspec.json.encode(question), _LONGEST_S)
        finally:
            self._turn.release()
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


def incident_of(notifier: Any, code: str) -> Any:
    """What people were told of under a code. The code is the notifier's, which alone knows what alerts it stands for.

    Args:
        notifier: asked by RPC.

    Raises:
        NotFound: nothing was told under that code.
        NotReady: the notifier does not answer.
    """
    try:
        with Timeout(_PATIENCE_S):
            found = notifier.incident(code)
    except (Timeout, UnknownService) as error:
        raise NotReady("the notifier does not answer, and it alone knows the codes of incidents") from error
    if found is None:
        raise NotFound("incident", code)
    return found
