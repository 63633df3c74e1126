"""Spoilt uplinks and strange requests, in processes of their own: green threads must be there before anything else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def run(uplinks: int, examples: int, seed: int) -> dict[str, Any]:
    """Figures; ``good`` tells whether the city kept every promise.

    Args:
        uplinks: spoilt ones to send.
        examples: requests made up for each operation of the HTTP interface's description.
    """
    spoilt = _figures("--uplinks", str(uplinks), "--seed", str(seed))
    described = _figures("--description", str(examples), "--seed", str(seed))
    return {**spoilt, "description": described, "good": spoilt["good"] and described["good"]}


def _figures(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.fuzz", *options]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)  # noqa: T201
            last = line
    found: dict[str, Any] = json.loads(last)
    return found
