"""What the city answers over HTTP, service by service, as one OpenAPI description.

Like ``shared.bus`` it is what the services agree on, so it stands where none of them owns it. A route that is not in it
does not exist, and the other way round: ``tests/component/test_api_schema.py``.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

import msgspec
from ruamel.yaml import YAML

_PARTS: Final = (
    "telemetry", "device_registry", "rules_engine", "rules_engine_why", "notifier", "notifier_muting",
    "notifier_on_call", "notifier_reaching", "lighting_controller", "lighting_faults", "lighting_plan",
    "lighting_energy", "portal", "every_service",
)  # fmt: skip


@cache
def description() -> bytes:
    """The whole description, OpenAPI 3.1, as JSON."""
    return msgspec.json.encode(put_together())


def put_together() -> dict[str, Any]:
    """The frame with the paths and components of every part."""
    whole: dict[str, Any] = _read("frame")
    for part in map(_read, _PARTS):
        whole["paths"].update(part["paths"])
        for sort, things in part.get("components", {}).items():
            whole["components"].setdefault(sort, {}).update(things)
    return whole


def _read(name: str) -> Any:
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)
