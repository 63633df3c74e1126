"""Holds a running city to its own description, with schemathesis in a process of its own."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eventlet.green import subprocess

from tests.fuzz.city import OPERATOR, Fuzzed

_HERE: Final = Path(__file__).parent
_CASES: Final = re.compile(r"(\d+) generated")
_OPERATIONS: Final = re.compile(r"Tested: +(\d+)")


@dataclass(frozen=True)
class Told:
    """What schemathesis said; ``text``: all of it, with what makes each failure again."""

    code: int
    cases: int
    operations: int
    text: str


def hold_to_description(fuzzed: Fuzzed, examples: int, seed: int) -> Told:
    """Check every operation with so many examples, beside those that the description itself leads to."""
    host, port = fuzzed.city.address
    address = f"http://{host}:{port}"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_HERE / "schemathesis.toml"), "run"]
    options = [f"{address}/v1/openapi.json", "--max-examples", str(examples), "--seed", str(seed), "--no-color"]
    own = {"CITY": address, "KEY": fuzzed.key, "OPERATOR_KEY": OPERATOR, "PYTHONPATH": str(_HERE.parents[1])}
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with tempfile.TemporaryDirectory(prefix="vigie-schema-") as own_folder:
        process = subprocess.Popen([*command, *options], env={**os.environ, **own}, cwd=own_folder, **told)
        text = process.communicate()[0].decode("utf-8", "replace")
    return Told(process.returncode, _number(_CASES, text), _number(_OPERATIONS, text), text)


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 0
