"""Starts a program in the background and ends it, with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.wire.servers.keeping import forget_process, keep_process


def begin(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    last: signal.Signals = signal.SIGKILL,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a group of its own; what it prints goes to the end of ``log``.

    Args:
        last: the signal it gets if this process ends first.
        user: who runs it, if not who runs the tests.
    """
    # A group of its own, so that Ctrl-C reaches the tests first, which end it in order.
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            cwd="/" if user else None,
        )
    keep_process(process.pid, last)
    return process


def end(process: subprocess.Popen[bytes], wanted: signal.Signals, patience_s: float = 30) -> int:
    """Send a signal to the process, then SIGKILL to what is left of its group; the exit code.

    Raises:
        subprocess.TimeoutExpired: it didn't end by that signal; it has been killed.
    """
    try:
        if process.poll() is None:
            process.send_signal(wanted)
        return process.wait(patience_s)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        forget_process(process.pid)


@contextmanager
def child(
    command: Sequence[str], environment: Mapping[str, str], log: Path, last: signal.Signals, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs as long as the context, and gets ``last`` at its end."""
    process = begin(command, environment, log, last, user)
    try:
        yield process
    finally:
        end(process, last)


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log, for a message that says what went wrong."""
    text = log.read_text(errors="replace") if log.exists() else "(nothing was printed)"
    return "\n".join(text.splitlines()[-lines:])
