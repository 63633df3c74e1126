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
