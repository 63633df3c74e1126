"""Processes die at random moments, and nothing shows of it but what is honestly in doubt."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pytest

from tests.wire import run_kills
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

# The smallest traffic in which alerts fire and are resolved, and lamps come on and go off again.
STATIONS, INSTANTS = 18, 100
KILLED: Final = ("telemetry-0", "rules_engine-0", "notifier-0")
SEED: Final = 20220110


@pytest.mark.slow
def test_kills_of_a_taker_a_decider_and_a_teller_change_nothing_that_was_decided_or_told(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    wanted = run_kills.expectation(tmp_path, STATIONS, INSTANTS)
    assert {kind for _, kind, _, _ in wanted[1].transitions} == {"fired", "resolved"}
    moments = chance.sample(run_kills.busy(wanted[1]), len(KILLED))
    plan = {moment: [name] for moment, name in zip(moments, KILLED, strict=True)}
    found = run_kills.run((rabbitmq, postgresql), tmp_path, wanted, plan, chance, print)
    assert found.uplinks == STATIONS * INSTANTS
    assert sorted(kill.name for kill in found.kills) == sorted(KILLED)
    assert found.is_good(), found.account
