"""How psycopg waits for the database among green threads: another runs meanwhile, and a wait that is over costs little.

psycopg's own ``wait_select`` does as much through eventlet's imitation of ``select``, at four times the price.
"""

from __future__ import annotations

from typing import Any, Final

import eventlet
import psycopg
from eventlet.hubs import trampoline
from eventlet.patcher import original
from psycopg.waiting import Ready, Wait

_poll: Final = original("select").poll
_IN: Final = original("select").POLLIN
_OUT: Final = original("select").POLLOUT
# The hub waits for one of the two; when both are wanted the other is looked for so often.
_LOOK_S: Final = 0.02


def install() -> None:
    """Let all connections of this process wait so."""
    psycopg.waiting.wait = wait


def wait(gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:
    """Send ``gen`` what it waits for until it returns: what it returns."""
    if timeout is not None:
        return psycopg.waiting.wait_select(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send(_ready(fileno, wanted))
    except StopIteration as done:
        return done.value


def _ready(fileno: int, wanted: int) -> Ready:
    look = _poll()
    look.register(fileno, (_IN if wanted & Wait.R else 0) | (_OUT if wanted & Wait.W else 0))
    while not (found := look.poll(0)):
        _rest(fileno, wanted)
    seen = found[0][1]
    ready = (Ready.R if seen & ~_OUT else 0) | (Ready.W if seen & _OUT else 0)
    return Ready(ready & wanted or wanted)


def _rest(fileno: int, wanted: int) -> None:
    """Let others run until the socket may be ready."""
    if wanted == Wait.RW:
        with eventlet.Timeout(_LOOK_S, False):
            trampoline(fileno, write=True)
        return
    trampoline(fileno, read=wanted == Wait.R, write=wanted == Wait.W)
