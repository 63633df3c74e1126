"""The traffic under a replay clock, while processes are killed: for the tests and for ``tests.soak``."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.wire import traffic
from tests.wire.accounting import Account, account
from tests.wire.disturbing import Kill, kills
from tests.wire.expecting import Expected
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.test_trial import embedded
from tests.wire.trial import Doubles, trial

REPLICAS: Final = {"rules_engine": 2}
# Twilio's answer takes a while, so that a kill now and then falls between request and commit.
_TWILIO_TAKES_S: Final = 0.05

Plan = Mapping[datetime, Sequence[str]]


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        uplinks: how many were sent.
        kills: those that were done.
        account: how the result compares with that of an embedded city, which nobody disturbed.
    """

    uplinks: int
    kills: list[Kill]
    account: Account

    @property
    def notifier_kills(self) -> int:
        return sum(kill.service == "notifier" for kill in self.kills)

    def is_good(self) -> bool:
        """Whether nothing differs but what a kill of the notifier left in doubt."""
        return self.account.is_good(self.notifier_kills)


def expectation(folder: Path, stations: int, instants: int) -> tuple[Path, Expected]:
    """The rules folder of the traffic, and what an embedded city makes of it."""
    rules = traffic.write_rules(folder / "rules", stations, instants)
    return rules, Expected(embedded(rules, traffic.SCENARIO, folder / "embedded"), rules)


def run(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    wanted: tuple[Path, Expected],
    plan: Plan,
    chance: random.Random,
    told: Callable[[Kill], None] = lambda _kill: None,
) -> Outcome:
    """Play all of the traffic and kill by plan.

    Args:
        told: called after each kill, when the process in its place works.
    """
    rules, expected = wanted
    with (
        Doubles() as doubles,
        trial(servers, folder, rules, traffic.SCENARIO, settings=doubles.settings(), replicas=REPLICAS) as running,
    ):
        doubles.twilio.delay_s = _TWILIO_TAKES_S
        with kills(running, plan, chance, told) as killing:
            uplinks = running.play(killing.begin_those_of)
        running.city.timeline.settle()
        return Outcome(uplinks, killing.done, account(running.platform, doubles, expected))


def busy(expected: Expected) -> list[datetime]:
    """The moments at which alerts change."""
    return sorted({moment for _, _, _, moment in expected.transitions})
