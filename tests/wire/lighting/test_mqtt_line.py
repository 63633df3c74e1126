"""The line to a broker that lets everybody in and acknowledges nothing, as one does that is short of memory."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from services.lighting_controller.drivers.mqtt_line import MqttAddress, MqttLine
from shared.errors import DeliveryDelayed
from shared.runtime.settings import Secret

LET_IN = b"\x20\x02\x00\x00"


@pytest.fixture
def mute_broker() -> Iterator[int]:
    """The port of a broker that says nothing after it has let one in."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_let_in, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _let_in(listening: socket.socket) -> None:
    guests: list[socket.socket] = []
    with suppress(OSError):
        while True:
            guest, _ = listening.accept()
            guests.append(guest)
            guest.recv(1024)
            guest.sendall(LET_IN)
    for guest in guests:
        guest.close()


class Watch:
    """Seconds that grow by themselves, and by what the test adds."""

    def __init__(self) -> None:
        self.more = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.more


def test_broker_that_takes_nothing_is_asked_ever_more_seldom(mute_broker: int) -> None:
    watch = Watch()
    line = MqttLine(MqttAddress.read(Secret(f"mqtt://u:p@127.0.0.1:{mute_broker}")), watch)
    waits = []
    for _ in range(4):
        with pytest.raises(DeliveryDelayed, match="acknowledges nothing") as delayed:
            line.publish([("vigie/luminaires/l/desired", b"{}")], 0.05)
        waits.append(delayed.value.retry_after_s or 0.0)
        watch.more += 60
    line.close()
    # Half of each by chance.
    assert [longest / 2 <= wait <= longest for wait, longest in zip(waits, (1, 2, 4, 8), strict=True)] == [True] * 4
