"""A cable between clients and a server, which can be cut and mended. Needs no pytest."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_PIECE: Final = 65536


class Cable:
    """Hands on what comes to its own port, both ways.

    Attributes:
        port: on 127.0.0.1, where clients connect.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._is_whole = True
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Close every connection, and each new one at once."""
        self._is_whole = False
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self) -> None:
        """Let clients through again."""
        self._is_whole = True

    def close(self) -> None:
        """Cut it for ever."""
        self.cut()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if not self._is_whole:
                client.close()
                continue
            server = socket.create_connection(self._server)
            self._ends += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=_hand_on, args=(source, sink), daemon=True).start()


def _hand_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable(host: str, port: int) -> Iterator[Cable]:
    """A whole cable to a server, gone with the context."""
    made = Cable(host, port)
    try:
        yield made
    finally:
        made.close()
