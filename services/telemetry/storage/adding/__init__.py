"""How observations are stored each once, also by two replicas that got the same ones at the same moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection

from services.telemetry.domain.comparing import Key
from services.telemetry.storage.adding import postgresql, sqlite
from shared.model.observations import Observation


class Adding(Protocol):
    """One way for each database."""

    def __call__(
        self, connection: Connection, observations: Mapping[Key, Observation], received_at: datetime
    ) -> dict[Key, float]:
        """Store those for whose key nothing is there, and keep the latest value of each series.

        Returns:
            The stored values of the other keys, whoever stored them.
        """


ADDING: Final[Mapping[str, Adding]] = {"postgresql": postgresql.add, "sqlite": sqlite.add}
"""By name of SQLAlchemy's dialect."""
