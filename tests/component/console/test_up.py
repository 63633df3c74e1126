"""``vigie up`` runs the whole city, ends by itself, and goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.component.reading import rows


def up(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_it_ends_by_itself_with_a_summary_and_goes_on_later(tmp_path: Path) -> None:
    first = up("--scenario", "crue", "--speed", "max", "--for", "4s", "--data", str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    assert "observations" in first.stdout
    so_far = len(rows(tmp_path, "telemetry", "observation"))
    assert 0 < so_far < 481
    second = up("--scenario", "crue", "--speed", "max", "--for", "25s", "--data", str(tmp_path))
    assert (second.returncode, second.stderr) == (0, "")
    assert "resumed after" in second.stdout
    assert len(rows(tmp_path, "telemetry", "observation")) == 481


def test_live_it_waits_for_sensors(tmp_path: Path) -> None:
    result = up("--for", "2s", "--data", str(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 observations" in result.stdout


def test_an_unknown_scenario_is_met_with_those_there_are(tmp_path: Path) -> None:
    result = up("--scenario", "cru", "--data", str(tmp_path))
    assert result.returncode == 1
    assert "did you mean 'crue'?" in result.stderr
