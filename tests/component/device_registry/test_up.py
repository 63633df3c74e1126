"""``vigie up`` opens the registry of its own city to whoever may read its data folder."""

import subprocess
import sys


def test_a_city_of_this_machine_has_an_operators_key(tmp_path):
    command = [sys.executable, "-m", "services.console", "up", "--listen", "127.0.0.1:0"]
    done = subprocess.run(
        [*command, "--for", "1s", "--data", str(tmp_path)], capture_output=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    key = tmp_path / "operator.key"
    assert len(key.read_text().strip()) >= 40
    assert key.stat().st_mode & 0o777 == 0o600
