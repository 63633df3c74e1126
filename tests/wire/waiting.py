"""Waits for a fact, with a limit: a test never waits for a time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
_LOOK_EVERY_S: Final = 0.02


def until(question: Callable[[], T], seconds: float, fact: str, more: Callable[[], object] = str) -> T:
    """The first answer that counts as true.

    Raises:
        TimeoutError: none came within so many seconds; ``fact`` says of what, and ``more`` what was found instead.
    """
    last = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > last:
            raise TimeoutError(f"after {seconds:g} s still not so: {fact}\n{more()}".rstrip())
        time.sleep(_LOOK_EVERY_S)
    return answer
