"""``vigie replay`` says what the rules would have done."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_flood_is_told_in_local_time_and_as_figures() -> None:
    command = [sys.executable, "-m", "services.console", "replay", "crue"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[:4] == [
        "10/01 02:45  déclenchée  gemapi.garonne-toulouse.prealerte  garonne-toulouse",
        "10/01 11:15  déclenchée  gemapi.garonne-toulouse.alerte  garonne-toulouse",
        "11/01 20:30  terminée    gemapi.garonne-toulouse.alerte  garonne-toulouse",
        "12/01 21:45  terminée    gemapi.garonne-toulouse.prealerte  garonne-toulouse",
    ]
    figures = json.loads(lines[-1])
    assert (figures["observations"], figures["alerts"], figures["sms"], figures["emails"]) == (481, 2, 8, 12)
