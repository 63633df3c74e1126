"""The tables of the portal: so far those that every service has."""

from __future__ import annotations

from shared.runtime.message_tables import service_metadata

METADATA = service_metadata()
