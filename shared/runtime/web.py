"""HTTP in a nameko service: a Flask application whose requests run as workers, with metrics and probes beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final

import eventlet
from eventlet import wsgi
from eventlet.event import Event
from flask import Blueprint, Flask, Response, request
from kombu import Connection
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram, make_wsgi_app
from werkzeug.exceptions import HTTPException

from shared.errors import Forbidden, InputError, NotFound
from shared.runtime.link import DATABASE_AWAY, LINK_ERRORS
from shared.runtime.providers import DatabaseProvider

_log: Final = logging.getLogger(__name__)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_READING: Final = frozenset({"GET", "HEAD"})
_TOLD_BY_ERRORS: Final[tuple[str, ...]] = ("Allow", "WWW-Authenticate", "Retry-After")
_BROKEN_OFF: Final = b'{"error": "Bad Request", "detail": "the body is not whole; nothing was taken"}\n'
_SLOWEST_S: Final = 30.0
"""How long a client may be silent in the middle of a request."""

_WORKER: Final = "vigie.worker"
MAX_BODY_BYTES: Final = 1024 * 1024
"""The largest body of a request; a gateway's thousand observations are about 120 kB."""

_REQUESTS: Final = Counter("vigie_http_requests_total", "HTTP requests.", ["service", "method", "status"])
_DURATION: Final = Histogram("vigie_http_request_duration_seconds", "Time to answer.", ["service"])

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def worker() -> Any:
    """The nameko worker behind the present request: the service with its dependencies."""
    return request.environ[_WORKER]


class Web(Entrypoint):
    """Serves blueprints; the decorated method gets a function to call with the worker: ``return handle(self)``.

    Args:
        blueprints: the service's routes, if it has any. ``/metrics``, ``/healthz`` and ``/readyz`` are added.
        prefix: where the service's routes begin when several services share one address; there may be several.
    """

    def __init__(self, *blueprints: Blueprint, prefix: str | tuple[str, ...] = "/") -> None:
        self.blueprints = blueprints
        self.prefixes = (prefix,) if isinstance(prefix, str) else prefix
        super().__init__()

    def setup(self) -> None:
        self._site: Site = self.container.config["site"]
        self._site.ask(self._unready)
        if self.blueprints:
            for prefix in self.prefixes:
                self._site.mount(prefix, self._answer)
        self.app = Flask(self.container.service_name, static_folder=None, template_folder=None)
        self.app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
        for blueprint in self.blueprints:
            self.app.register_blueprint(blueprint)
        self.app.register_error_handler(InputError, _input_error)
        self.app.register_error_handler(HTTPException, _http_error)
        for kind in DATABASE_AWAY:
            self.app.register_error_handler(kind, _away)
        self.app.after_request(self._count)

    def start(self) -> None:
        self._site.serve()

    def stop(self) -> None:
        self._site.close()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        done = Event()

        try:
            _read_whole(environ)
        except TimeoutError:
            start_response("408 Request Timeout", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"the body did not come in time\n"]
        except (EOFError, OSError, ValueError):
            start_response("400 Bad Request", [("Content-Type", "application/json"), ("Connection", "close")])
            return [_BROKEN_OFF]

        def handle(service: Any) -> Iterable[bytes]:
            environ[_WORKER] = service
            return self.app(environ, start_response)

        def finish(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result, exc_info)
            # A response is nothing that nameko's result handlers could read.
            return None, exc_info

        with _DURATION.labels(self.container.service_name).time():
            self.container.spawn_worker(self, (handle,), {}, handle_result=finish)
            answer: Iterable[bytes] = done.wait()
        return answer

    def _count(self, response: Response) -> Response:
        method = request.method if request.method in _METHODS else "other"
        _REQUESTS.labels(self.container.service_name, method, response.status_code).inc()
        return response

    def _unready(self) -> str | None:
        """Why the service can't work now, if it can't."""
        try:
            for provider in self.container.dependencies:
                if isinstance(provider, DatabaseProvider):
                    provider.database.ping()
            with Connection(self.container.config["AMQP_URI"], connect_timeout=2) as link:
                # At once: kombu's own connect would try again, and who asks does not wait.
                link.transport.close_connection(link.transport.establish_connection())
        except LINK_ERRORS as error:
            return f"{self.container.service_name}: {type(error).__name__}"
        return None


