"""The static files: hand-written style, script and sign, each at an address that changes with its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A static file."""

    body: bytes
    content_type: str
    digest: str


@cache
def assets() -> Mapping[str, Asset]:
    """The files by name, read once."""
    found: dict[str, Asset] = {}
    for file in files("services.portal").joinpath("static").iterdir():
        content_type = _TYPES.get(file.name[file.name.rfind(".") :])
        if content_type is not None:
            body = file.read_bytes()
            found[file.name] = Asset(body, content_type, hashlib.sha256(body).hexdigest()[:12])
    return MappingProxyType(found)


def address(name: str) -> str:
    """Where a browser gets the file.

    Raises:
        KeyError: there is no such file.
    """
    return f"/static/{name}?v={assets()[name].digest}"
