"""Ways to reach luminaires. A new one: its file here, and its line in this registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from services.lighting_controller.domain.driver import Driver
from services.lighting_controller.drivers.simulated import LampMemory, SimulatedDriver

DRIVERS: Final[Mapping[str, Callable[[LampMemory], Driver]]] = MappingProxyType({"simulated": SimulatedDriver})
"""By name, what makes the driver."""
