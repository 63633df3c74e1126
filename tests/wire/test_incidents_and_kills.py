"""Incidents escalate while notifiers are killed; ``make soak`` does the same at its full size."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.wire import run_incidents
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

pytestmark = pytest.mark.slow


def test_kills_of_the_notifier_repeat_nothing_and_lose_nothing_that_is_not_shown(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    found = run_incidents.run((rabbitmq, postgresql), tmp_path, incidents=20, kills=3, chance=chance)
    assert found.is_good(), repr(found)
    assert found.kills == 3
