"""What the registry's service is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nameko.extensions import DependencyProvider


class RulesFolderProvider(DependencyProvider):
    """Injects the folder of kinds and inventory."""

    def get_dependency(self, worker_ctx: Any) -> Path:
        folder: Path = self.container.config["settings"].rules_dir
        return folder


class RecordedPointsProvider(DependencyProvider):
    """Injects whether the points of the shipped recordings are wanted too."""

    def get_dependency(self, worker_ctx: Any) -> bool:
        wanted: bool = self.container.config["settings"].recorded_points == "yes"
        return wanted
