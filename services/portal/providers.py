"""Binds the portal's snapshot to nameko: the shared cache, its refresher, and questions that may go unanswered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import eventlet
import msgspec
from eventlet.event import Event
from eventlet.timeout import Timeout
from nameko.exceptions import IncorrectSignature, MethodNotFound, RemoteError, UnknownService
from nameko.extensions import DependencyProvider, Entrypoint
from prometheus_client import Counter, Gauge, Histogram

from services.portal.assets import address
from services.portal.domain.ground import Ground, read_ground
from services.portal.domain.questions import Ask, Question
from services.portal.domain.snapshot import Snapshot
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import SnapshotCache
from shared.runtime.link import LINK_ERRORS

QUESTION_EXPIRES_S: Final = 10.0
"""A question that waits longer in a queue is dropped: whoever asked has gone on without the answer."""

_log: Final = logging.getLogger(__name__)
_TOGETHER_S: Final = 2.0
_LEFT_ALONE_S: Final = 10.0
_GROUND: Final = "map/background.geojson"

_UNANSWERED: Final = Counter("vigie_portal_unanswered_total", "Questions without an answer.", ["service", "why"])
_REFRESHES: Final = Counter("vigie_portal_refreshes_total", "Snapshots taken.", ["result"])
_DURATION: Final = Histogram("vigie_portal_refresh_seconds", "Time to take a snapshot.")
_STREAMS: Final = Gauge("vigie_portal_streams", "Open streams of events.")


class RendererProvider(DependencyProvider):
    """Injects the renderer, made once."""

    def setup(self) -> None:
        self._renderer = Renderer(address)

    def get_dependency(self, worker_ctx: Any) -> Renderer:
        return self._renderer


class SnapshotProvider(DependencyProvider):
    """Injects the snapshot cache that all pages and streams share."""

    def setup(self) -> None:
        site = self.container.config["site"]
        self.cache = SnapshotCache(is_closing=lambda: site.closing)
        _STREAMS.set_function(lambda: self.cache.listening)

    def stop(self) -> None:
        self.cache.close()

    def get_dependency(self, worker_ctx: Any) -> SnapshotCache:
        return self.cache


class ReplayedProvider(DependencyProvider):
    """Injects whether the clock is that of a replay."""

    def get_dependency(self, worker_ctx: Any) -> bool:
        return self.container.config["timeline"] is not None


class DemoProvider(DependencyProvider):
    """Injects whether this is a demonstration: all in one process, and no message leaves the machine."""

    def get_dependency(self, worker_ctx: Any) -> bool:
        settings = self.container.config["settings"]
        named = (settings.sms_channel, settings.email_channel, settings.voice_channel, settings.webhook_channel)
        kept = all(name == "outbox" for name in named)
        return bool(self.container.config["alone"] and kept)


class GroundProvider(DependencyProvider):
    """Injects what the map is drawn on; without the file the map has points and communes only."""

    def setup(self) -> None:
        file = self.container.config["settings"].rules_dir / _GROUND
        self._ground = read_ground(msgspec.json.decode(file.read_bytes())) if file.is_file() else Ground()

    def get_dependency(self, worker_ctx: Any) -> Ground:
        return self._ground


class AskingProvider(DependencyProvider):
    """Injects a function that makes an ``Ask`` of a worker's RPC proxies."""

    def setup(self) -> None:
        self._asking = Asking()

    def get_dependency(self, worker_ctx: Any) -> Callable[[Mapping[str, Any]], Ask]:
        return self._asking.through


class Asking:
    """Puts questions to several services at once; one that does not answer in time is left alone for a while."""

    def __init__(self) -> None:
        self._alone_until: dict[str, float] = {}

    def through(self, proxies: Mapping[str, Any]) -> Ask:
        """An ``Ask`` by RPC proxies, by service."""
        return lambda questions: self._ask(proxies, questions)

    def _ask(self, proxies: Mapping[str, Any], questions: Sequence[Question]) -> list[Any]:
        ends = time.monotonic() + _TOGETHER_S
        waiting = [eventlet.spawn(self._answer, proxies, question, ends) for question in questions]
        return [thread.wait() for thread in waiting]

    def _answer(self, proxies: Mapping[str, Any], question: Question, ends: float) -> Any:
        if self._alone_until.get(question.service, 0.0) > time.monotonic():
            return None
        try:
            with Timeout(max(0.0, ends - time.monotonic())):
                return getattr(proxies[question.service], question.method)(**question.arguments)
        except (Timeout, UnknownService) as error:
            self._alone_until[question.service] = time.monotonic() + _LEFT_ALONE_S
            self._note(question, error)
        except (RemoteError, MethodNotFound, IncorrectSignature, *LINK_ERRORS) as error:
            self._note(question, error)
        return None

    def _note(self, question: Question, error: BaseException) -> None:
        why = type(error).__name__
        _UNANSWERED.labels(question.service, why).inc()
        _log.warning("no answer", extra={"from": question.service, "question": question.method, "why": why})


class WhenWanted(Entrypoint):
    """Calls the method with the names of pages, whenever they want a newer snapshot, which it returns."""

    def start(self) -> None:
        self._cache: SnapshotCache = next(
            item.cache for item in self.container.dependencies if isinstance(item, SnapshotProvider)
        )
        self._thread = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        self._cache.close()
        self._thread.wait()

    def _run(self) -> None:
        while (pages := self._cache.wait_until_wanted()) is not None:
            with _DURATION.time():
                snapshot = self._refresh(pages)
            _REFRESHES.labels("failed" if snapshot is None else "taken").inc()
            self._cache.keep(snapshot, pages)

    def _refresh(self, pages: frozenset[str]) -> Snapshot | None:
        done = Event()

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result if exc_info is None else None)
            # A snapshot is nothing that nameko's result handlers could read.
            return None, exc_info

        self.container.spawn_worker(self, (pages,), {}, handle_result=finish)
        snapshot: Snapshot | None = done.wait()
        return snapshot


when_wanted = WhenWanted.decorator
