"""The operator's key of a city on this machine: made once, kept in the data folder, for its owner's eyes only."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Final

from shared.runtime.settings import Secret, Settings

FILE: Final = "operator.key"
_KEY_BYTES: Final = 32


def with_operator_key(settings: Settings, data: Path) -> Settings:
    """The settings with the key that they name, or else with that of the folder, which is made if it is not there."""
    if settings.operator_key is not None:
        return settings
    file = data / FILE
    if not file.exists():
        _write(file, secrets.token_urlsafe(_KEY_BYTES))
    return replace(settings, operator_key=Secret(file.read_text(encoding="utf-8").strip()))


def _write(file: Path, key: str) -> None:
    """Never for a moment readable by others, nor there without a key in it."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"{key}\n")
    new.replace(file)
