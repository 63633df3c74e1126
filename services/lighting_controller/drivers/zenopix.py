"""The Zenopix D4i controller: a LoRaWAN node in the socket of a luminaire, which it dims over DALI.

What it is told is three bytes on port 8: 84, 01 (every DALI address) and the level in percent. Its uplinks are read by
the codec of its device profile at the network server; ``dim_value`` is the level. It has no ramp of its own to be told,
no sequence, and nothing can be uploaded into it: the profile that it follows when it is cut off is set in the node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

PORT: Final = 8
_DIM_ALL: Final = bytes((0x84, 0x01))


class Zenopix:
    """How its frames are written and read."""

    port: Final = PORT

    def frame(self, level: int) -> bytes:
        """The bytes that tell it a level in percent.

        Raises:
            ValueError: no such level.
        """
        if level not in range(101):
            raise ValueError(f"no level: {level}")
        return _DIM_ALL + bytes((level,))

    def levels(self, said: Mapping[str, Any]) -> tuple[int, int] | None:
        """Feedback and light in what it said, percent; None: this uplink tells neither.

        A light source that failed gives no light, whatever the controller in the socket does.
        """
        level = said.get("dim_value")
        if isinstance(level, bool) or not isinstance(level, int | float) or not 0 <= level <= 100:
            return None
        return round(level), 0 if said.get("fault_light_src_failure") is True else round(level)
