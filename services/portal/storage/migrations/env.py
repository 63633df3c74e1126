"""Alembic's way in; what it does is the same for every service."""

from services.portal.storage.tables import METADATA
from shared.runtime.migrating import run

run(METADATA)
