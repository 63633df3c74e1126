"""A city that is killed in the middle of a replay and started again ends where an undisturbed one ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.runtime.settings import shipped_rules
from tests.component.reading import result, rows
from tests.extent import either
from tests.shorter import one_day_of_flood

SCENARIO = "crue"
# Moments of the replay: before and during the alert, between two observations while a lease is renewed, by night.
IN_A_DAY = ("2022-01-10T00:20", "2022-01-10T01:50", "2022-01-10T10:30", "2022-01-10T21:20")
IN_FIVE = ("2022-01-09T20:00", "2022-01-10T01:50", "2022-01-10T10:30", "2022-01-11T21:20")


def replay(rules: Path, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "services.console", "replay", SCENARIO, "--data", str(data), "--rules", str(rules)]
    # Each process listens elsewhere, and links lead there unless they are told where.
    environment = {**os.environ, "VIGIE_PUBLIC_URL": "http://vigie.test"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def cursor(data: Path) -> str:
    file = data / "story.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["moment"] or "") if file.exists() else ""


def wait_until(process: subprocess.Popen[str], data: Path, moment: str) -> None:
    deadline = time.monotonic() + 120
    while cursor(data) < moment:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"the replay stands at {cursor(data)}"


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    figures: dict[str, int] = json.loads(output.splitlines()[-1])
    return figures


@pytest.mark.slow
@pytest.mark.sized
def test_killed_and_started_again_the_result_is_the_same_and_nothing_is_told_twice(tmp_path: Path) -> None:
    rules = either(one_day_of_flood(tmp_path / "rules"), shipped_rules())
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    finish(replay(rules, undisturbed))
    for moment in either(IN_A_DAY, IN_FIVE):
        process = replay(rules, killed)
        wait_until(process, killed, moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    finish(replay(rules, killed))
    assert result(killed) == result(undisturbed)
    told = rows(killed, "notifier", "notification", "state, attempts, queued_at <> changed_at")
    # Each was handed over once, at the moment at which it was due.
    assert set(told) == {("sent", 1, 0)}
