"""Looks at what runs, at every tick of the processor time that this process uses. Standard library only.

SIGUSR1 begins, SIGUSR2 ends and writes: one JSON object, numbers by stack. A stack is ``module:function`` from the
outermost to the innermost, joined by semicolons.
"""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

# The kernel gives a few hundred ticks a second, however many are asked for.
_EVERY_S = 0.001
_HERE = Path.cwd()
_stacks: Counter[str] = Counter()


def _begin(_number: int, _frame: FrameType | None) -> None:
    _stacks.clear()
    signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)


def _end(_number: int, _frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    file = Path(os.environ["BENCHMARK_SAMPLES"])
    part = file.with_suffix(".part")
    part.write_text(json.dumps(_stacks))
    part.rename(file)


def _look(_number: int, frame: FrameType | None) -> None:
    names = []
    while frame is not None:
        names.append(f"{_module(frame.f_code.co_filename)}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    _stacks[";".join(reversed(names))] += 1


def _module(file: str) -> str:
    return file.removeprefix(f"{_HERE}/").rpartition("site-packages/")[2].removesuffix(".py")


if "BENCHMARK_SAMPLES" in os.environ:
    signal.signal(signal.SIGUSR1, _begin)
    signal.signal(signal.SIGUSR2, _end)
    signal.signal(signal.SIGPROF, _look)
