"""Revisions of the rules on PostgreSQL: replicas that start, apply and look at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.rules_engine.domain.applying import Wanted
from services.rules_engine.domain.judging import Question, Verdict, judge
from services.rules_engine.storage.rule_revisions import RuleRevisions
from services.rules_engine.use_cases.apply_rules import apply_rules
from shared import bus
from shared.actor import Actor
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import upgrade
from tests.component.rules_engine.test_apply_rules import NOW, Engine, files, rule, tell
from tests.wire.servers.postgresql import PostgreSQL


@pytest.fixture
def database(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    made = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(made, "services.rules_engine.storage", bus.RULES_ENGINE)
    tell(made)
    yield made
    made.engine.dispose()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives, all begun at the same moment; what went wrong is among it."""
    barrier, found = threading.Barrier(len(acts), timeout=10), list[Any](acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found[index] = act()
        except BaseException as fault:  # noqa: BLE001 - it is the test that looks at it
            found[index] = fault

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return found


def numbers(database: Database) -> list[int]:
    with database.transaction() as transaction:
        return [each.id for each in RuleRevisions(transaction).history(100)][::-1]


def test_replicas_that_start_at_once_make_one_first_revision(database: Database) -> None:
    replicas = [Engine(database, files(gemapi=rule(limit=f"{metres} m"))) for metres in (2, 3, 4, 5)]
    found = at_once(*(replica.limits for replica in replicas))
    assert numbers(database) == [1]
    assert all(each == found[0] for each in found), found
    assert [row[1] for row in replicas[0].audit()] == ["apply_rules"]


def test_replicas_that_apply_at_once_lose_nothing(database: Database) -> None:
    engine = Engine(database, files(gemapi=rule()))
    engine.limits()
    names = ("bruit", "dechets", "voirie")
    met = threading.Barrier(len(names), timeout=20)
    judged: list[str] = []

    def together(question: Question) -> Verdict:
        """All have read the same revision before any of them writes."""
        verdict = judge(question)
        if len(judged) < len(names):
            judged.append("")
            met.wait()
        return verdict

    def apply(name: str) -> Any:
        wanted = Wanted(files={f"{name}/rules.yaml": rule(name)}, folder=name, reason="r")
        return apply_rules(database, together, Actor(name), NOW, wanted).outcome

    assert at_once(*(lambda name=name: apply(name) for name in names)) == ["applied"] * len(names)
    assert numbers(database) == [1, 2, 3, 4]
    assert sorted(engine.limits()) == sorted((*names, "crue"))
