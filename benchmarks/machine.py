"""How much of the machine each program used: seconds of processor time, from /proc."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
_SERVERS: Final = {"beam.smp": "rabbitmq", "postgres": "postgresql"}


def processor_seconds(services: Mapping[int, str]) -> Counter[str]:
    """Seconds used so far by RabbitMQ, PostgreSQL and the services that this process, or one of its own, started.

    Args:
        services: names by process id.
    """
    found: Counter[str] = Counter()
    parents = {process: parent for process, parent, _, _ in _processes()}
    for process, _, program, seconds in _processes():
        name = services.get(process) or _SERVERS.get(program)
        if name is not None and os.getpid() in _line(process, parents):
            found[name] += seconds
    return found


def resident_bytes(process: int) -> int:
    """How much of the machine's memory a process has."""
    pages = int((Path("/proc") / str(process) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def load() -> float:
    """The average number of processes that wanted a processor in the last minute."""
    return os.getloadavg()[0]


def _line(process: int, parents: Mapping[int, int]) -> list[int]:
    line = [process]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line


def _processes() -> list[tuple[int, int, str, float]]:
    """Id, parent's id, program and seconds used."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            before, _, after = (folder / "stat").read_text().rpartition(")")
        except OSError:
            continue
        words = after.split()
        seconds = (int(words[11]) + int(words[12])) * _TICK_S
        found.append((int(folder.name), int(words[1]), before.partition("(")[2], seconds))
    return found
