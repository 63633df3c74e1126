"""Processes die at random moments, and nothing shows of it but what is honestly in doubt."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from tests.wire import traffic
from tests.wire.accounting import account
from tests.wire.disturbing import kills
from tests.wire.expecting import Expected
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.test_trial import embedded
from tests.wire.trial import Doubles, trial

# The smallest traffic in which alerts fire and are resolved, and lamps come on and go off again.
STATIONS, INSTANTS = 18, 200
KILLED: Final = ("telemetry-0", "rules_engine-0", "notifier-0")
SEED: Final = 20220110
REPLICAS: Final = {"rules_engine": 2}


def _plan(expected: Expected, chance: random.Random) -> dict[datetime, Sequence[str]]:
    """One kill of each, at instants at which alerts change."""
    busy = sorted({moment for _, _, _, moment in expected.transitions})
    return {moment: [name] for moment, name in zip(chance.sample(busy, len(KILLED)), KILLED, strict=True)}


@pytest.mark.slow
def test_kills_of_a_taker_a_decider_and_a_teller_change_nothing_that_was_decided_or_told(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    rules = traffic.write_rules(tmp_path / "rules", STATIONS, INSTANTS)
    expected = Expected(embedded(rules, traffic.SCENARIO, tmp_path / "embedded"), rules)
    settings = (doubles := Doubles()).settings()
    with (
        doubles,
        trial(
            (rabbitmq, postgresql), tmp_path, rules, traffic.SCENARIO, settings=settings, replicas=REPLICAS
        ) as running,
    ):
        with kills(running, _plan(expected, chance), chance) as killing:
            assert running.play(killing.begin_those_of) == STATIONS * INSTANTS
        running.city.timeline.settle()
        found = account(running.platform, doubles, expected)
    for kill in killing.done:
        print(kill)  # noqa: T201 - figures to see with -s or -rP
    assert sorted(kill.name for kill in killing.done) == sorted(KILLED)
    assert found.is_good(killing.number("notifier")), found
