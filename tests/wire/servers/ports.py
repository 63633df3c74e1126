"""Free ports of the loopback interface."""

from __future__ import annotations

import random
import socket
from contextlib import closing
from typing import Final

# Below the range from which the system takes ports for outgoing connections: one of those could else be taken while
# a server is away for a moment, and keep it from coming back.
_FROM: Final = range(15_000, 32_000)


def free_ports(number: int) -> list[int]:
    """So many different ports of 127.0.0.1 at which nobody listens now."""
    found: list[int] = []
    while len(found) < number:
        port = random.choice(_FROM)  # noqa: S311 - not a secret
        if port not in found and _is_free(port):
            found.append(port)
    return found


def is_open(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
