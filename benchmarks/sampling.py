"""Where the processor time of a service goes: its own process looks at itself again and again.

A service is told so by its environment alone: Python imports ``inside/sitecustomize.py`` before anything else.
"""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.wire.process import Process
from tests.wire.waiting import until

_INSIDE: Final = Path(__file__).parent / "inside"
_PATIENCE_S: Final = 10.0
_TOP: Final = 30


@dataclass(frozen=True)
class Sampling:
    """The services that look at themselves, and the folder to which they write what they saw."""

    folder: Path
    services: tuple[str, ...]

    def settings(self, service: str) -> dict[str, str]:
        """With which a process of the service samples itself when it is told to."""
        if service not in self.services:
            return {}
        return {"PYTHONPATH": f"{_INSIDE}{os.pathsep}{Path.cwd()}", "BENCHMARK_SAMPLES": str(self._file(service))}

    def _file(self, service: str) -> Path:
        return self.folder / f"{service}.samples"

    @contextmanager
    def during(self, processes: list[Process]) -> Iterator[None]:
        """Let those of these processes that can look at themselves, as long as the context lasts."""
        told = [process for process in processes if process.service in self.services]
        for process in told:
            self._file(process.service).unlink(missing_ok=True)
            os.kill(process.pid, signal.SIGUSR1)
        yield
        for process in told:
            os.kill(process.pid, signal.SIGUSR2)
        for process in told:
            until(self._file(process.service).exists, _PATIENCE_S, f"{process!r} wrote what it saw")

    def summaries(self) -> Iterator[str]:
        """What each service saw, to read."""
        for service in self.services:
            yield f"{service}\n{summary(json.loads(self._file(service).read_text()))}"


def summary(stacks: dict[str, int]) -> str:
    """Functions by their share of the time: alone (self), and with all that they call (with)."""
    total = sum(stacks.values()) or 1
    alone: Counter[str] = Counter()
    within: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for stack, seen in stacks.items():
        names = stack.split(";")
        alone[names[-1]] += seen
        modules[names[-1].partition(":")[0]] += seen
        within.update(dict.fromkeys(names, seen))
    parts = (("with all they call", within), ("alone", alone), ("modules alone", modules))
    return "\n".join(f"  {title} ({total} samples)\n{_table(counts, total)}" for title, counts in parts)


def _table(counts: Counter[str], total: int) -> str:
    return "\n".join(f"    {100 * seen / total:5.1f} %  {name}" for name, seen in counts.most_common(_TOP))
