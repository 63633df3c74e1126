"""An embedded replay that is killed at random moments, from the start of its process on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.component.reading import result, rows

_SCENARIO: Final = "crue"
_KILLS_OF_A_RUN: Final = 6


def run(kills: int, chance: random.Random, folder: Path) -> dict[str, Any]:
    """Figures; ``good`` tells whether every run ended where the undisturbed one did and told nobody twice."""
    undisturbed = folder / "undisturbed"
    began = time.monotonic()
    _finish(undisturbed)
    alone = time.monotonic() - began
    wanted = result(undisturbed)
    done = runs = differences = twice = 0
    while done < kills:
        data = folder / f"run-{runs}"
        done += _killed(data, [chance.uniform(0.5, alone / 2) for _ in range(_KILLS_OF_A_RUN)])
        runs += 1
        differences += result(data) != wanted
        told = [row[0] for row in rows(data, "notifier", "outbox_message")]
        twice += len(told) - len(set(told))
        print(f"embedded: {done} kills in {runs} replays, {differences} differ, {twice} told twice", flush=True)  # noqa: T201
    return {
        "kills": done, "replays": runs, "differences": differences, "told_twice": twice,
        "good": not differences and not twice,
    }  # fmt: skip


def _replay(data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "services.console", "replay", _SCENARIO, "--data", str(data)]
    # Each process listens elsewhere, and links lead there unless they are told where.
    environment = {**os.environ, "VIGIE_PUBLIC_URL": "http://vigie.test"}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def _finish(data: Path) -> None:
    if _replay(data).wait(timeout=600) != 0:
        raise SystemExit(f"the replay in {data} failed")


def _killed(data: Path, moments: list[float]) -> int:
    """Run a replay that is killed after each of these numbers of seconds; how many kills met a living process."""
    kills = 0
    for seconds in moments:
        process = _replay(data)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    _finish(data)
    return kills
