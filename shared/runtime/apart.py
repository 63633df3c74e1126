"""Runs a module in a process of its own, so that what computes for seconds holds up nobody."""

from __future__ import annotations

import os
import sys

from eventlet.green import subprocess

from shared.errors import DidNotEnd


def run_apart(module: str, question: bytes, longest_s: float) -> bytes:
    """What a module, run by itself, answers on its standard output to a question on its standard input.

    Raises:
        DidNotEnd: after so many seconds, or with an error.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        answer, told = process.communicate(question, timeout=longest_s)
    except subprocess.TimeoutExpired as error:
        raise DidNotEnd(f"{module} did not end within {longest_s:g} s") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        last = told.decode(errors="replace").strip().rpartition("\n")[2]
        raise DidNotEnd(f"{module} broke: {last}")
    return bytes(answer)
