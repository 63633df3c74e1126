"""AMQP as kombu speaks it, but reading what is there in large pieces: a frame has three parts, each costs a call."""

from __future__ import annotations

from typing import Any, Final

from amqp.transport import SSLTransport, TCPTransport
from kombu.transport import pyamqp

# Larger is slower: each part that is taken out moves what is left.
_PIECE: Final = 8_192


class _Reader(TCPTransport):
    """Asks the socket for more than the next part; the superclass keeps what it doesn't need yet."""

    def _setup_transport(self) -> None:
        super()._setup_transport()
        receive = self.sock.recv
        self._quick_recv = lambda least: receive(max(least, _PIECE))


class _Connection(pyamqp.Connection):
    def Transport(  # noqa: N802 - the name that amqp calls
        self, host: str, connect_timeout: float, ssl: Any, read_timeout: Any, write_timeout: Any, **options: Any
    ) -> Any:
        kind = SSLTransport if ssl else _Reader
        options |= {"read_timeout": read_timeout, "write_timeout": write_timeout, "ssl": ssl}
        return kind(host, connect_timeout=connect_timeout, **options)

    def drain_events(self, timeout: float | None = None) -> None:
        with self.transport.having_timeout(timeout):
            while not self.on_inbound_frame(self.transport.read_frame()):
                pass


class BufferedTransport(pyamqp.Transport):
    Connection = _Connection


def transport_of(uri: str) -> Any:
    return BufferedTransport if uri.startswith("amqp:") else None
