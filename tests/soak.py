"""The long tests, for ``make soak``: many kills at random moments. The last line is one JSON object.

python -m tests.soak [--kills 30] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.component.reading import result, rows

SCENARIO = "crue"


def replay(data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "services.console", "replay", SCENARIO, "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(data: Path, moments: list[float]) -> int:
    """Run a replay that is killed after each of these numbers of seconds; how many kills met a living process."""
    kills = 0
    for seconds in moments:
        process = replay(data)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    if replay(data).wait(timeout=600) != 0:
        raise SystemExit("the replay failed after the kills")
    return kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = Path(folder) / "undisturbed"
        began = time.monotonic()
        if replay(undisturbed).wait(timeout=600) != 0:
            raise SystemExit("the undisturbed replay failed")
        alone = time.monotonic() - began
        wanted = result(undisturbed)
        kills = runs = differences = twice = 0
        while kills < options.kills:
            data = Path(folder) / f"run-{runs}"
            # From the start of the process, so that kills fall into its start-up too.
            kills += killed(data, [chance.uniform(0.5, alone / 2) for _ in range(6)])
            runs += 1
            differences += result(data) != wanted
            told = [row[0] for row in rows(data, "notifier", "outbox_message")]
            twice += len(told) - len(set(told))
            print(f"{kills} kills in {runs} replays: {differences} differ, {twice} told twice", flush=True)  # noqa: T201
    print(json.dumps({"kills": kills, "replays": runs, "differences": differences, "told_twice": twice}))  # noqa: T201
    sys.exit(1 if differences or twice else 0)


if __name__ == "__main__":
    main()
