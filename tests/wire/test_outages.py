"""Broker, database and a decider go away for a while: all wait, say so, and lose and repeat nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wire import run_outages
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

PER_SECOND: Final = 200
AWAY_S: Final = 4.0
# Longer than a lease lasts.
FROZEN_S: Final = 9.0


@pytest.mark.slow
def test_outages_of_broker_and_database_and_a_frozen_decider_lose_nothing_and_repeat_nothing(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    found = run_outages.run((rabbitmq, postgresql), tmp_path, PER_SECOND, AWAY_S, FROZEN_S)
    print(f"{found.observations} observations; take-over {found.take_over_s:.1f} s")  # noqa: T201 - with -s or -rP
    assert found.is_good(), repr(found)