class Site:
    """One address and what answers there: a service alone, or all of them in one process."""

    def __init__(self, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        self.address = (host, int(port))
        self._mounts: dict[str, Wsgi] = {}
        self._questions: list[Callable[[], str | None]] = []
        self._socket: Any = None
        self._thread: Any = None
        self.closing = False

    def mount(self, prefix: str, answer: Wsgi) -> None:
        """Let a service answer below a prefix; the longest prefix wins."""
        self._mounts[prefix.rstrip("/")] = answer

    def ask(self, why_not: Callable[[], str | None]) -> None:
        """``/readyz`` asks this too: why a service is not ready, or None."""
        self._questions.append(why_not)

    def bind(self) -> None:
        """Take the address.

        Raises:
            InputError: another process has it.
        """
        host, port = self.address
        try:
            # Not shared with another process: two cities at one address would each get half of what is sent to it.
            self._socket = eventlet.listen(self.address, reuse_port=False)
        except OSError as error:
            raise InputError(
                f"{host}:{port} n'est pas libre ({error.strerror}) : donnez une autre adresse par --listen / "
                "it can't be had: name another with --listen"
            ) from error
        self.address = self._socket.getsockname()[:2]

    def serve(self) -> None:
        """Answer, unless a service of this process already does."""
        if self._thread is not None:
            return
        if self._socket is None:
            self.bind()
        probes = {"/metrics": make_wsgi_app(), "/healthz": self._healthz, "/readyz": self._readyz}
        self._mounts |= {prefix: _for_reading(answer) for prefix, answer in probes.items()}
        app = _stream_at_once(self._dispatch)
        # Not one of the container's threads: in one process the site outlives the service that opened it.
        self._thread = eventlet.spawn(
            wsgi.server, self._socket, app, log_output=False, debug=False, socket_timeout=_SLOWEST_S
        )

    def close(self) -> None:
        """Take no new requests; open streams end at their next look."""
        self.closing = True
        if self._thread is not None:
            self._thread.kill()
        if self._socket is not None:
            self._socket.close()

    def _dispatch(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Choose by the first segments, leaving the path whole: a service's routes are the same alone and together."""
        path = environ.get("PATH_INFO", "")
        fitting = [prefix for prefix in self._mounts if path == prefix or path.startswith(f"{prefix}/")]
        answer = self._mounts[max(fitting, key=len)] if fitting else _not_found
        return answer(environ, start_response)

    def _healthz(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"ok\n"]

    def _readyz(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        faults = [fault for question in self._questions if (fault := question()) is not None]
        status = "503 Service Unavailable" if faults else "200 OK"
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return ["\n".join(faults or ["ready"]).encode() + b"\n"]


def _read_whole(environ: dict[str, Any]) -> None:
    """Read the body before a worker is taken: someone who sends slowly must not hold one. Flask refuses large ones.

    Raises:
        EOFError, OSError, ValueError: its end, or its chunks, are missing.
    """
    is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = MAX_BODY_BYTES + 1 if is_chunked else int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY_BYTES and not is_chunked:
        return
    body = environ["wsgi.input"].read(length) if length else b""
    if len(body) < length and not is_chunked:
        # A table that lacks its end is one, and its last number would be another.
        raise EOFError
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _stream_at_once(app: Wsgi) -> Wsgi:
    """Without this eventlet holds back server-sent events until a chunk is full."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["eventlet.minimum_write_chunk_size"] = 0
        return app(environ, start_response)

    return answer


def _for_reading(answer: Wsgi) -> Wsgi:
    """Asks nothing of a probe but what it shows."""

    def guard(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _READING:
            return answer(environ, start_response)
        start_response(
            "405 Method Not Allowed", [("Content-Type", "text/plain; charset=utf-8"), ("Allow", "GET, HEAD")]
        )
        return [b"this can only be read\n"]

    return guard


def _not_found(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"nothing here\n"]


def _input_error(error: InputError) -> tuple[dict[str, str], int]:
    status = 404 if isinstance(error, NotFound) else 403 if isinstance(error, Forbidden) else 400
    return {"error": type(error).__name__, "detail": str(error)}, status


def _away(_error: Exception) -> tuple[dict[str, str], int, dict[str, str]]:
    detail = "the database is away; nothing was stored, send it again in a moment"
    return {"error": "not ready", "detail": detail}, 503, {"Retry-After": "5"}


def _http_error(error: HTTPException) -> tuple[dict[str, str | None], int, dict[str, str]]:
    told = dict(error.get_headers())
    headers = {name: told[name] for name in _TOLD_BY_ERRORS if name in told}
    return {"error": error.name, "detail": error.description}, error.code or 500, headers


web = Web.decorator
