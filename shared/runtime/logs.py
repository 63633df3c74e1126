"""Logs as JSON lines, each with the trace id that follows an uplink to the text message."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TextIO

_trace: Final[contextvars.ContextVar[str]] = contextvars.ContextVar("trace", default="")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def traced(trace: str) -> Iterator[None]:
    """Log lines inside carry this trace id."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace, and what was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if trace := extra.pop("trace", None) or _trace.get():
            entry["trace"] = trace
        entry.update(extra)
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure(level: str, stream: TextIO = sys.stderr) -> None:
    """Send all logs of this process to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Libraries that tell of each request or message at INFO.
    for name in ("nameko", "kombu", "amqp", "alembic", "twilio"):
        logging.getLogger(name).setLevel(logging.WARNING)
