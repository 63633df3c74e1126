"""Gives telemetry's workers what is kept from one to the next: the directory, the partitions, what is due."""

from __future__ import annotations

from nameko.extensions import DependencyProvider

from services.telemetry.domain.directory import Directory
from services.telemetry.domain.hearing import Hearing
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.close_days import DueDays
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


class HearingProvider(DependencyProvider):
    """Injects what remembers of which devices the registry was told."""

    def setup(self) -> None:
        self._hearing = Hearing()

    def get_dependency(self, worker_ctx: object) -> Hearing:
        return self._hearing


class DueDaysProvider(DependencyProvider):
    """Injects what remembers when the next day is to be closed."""

    def setup(self) -> None:
        self._due = DueDays()

    def get_dependency(self, worker_ctx: object) -> DueDays:
        return self._due
