"""Alembic's way in."""

from services.telemetry.storage.tables import METADATA
from shared.runtime.migrating import run

run(METADATA, ignored="observation_")
