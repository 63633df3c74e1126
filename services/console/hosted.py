"""The services that a process can run by themselves, each imported when it is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from shared import bus
from shared.errors import InputError


def hosted(name: str) -> type[Any]:
    """The service of a name, as nameko runs it.

    Raises:
        InputError: there is none.
    """
    if name not in bus.SERVICES:
        raise InputError(f"no service '{name}'; there are: {', '.join(bus.SERVICES)}")
    found: type[Any] = getattr(import_module(f"services.{name}.service"), f"{name.title().replace('_', '')}Service")
    return found
