"""Gives telemetry's workers the directory, built once for each revision of the registry."""

from __future__ import annotations

from nameko.extensions import DependencyProvider

from services.telemetry.domain.directory import Directory
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy


class DirectoryCache:
    """The newest directory that the service's copy of the registry gives."""

    def __init__(self) -> None:
        self._revision = 0
        self._directory: Directory | None = None

    def current(self, database: Database) -> Directory | None:
        """The directory; None before the registry has ever spoken."""
        with database.transaction() as transaction:
            copy = RegistryCopy(transaction)
            revision = copy.revision()
            if revision != self._revision:
                self._directory = Directory(copy.inventory())
                self._revision = revision
        return self._directory


class DirectoryProvider(DependencyProvider):
    """Injects the cache."""

    def setup(self) -> None:
        self._cache = DirectoryCache()

    def get_dependency(self, worker_ctx: object) -> DirectoryCache:
        return self._cache
