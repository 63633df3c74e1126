"""Nothing that a test session began outlives it: not its processes, not its folders, however it ends.

A small process of its own is told of each; it acts when the pipe to it closes, which a killed session cannot prevent.
A signal to be had at the parent's death would not do: it comes when the *thread* ends that began the process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Final

_PATIENCE_S: Final = 5.0


def keep_process(group: int, last: signal.Signals = signal.SIGKILL) -> None:
    """If this process ends, send ``last`` to that group of processes, and SIGKILL to what is left of it."""
    _tell(f"process {group} {int(last)}")


def forget_process(group: int) -> None:
    """It has ended: its number may soon be another's."""
    _tell(f"ended {group} 0")


def keep_folder(folder: str) -> None:
    """If this process ends, remove that folder; one that is gone by then is no matter."""
    _tell(f"folder {folder}")


def _tell(line: str) -> None:
    os.write(_keeper(os.getpid()), f"{line}\n".encode())


@cache
def _keeper(_session: int) -> int:
    """The end of the pipe to it; open as long as this process is there."""
    its_end, ours = os.pipe()
    # A session of its own, so that Ctrl-C in the terminal reaches the tests first, which end all in order.
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__], stdin=its_end, stdout=subprocess.DEVNULL, start_new_session=True
    )
    os.close(its_end)
    # It ends with us and not before: nobody can wait for it, nor need be warned about that.
    process.returncode = 0
    return ours


def _end(groups: dict[int, int]) -> None:
    _send(groups)
    last = time.monotonic() + _PATIENCE_S
    while any(map(_is_there, groups)) and time.monotonic() < last:
        time.sleep(0.05)
    _send(dict.fromkeys(groups, signal.SIGKILL))


def _send(groups: dict[int, int]) -> None:
    for group, wanted in groups.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, wanted)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _main() -> None:
    groups: dict[int, int] = {}
    folders: list[str] = []
    heard: dict[str, Callable[[str], object]] = {
        "process": lambda rest: groups.update([tuple(map(int, rest.split()))]),  # type: ignore[list-item]
        "ended": lambda rest: groups.pop(int(rest.split()[0]), None),
        "folder": folders.append,
    }
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        heard[word](rest)
    _end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _main()
