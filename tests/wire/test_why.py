"""Why and why not are read from PostgreSQL, too: by the beginning of an alert's id, and how it stood at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from services.rules_engine.domain.sample import Seen
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.past import Past
from services.rules_engine.use_cases.why import why
from services.rules_engine.use_cases.why_not import why_not
from shared import bus
from shared.runtime.database import Database, open_postgresql
from shared.runtime.migrating import upgrade
from tests.component.rules_engine.river import START, Engine, rule
from tests.wire.servers.postgresql import PostgreSQL

HIGH = rule("crue", "when: {at_least: [level, 2 m]}")


def nothing_before(_point: str, _name: str, _since: datetime, _until: datetime, _limit: int) -> Sequence[Seen]:
    """Telemetry of a city that has just begun."""
    return ()


PAST = Past(nothing_before, lambda: None)


@pytest.fixture
def database(postgresql: PostgreSQL, database: str) -> Iterator[Database]:
    made = open_postgresql(postgresql.url(database), bus.RULES_ENGINE)
    upgrade(made, "services.rules_engine.storage", bus.RULES_ENGINE)
    yield made
    made.engine.dispose()


def test_an_alert_is_found_and_what_decided_it_is_kept(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5, "aval": 1.5})
    engine.wait(15)
    engine.observe({"amont": 1.5})
    found = why(database, engine.book, "crue", "amont", engine.now, PAST)
    assert why(database, engine.book, found.alert[:6], None, engine.now, PAST) == found
    assert [(each.kind.value, each.comparisons[0].said.fr) for each in found.happened] == [
        ("fired", "La hauteur (2,50 m) atteint au moins 2 m : vrai."),
        ("resolved", "La hauteur (1,50 m) atteint au moins 2 m : faux."),
    ]
    assert why_not(database, engine.book, "crue", "aval", engine.now, PAST).reasons[0].value == "below"


def test_how_an_alert_stood_is_known_for_every_moment(database: Database) -> None:
    engine = Engine(database, HIGH)
    for level in (2.5, 1.5, 2.6):
        engine.observe({"amont": level})
        engine.wait(15)
    key = ("crue", "amont")
    with database.transaction() as transaction:
        stood = [States(transaction).fired_at(key, START + timedelta(minutes=minute)) for minute in (-1, 5, 20, 35)]
    assert stood == [None, START, None, START + timedelta(minutes=30)]
