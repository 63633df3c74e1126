"""An HTTP server on a free loopback port, in threads, that outlives whatever its clients do."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


@dataclass(frozen=True)
class Request:
    """A request whose body has arrived whole. ``target``: path and query as they were sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Answers(Protocol):
    """Answers a request; None: never, the connection is closed without a word."""

    def __call__(self, request: Request, /) -> Answer | None: ...


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Six processes may come at once.
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler], noted: Callable[[str], None]) -> None:
        self._noted = noted
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, _request: Any, _address: Any) -> None:
        self._noted(traceback.format_exc())


class HttpServer:
    """Serves until it is stopped.

    Args:
        answers: called in a thread of its own for each request.
        noted: told of every error of ``answers``; a client that is gone is none.
    """

    def __init__(self, answers: Answers, noted: Callable[[str], None]) -> None:
        self._server = _Server(_handler(answers), noted)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # A client that was killed with half a request sent must not hold a thread for ever.
        timeout = 30

        def do_GET(self) -> None:
            self._take()

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

        def _take(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
            except OSError:
                return
            if len(body) < length:
                return
            answer = answers(Request(self.command, self.path, dict(self.headers), body))
            if answer is not None:
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            try:
                self.send_response(answer.status)
                for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:
                """The client is gone; what it asked for was done."""

    return Handler
