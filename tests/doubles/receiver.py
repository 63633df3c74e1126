"""A double of whoever takes what we post over HTTP: an SMS gateway, or the receiver of a webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from tests.doubles.http_server import Answer, HttpServer, Request


@dataclass
class Receiver:
    """Takes requests that its judge finds right, and keeps them.

    Attributes:
        judge: what is wrong with a request, in words; None: nothing.
        taken: the requests that were accepted.
        faults: what was wrong with the others; a good client leaves this empty.
        answer: status and headers of the next answers; None: judged by what is asked.
        content: of an answer that says yes, for the request; None: no such thing.
        is_silent: it reads requests, does nothing and never answers.
    """

    judge: Callable[[Request], str | None] = lambda _request: None
    content: Callable[[Request], Any] = lambda _request: {}
    taken: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answer: tuple[int, Mapping[str, str]] | None = None
    status: int = 200
    is_silent: bool = False

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._server = HttpServer(self._take, self.faults.append)
        self.url = self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let go of everybody and close the port."""
        if not self._stopped.is_set():
            self._stopped.set()
            self._server.stop()

    def _take(self, request: Request) -> Answer | None:
        if self.is_silent:
            self._stopped.wait()
            return None
        if self.answer is not None:
            return Answer(self.answer[0], b"{}", self.answer[1])
        fault = self.judge(request)
        if fault is not None:
            self.faults.append(fault)
            return Answer(400, json.dumps({"error": fault}).encode(), {})
        if request.method != "GET":
            self.taken.append(request)
        content = self.content(request)
        status = 404 if content is None else self.status
        return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})
