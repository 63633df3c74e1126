"""Luminaire controllers that are reached over LoRaWAN. A new model: its file here, and its line in this registry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from services.lighting_controller.drivers.zenopix import Zenopix


class LuminaireCodec(Protocol):
    """How the frames of a model are written and read."""

    @property
    def port(self) -> int:
        """The LoRaWAN port on which it is told."""
        ...

    def frame(self, level: int) -> bytes:
        """The bytes that tell it a level in percent."""
        ...

    def levels(self, said: Mapping[str, Any]) -> tuple[int, int] | None:
        """Feedback and light in a decoded uplink, percent; None: it tells neither."""
        ...


CODECS: Final[Mapping[str, LuminaireCodec]] = MappingProxyType({"zenopix-d4i": Zenopix()})
"""By the id of the model in ``rules/kinds``."""
