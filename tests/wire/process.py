"""One service in a process of its own: its probes and metrics, and what can happen to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from tests.wire.servers.starting import begin, end, tail
from tests.wire.waiting import until

READY_LIMIT_S: Final = 60.0


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (0: in order), and the seconds that it took from the signal."""

    code: int
    seconds: float


class Process:
    """``vigie serve SERVICE``, started but perhaps not ready yet.

    Attributes:
        address: of its HTTP server, like ``http://127.0.0.1:20000``.
        log: the file of what it prints; a later process of the same service and replica goes on in it.
    """

    def __init__(self, service: str, replica: int, port: int, log: Path, environment: Mapping[str, str]) -> None:
        self.service, self.replica, self.log = service, replica, log
        self.address = f"http://127.0.0.1:{port}"
        told = {**environment, "VIGIE_LISTEN": f"127.0.0.1:{port}"}
        self._process = begin([sys.executable, "-m", "services.console", "serve", service], told, log)
        self._is_over = False

    def __repr__(self) -> str:
        return f"{self.service}[{self.replica}] pid {self.pid}"

    @property
    def pid(self) -> int:
        """Its number; it leads a group of its own."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it has not ended; a frozen process is alive."""
        return self._process.poll() is None

    def readyz(self, seconds: float = 5.0) -> tuple[int, str]:
        """Status and text of ``/readyz``; status 0 if nothing was answered in time, then the text says why."""
        try:
            answer = requests.get(f"{self.address}/readyz", timeout=seconds)
        except requests.RequestException as error:
            return 0, type(error).__name__
        return answer.status_code, answer.text.strip()

    def metrics(self, seconds: float = 5.0) -> str:
        """The text of ``/metrics``.

        Raises:
            requests.RequestException: it didn't answer in time.
        """
        answer = requests.get(f"{self.address}/metrics", timeout=seconds)
        answer.raise_for_status()
        return answer.text

    def await_ready(self, seconds: float = READY_LIMIT_S) -> None:
        """Return when ``/readyz`` is green.

        Raises:
            TimeoutError: it isn't, with what was answered and the end of the log; at once if the process ended.
        """
        until(lambda: not self.is_alive() or self.readyz()[0] == 200, seconds, f"{self!r} is ready", self._state)
        if not self.is_alive():
            raise TimeoutError(f"{self!r} ended with code {self._process.returncode}\n{tail(self.log)}")

    def _state(self) -> str:
        return f"/readyz: {self.readyz()}\n{tail(self.log)}"

    def kill(self) -> None:
        """SIGKILL; returns when it is gone. One that is gone already is no matter."""
        self._end(signal.SIGKILL, 30)

    def terminate(self, seconds: float = 30.0) -> Ended:
        """SIGTERM; returns when it has ended.

        Raises:
            subprocess.TimeoutExpired: it didn't in so many seconds, and has been killed.
        """
        began = time.monotonic()
        code = self._end(signal.SIGTERM, seconds)
        return Ended(code, time.monotonic() - began)

    def _end(self, wanted: signal.Signals, seconds: float) -> int:
        # Once: later its number may be another's.
        if not self._is_over:
            self._is_over = True
            end(self._process, wanted, seconds)
        return self._process.wait()

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections and does nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on, knowing nothing of the time between."""
        os.kill(self.pid, signal.SIGCONT)


def command(*words: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a ``vigie`` command that ends by itself; see ``finish``."""
    return subprocess.Popen(
        [sys.executable, "-m", "services.console", *words],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[bytes], seconds: float = 60.0) -> str:
    """What a command printed.

    Raises:
        RuntimeError: it failed; with what it printed.
    """
    try:
        said = process.communicate(timeout=seconds)[0].decode(errors="replace")
    finally:
        process.kill()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with code {process.returncode}\n{said}")
    return said


def clean_environment() -> dict[str, str]:
    """This process's environment without any setting of Vigie."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
