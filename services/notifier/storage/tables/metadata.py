"""What all tables of the notifier belong to, with those that every service has."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from shared.runtime.lease_tables import add_lease_tables
from shared.runtime.message_tables import service_metadata

METADATA: Final[MetaData] = service_metadata()
add_lease_tables(METADATA)
