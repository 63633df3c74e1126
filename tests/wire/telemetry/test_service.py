"""The entrypoint of messages from MQTT waits for the registry, and takes them once it has spoken."""

from __future__ import annotations

import pytest

from services.telemetry.domain.directory import Directory
from services.telemetry.domain.hearing import Hearing
from services.telemetry.service import TelemetryService
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases import show_history
from shared.errors import NotReady
from shared.model.registry import RegistryChanged
from shared.runtime.clock import VirtualClock
from shared.runtime.database import Database, Received
from shared.runtime.registry_copy import RegistryView
from tests.wire.telemetry.levels import NOW, inventory, level


def test_before_the_registry_has_spoken_nothing_is_refused_and_then_it_is_taken(on_sqlite: Database) -> None:
    service = TelemetryService()
    service.database, service.partitions, service.clock = on_sqlite, Partitions(), VirtualClock(NOW)
    service.directories, service.hearing = RegistryView(Directory), Hearing()
    batch = [Received("a", level(1000)), Received("b", level(2000, gauge=1))]
    with pytest.raises(NotReady):
        service.take_uplinks(batch)
    service.keep_registry([Received("c", RegistryChanged(revision=1, at=NOW, inventory=inventory()))])
    service.take_uplinks(batch)
    assert show_history.summary(on_sqlite) == {"observations": 2, "duplicates": 0, "quarantined": 0, "rejected": {}}
