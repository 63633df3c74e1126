"""``vigie up`` runs the whole city, ends by itself, and goes on where it was."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.console.folder import Story
from shared.runtime.settings import shipped_rules
from tests.component.reading import rows
from tests.extent import either
from tests.shorter import one_day_of_flood


def up(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def stopped_when(enough: Callable[[], bool], *arguments: str) -> tuple[str, str]:
    """Let it run until it has come so far, end it; what it printed."""
    command = [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 150
            while not enough():
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=60)
        finally:
            # A city that is at the end of its story stays, and whoever opened the process would wait for it for ever.
            process.kill()
    assert process.returncode == 0
    return output, errors


def test_it_ends_by_itself_with_a_summary(tmp_path: Path) -> None:
    result = up("--scenario", "crue", "--for", "5s", "--data", str(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(r"Vigie s'arrête à .* 2022 .* observations", result.stdout.replace("\n", " "))


@pytest.mark.slow
@pytest.mark.sized
def test_cut_short_it_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "city"
    monkeypatch.setenv("VIGIE_RULES_DIR", str(either(one_day_of_flood(tmp_path / "rules"), shipped_rules())))
    all_of_them = either(97, 481)
    played = ("--scenario", "crue", "--speed", "max", "--data", str(data))

    def stored() -> int:
        return len(rows(data, "telemetry", "observation"))

    def has_begun() -> bool:
        story = Story.load(data)
        return story is not None and story.moment is not None and stored() > 0

    stopped_when(has_begun, *played)
    assert stored() < all_of_them
    output, errors = stopped_when(lambda: stored() == all_of_them, *played)
    assert errors == ""
    assert "resumed after" in output
    assert stored() == all_of_them


def test_live_it_waits_for_sensors(tmp_path: Path) -> None:
    result = up("--for", "2s", "--data", str(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 observations" in result.stdout


def test_without_a_terminal_it_says_where_it_answers_what_it_goes_by_and_where_its_data_lie(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip() for _ in range(5)]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert lines[0] == "Vigie  en direct / live"
    assert re.fullmatch(r"page  http://127\.0\.0\.1:[1-9]\d+/", lines[1])
    assert lines[2] == f"dossier de règles / rules folder  {shipped_rules()}"
    assert lines[3] == f"données, journal, clé / data, log, key  {tmp_path} (vigie.log, operator.key)"
    assert re.fullmatch(
        r"règles en vigueur / rules in force  révision 1 / revision 1, \d+ règles / rules "
        r"\(vigie, .* : first start\)",
        lines[4],
    )


def test_who_forgets_to_name_the_rules_of_a_city_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules-folder").write_text("/srv/ville/rules\n")
    monkeypatch.delenv("VIGIE_RULES_DIR", raising=False)
    result = up("--for", "1s", "--data", str(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert "Cette ville suit le dossier de règles /srv/ville/rules" in result.stderr
    assert not list(tmp_path.glob("*.sqlite"))


def test_a_key_is_issued_for_a_directorate_that_there_is(tmp_path: Path) -> None:
    known = up("--for", "1s", "--data", str(tmp_path / "known"), "--key-for", "gemapi")
    assert re.search(r"^gemapi: [\w-]{40,}$", known.stdout, re.MULTILINE)
    unknown = up("--for", "1s", "--data", str(tmp_path / "unknown"), "--key-for", "nobody")
    assert unknown.returncode == 1
    assert "no directorate 'nobody'" in unknown.stderr
    assert "Traceback" not in unknown.stderr


def test_an_unknown_scenario_is_met_with_those_there_are(tmp_path: Path) -> None:
    result = up("--scenario", "cru", "--data", str(tmp_path))
    assert result.returncode == 1
    assert "did you mean 'crue'?" in result.stderr


@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_its_closing_words(tmp_path: Path, wanted: signal.Signals) -> None:
    command = [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0", "--scenario", "crue"]
    with subprocess.Popen(
        [*command, "--speed", "max", "--data", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while (story := Story.load(tmp_path)) is None or story.moment is None:
            assert time.monotonic() < deadline
        process.send_signal(wanted)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "Vigie s'arrête" in output


def test_a_busy_address_is_said_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "services.console", "up", "--data", str(tmp_path)]
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = subprocess.run(
            [*command, "--listen", address], capture_output=True, text=True, check=False, timeout=60
        )
    assert result.returncode == 1
    assert "name another with --listen" in result.stderr
