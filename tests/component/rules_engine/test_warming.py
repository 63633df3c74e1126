"""A rule that is new reads the past which telemetry has, before it decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select

from services.rules_engine.domain.warming import ASK_AGAIN, PATIENCE
from services.rules_engine.storage.tables import SAMPLE
from shared import bus
from shared.model.history import HistoryRequested, SeriesWanted
from shared.model.message import decode
from shared.model.observations import Observation, Observations
from shared.runtime.database import Database
from shared.runtime.message_tables import OUTBOX
from tests.component.rules_engine.river import START, Engine, rule

NEAR = rule("near", "when: {above: [level, 9]}")
EMPTY_DAY = NEAR + rule("empty-day", "when: {at_most: [{sum_over: [level, 24 h, 0 %]}, 10]}")
HOUR = timedelta(hours=1)


def asked(database: Database) -> list[SeriesWanted]:
    """What telemetry was asked for so far."""
    query = select(OUTBOX.c.body).where(OUTBOX.c.event == bus.HISTORY_REQUESTED.name).order_by(OUTBOX.c.id)
    with database.transaction() as transaction:
        bodies = transaction.connection.scalars(query).all()
    return [series for body in bodies for series in decode(body, HistoryRequested).wanted]


def past(engine: Engine, values: Sequence[float]) -> tuple[Observation, ...]:
    """Hourly levels at milieu, the last an hour ago."""
    return tuple(
        Observation(
            point="milieu", property="level", time=engine.now - (len(values) - index) * HOUR, value=value, unit="m",
            late=True,
        )
        for index, value in enumerate(values)
    )  # fmt: skip


def of_milieu(engine: Engine) -> tuple[SeriesWanted, ...]:
    """The newest wish for its levels."""
    return tuple(series for series in asked(engine.database) if series.point == "milieu")[-1:]


def on_empty_day(engine: Engine) -> list[str]:
    return [kind for name, point, kind in engine.told() if (name, point) == ("empty-day", "milieu")]


def newly_applied(database: Database) -> Engine:
    """A city that runs with one rule for a while, until another is applied which reads a day."""
    engine = Engine(database, NEAR)
    engine.observe({"milieu": 1.0})
    engine.now += timedelta(minutes=15)
    assert asked(database) == []
    engine.take_up(EMPTY_DAY)
    return engine


def test_a_new_rule_asks_for_the_past_and_decides_when_it_has_come(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    engine = newly_applied(database)
    wanted = {series.point: series for series in asked(database)}
    assert set(wanted) == {"amont", "milieu", "aval"}
    assert wanted["milieu"].since == engine.now - timedelta(days=1)

    engine.observe({"milieu": 1.0})
    engine.tick()
    assert on_empty_day(engine) == []

    engine.receive(Observations(partition=0, observations=past(engine, [3.0] * 5), complete=of_milieu(engine)))
    engine.tick()
    assert on_empty_day(engine) == []

    engine.now += 23 * HOUR
    engine.observe({"milieu": 1.0})
    assert on_empty_day(engine) == ["fired"]


def test_a_past_that_says_so_raises_the_alert(database_of: Callable[[str], Database]) -> None:
    engine = newly_applied(database_of("rules_engine"))
    engine.receive(Observations(partition=0, observations=past(engine, [1.0] * 5), complete=of_milieu(engine)))
    engine.tick()
    assert on_empty_day(engine) == ["fired"]


def test_the_answer_to_an_earlier_and_smaller_wish_ends_no_wait(database_of: Callable[[str], Database]) -> None:
    engine = newly_applied(database_of("rules_engine"))
    smaller = of_milieu(engine)
    engine.now += timedelta(seconds=1)
    engine.take_up(EMPTY_DAY.replace("24 h", "48 h"))
    engine.receive(Observations(partition=0, observations=past(engine, [1.0] * 5), complete=smaller))
    engine.tick()
    assert on_empty_day(engine) == []
    engine.receive(Observations(partition=0, observations=(), complete=of_milieu(engine)))
    engine.tick()
    assert on_empty_day(engine) == ["fired"]


def test_nobody_waits_for_ever(database_of: Callable[[str], Database]) -> None:
    engine = newly_applied(database_of("rules_engine"))
    engine.observe({"milieu": 1.0})
    engine.now += PATIENCE
    engine.tick()
    assert on_empty_day(engine) == ["fired"]


def test_a_past_that_never_came_is_asked_for_again_at_the_next_start(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    before = newly_applied(database)
    before.now += PATIENCE + ASK_AGAIN
    engine = Engine(database, EMPTY_DAY, now=before.now)
    assert len(asked(database)) == 6
    engine.observe({"milieu": 1.0})
    engine.receive(Observations(partition=0, observations=past(engine, [3.0] * 5), complete=of_milieu(engine)))
    assert on_empty_day(engine) == ["fired", "resolved"]
    Engine(database, EMPTY_DAY, now=before.now + ASK_AGAIN)
    assert {series.point for series in asked(database)[6:]} == {"amont", "aval"}


def test_waiting_survives_a_restart(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    before = newly_applied(database)
    engine = Engine(database, EMPTY_DAY, now=before.now + timedelta(seconds=5))
    engine.observe({"milieu": 1.0})
    engine.tick()
    assert on_empty_day(engine) == []
    assert len(asked(database)) == 3, "a restart asks again"


def test_a_rule_that_fires_is_not_held_up_by_one_that_reads_further(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    engine = Engine(database, NEAR)
    engine.take_up(EMPTY_DAY)
    engine.observe({"milieu": 9.5})
    assert [told for told in engine.told() if told[0] == "near"] == [("near", "milieu", "fired")]


def test_what_no_rule_reads_so_far_back_any_more_is_asked_for_again(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    engine = newly_applied(database)
    engine.take_up(NEAR)
    engine.take_up(EMPTY_DAY)
    assert len(asked(database)) == 6


def test_the_past_comes_once_however_often_it_comes(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    engine = newly_applied(database)
    for _ in range(2):
        engine.receive(Observations(partition=0, observations=past(engine, [3.0] * 5), complete=of_milieu(engine)))
    with database.transaction() as transaction:
        times = transaction.connection.scalars(select(SAMPLE.c.time).where(SAMPLE.c.point == "milieu")).all()
    assert len(times) == len(set(times)) == 6
    assert min(times) == START + timedelta(minutes=15) - 5 * HOUR
