"""Tests that play a part in ``make test`` play all there is: whole recordings, twenty thousand uplinks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any, Final

from tests.extent import VARIABLE, WHOLE

_PLAIN: Final = ("-p", "no:pytest_nameko", "-o", "addopts=--import-mode=importlib --strict-markers --strict-config -ra")
_RUNS: Final[tuple[tuple[str, ...], ...]] = (("tests/component",), (*_PLAIN, "tests/wire"))
_NUMBER: Final = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


def run() -> dict[str, Any]:
    """Figures; ``good`` tells whether all passed and there were any."""
    found: dict[str, int] = {}
    codes = []
    for arguments in _RUNS:
        command = [sys.executable, "-m", "pytest", "-m", "sized", *arguments]
        environment = {**os.environ, VARIABLE: WHOLE}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            last = ""
            for line in process.stdout:
                print(line, end="", flush=True)  # noqa: T201
                last = line
        codes.append(process.returncode)
        for number, what in _NUMBER.findall(last):
            found[what] = found.get(what, 0) + int(number)
    return {**found, "good": codes == [0] * len(_RUNS)}
