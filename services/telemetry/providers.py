"""Gives telemetry's workers the directory, built once for each revision of the registry."""

from __future__ import annotations

from nameko.extensions import DependencyProvider

from services.telemetry.domain.directory import Directory
from shared.runtime.registry_copy import RegistryView


class DirectoryProvider(DependencyProvider):
    """Injects the view of the registry that answers what an uplink asks."""

    def setup(self) -> None:
        self._view = RegistryView(Directory)

    def get_dependency(self, worker_ctx: object) -> RegistryView[Directory]:
        return self._view
