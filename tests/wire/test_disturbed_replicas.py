"""Replicas of the rules engine come, go, die and sleep, and together decide what one alone decides."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.wire import run_replicas
from tests.wire.many_rules import Extent
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ

# The fewest rules among which each sort is.
EXTENT: Final = Extent(rules=22, points=200, instants=12)
PLAN: Final = {3: "kill", 5: "freeze", 7: "add", 9: "remove"}


@pytest.mark.slow
def test_replicas_that_die_sleep_come_and_go_decide_what_one_alone_decides(
    rabbitmq: RabbitMQ, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    servers = (rabbitmq, postgresql)
    alone = run_replicas.run(servers, tmp_path, EXTENT, 1)
    assert {row[1].partition("@")[0] for row in alone.transitions} == {"fired", "worsened", "eased", "resolved"}
    assert alone.differences(alone) == []

    shared = run_replicas.run(servers, tmp_path, EXTENT, 3, PLAN)
    assert [done.sort for done in shared.disturbances] == list(PLAN.values())
    assert all(done.parts for done in shared.disturbances)
    assert shared.differences(alone) == []
    assert shared.twice() == 0
