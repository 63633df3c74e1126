"""A night of a whole city of street lights at its full size, in simulated time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.component.lighting_controller.night.trial import Trial


def run(luminaires: int, seed: int, folder: Path) -> dict[str, Any]:
    """Figures; ``good`` tells whether every law was kept, with examples of those that were not."""
    return Trial(folder / "lighting_controller.sqlite", luminaires, seed, _say).run()


def _say(words: str) -> None:
    print(f"lighting-night: {words}", flush=True)  # noqa: T201
