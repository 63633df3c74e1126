"""A message that no handler can take harms nobody else; kills alone make no message look like one.

``make soak`` has fifty kills among ten thousand messages.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pytest

from tests.wire import run_poison
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

GOOD: Final = 3_000
KILLED: Final = ("rules_engine-0", "telemetry-0", "rules_engine-0")
SEED: Final = 4


@pytest.mark.slow
def test_one_bad_message_among_thousands_is_parked_once_and_no_kill_makes_a_dead_letter(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    found = run_poison.run((rabbitmq, postgresql), tmp_path, GOOD, KILLED, chance)
    assert found.good == GOOD
    assert found.is_good(), found
