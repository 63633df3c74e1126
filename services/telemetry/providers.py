"""Gives telemetry's workers what is kept from one to the next: the directory, and which partitions are there."""

from __future__ import annotations

from nameko.extensions import DependencyProvider

from services.telemetry.domain.directory import Directory
from services.telemetry.storage.partitions import Partitions
from shared.runtime.registry_copy import RegistryView


class DirectoryProvider(DependencyProvider):
    """Injects the view of the registry that answers what an uplink asks, built once for each revision."""

    def setup(self) -> None:
        self._view = RegistryView(Directory)

    def get_dependency(self, worker_ctx: object) -> RegistryView[Directory]:
        return self._view


class PartitionsProvider(DependencyProvider):
    """Injects what makes room for observations."""

    def setup(self) -> None:
        self._partitions = Partitions()

    def get_dependency(self, worker_ctx: object) -> Partitions:
        return self._partitions
