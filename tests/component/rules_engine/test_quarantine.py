"""A rule that raises is set aside, and it alone: its owner is told, and all other rules go on.

What raises is real: a point in a time zone that this machine doesn't know. Only rules that count in civil days, or that
tell a time of day, ask for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import select

from services.rules_engine.domain.quarantine import RULE
from services.rules_engine.storage.tables import ALERT_STATE, QUARANTINED_RULE
from services.rules_engine.use_cases.release_rules import release
from services.rules_engine.use_cases.show_alerts import rules
from shared import bus
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotFound
from shared.model.alerts import AlertChanged
from shared.model.message import decode
from shared.model.registry import Group, Inventory
from shared.runtime.database import Database
from shared.runtime.message_tables import OUTBOX
from tests.component.rules_engine.river import CITY, WORDS, Engine, rule


def strange(*names: str) -> Inventory:
    """The valley, with some of its stations where no clock is known."""
    points = tuple(
        structs.replace(point, zone="Europe/Atlantis") if point.id in names else point for point in CITY.points
    )
    quay = Group(id="quai", title=WORDS, directorate="gemapi", points=("amont",))
    return structs.replace(CITY, points=points, groups=(quay,))


STRANGE = strange("aval")
DAILY = rule("daily", "when: {at_least: [{max_over: [level, 1 d, 0 %]}, 2 m]}")
SIMPLE = rule("simple", "when: {at_least: [level, 2 m]}")
TIMED = SIMPLE.replace("simple", "timed").replace('"{point}"', '"{point} {time}"')
EVERYWHERE = {"amont": 2.5, "milieu": 2.6, "aval": 2.7}


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


def told(database: Database) -> list[AlertChanged]:
    """What the engine said of rules that it set aside."""
    query = select(OUTBOX.c.body).where(OUTBOX.c.event == bus.ALERT_CHANGED.name).order_by(OUTBOX.c.id)
    with database.transaction() as transaction:
        alerts = [decode(body, AlertChanged) for body in transaction.connection.scalars(query)]
    return [alert for alert in alerts if alert.rule == RULE]


def quarantined(database: Database) -> list[str]:
    with database.transaction() as transaction:
        standing = select(QUARANTINED_RULE.c.rule).where(QUARANTINED_RULE.c.let_go_by.is_(None))
        return list(transaction.connection.scalars(standing))


def due(database: Database) -> int:
    with database.transaction() as transaction:
        rows = transaction.connection.execute(select(ALERT_STATE).where(ALERT_STATE.c.due_at.is_not(None)))
        return len(rows.all())


def engine_of(database: Database, rules: str) -> Engine:
    return Engine(database, rules, city=STRANGE)


def test_all_other_rules_decide_on_the_same_observation(database: Database) -> None:
    engine = engine_of(database, DAILY + SIMPLE)
    engine.observe(EVERYWHERE)
    simple = [("simple", point, "fired") for point in ("amont", "aval", "milieu")]
    assert [item for item in engine.told() if item[0] == "simple"] == simple
    assert quarantined(database) == ["daily"]


def test_its_teams_are_told_once_in_words_that_say_what_and_since_when(database: Database) -> None:
    engine = engine_of(database, DAILY)
    for level in (2.5, 2.6, 2.7):
        engine.observe({"aval": level})
        engine.wait(5)
    (alert,) = told(database)
    assert (alert.point, alert.owner, alert.severity) == ("daily", "gemapi", "orange")
    (request,) = alert.notify
    assert request.team == "gemapi"
    assert request.message.startswith(
        "La règle « Crue » est mise à l'écart depuis le 10/01 13:00 : ZoneInfoNotFoundError: "
    )
    assert request.message.endswith("Les autres règles continuent.")


def test_a_rule_that_tells_nobody_is_told_to_its_directorate(database: Database) -> None:
    lamps = "{light: {group: quai, level: 50 %, reason: r, at_most: 2 h}}"
    silent = DAILY.replace('{notify: {team: gemapi, message: "{point}"}}', lamps)
    engine = engine_of(database, silent)
    engine.observe({"aval": 2.5})
    assert [request.team for alert in told(database) for request in alert.notify] == ["gemapi"]


def test_it_is_shown_with_its_error_and_where(database: Database) -> None:
    engine = engine_of(database, DAILY + SIMPLE)
    engine.observe(EVERYWHERE)
    daily, simple = rules(database, engine.book)
    assert simple["quarantined"] is None
    shown = daily["quarantined"]
    assert (shown["since"], shown["subject"], shown["trace"], shown["times"]) == (engine.now, "aval", "aval", 1)
    assert "Atlantis" in shown["error"]
    assert "(services.rules_engine.domain.spans:" in shown["error"]


def test_what_fires_is_held_and_nothing_of_it_is_due(database: Database) -> None:
    engine = engine_of(database, DAILY + SIMPLE)
    engine.observe({"amont": 2.5})
    engine.observe({"aval": 2.5})
    assert due(database)
    engine.tick()
    engine.observe({"amont": 0.5})
    for _ in range(3):
        engine.wait(60)
    assert [item for item in engine.told() if item[0] == "daily"] == [("daily", "amont", "fired")]
    engine.take_up(DAILY)
    assert due(database) == 0


def test_what_was_about_to_fire_begins_again_since_nobody_saw_whether_it_held(database: Database) -> None:
    slow = TIMED.replace("when:", "for: 30 min\n  when:")
    engine = engine_of(database, slow)
    engine.observe({"aval": 2.5})
    engine.wait(20)
    engine.observe({"amont": 2.5})
    engine.wait(15)
    assert quarantined(database) == ["timed"]
    engine.observe({"amont": 0.5})
    engine.wait(5)
    engine.observe({"amont": 2.5, "aval": 0.5})
    engine.take_up(slow.replace(" {time}", ""))
    engine.tick()
    engine.wait(29)
    assert engine.told() == []
    engine.wait(1)
    assert engine.told() == [("timed", "amont", "fired")]


def test_an_edit_of_what_it_says_takes_it_out_and_decides_at_once(database: Database) -> None:
    engine = engine_of(database, TIMED)
    engine.observe({"amont": 2.5})
    engine.observe({"aval": 2.5})
    engine.tick()
    assert quarantined(database) == ["timed"]
    engine.now += timedelta(minutes=5)
    engine.take_up(TIMED.replace(" {time}", ""))
    engine.tick()
    assert quarantined(database) == []
    assert engine.told() == [("timed", "amont", "fired"), ("timed", "aval", "fired")]
    assert [(alert.status.value, alert.resolution) for alert in told(database)] == [
        ("firing", None),
        ("resolved", "rule-changed"),
    ]
    assert len({alert.alert for alert in told(database)}) == 1


def test_an_alert_that_fires_goes_on_through_the_edit_that_mends_its_rule(database: Database) -> None:
    engine = engine_of(database, TIMED)
    engine.observe({"amont": 2.5})
    engine.observe({"aval": 2.5})
    engine.tick()
    engine.take_up(TIMED.replace(" {time}", ""))
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 0.5})
    assert [item for item in engine.told() if item[1] == "amont"] == [
        ("timed", "amont", "fired"),
        ("timed", "amont", "resolved"),
    ]


def test_a_rule_that_is_gone_is_told_no_more_and_one_that_is_misspelt_is(database: Database) -> None:
    engine = engine_of(database, DAILY + SIMPLE)
    engine.observe({"aval": 2.5})
    engine.take_up(DAILY.replace("when:", "wenn:") + SIMPLE)
    assert quarantined(database) == ["daily"]
    engine.take_up(SIMPLE)
    assert quarantined(database) == []
    assert [alert.resolution for alert in told(database)] == [None, "rule-removed"]


def test_it_is_released_by_hand_and_set_aside_again_if_it_raises_again(database: Database) -> None:
    engine = engine_of(database, DAILY)
    engine.observe({"amont": 2.5})
    engine.observe({"aval": 2.5})
    engine.tick()
    engine.now += timedelta(minutes=5)
    release(database, engine.book, "daily", SYSTEM, engine.now)
    assert quarantined(database) == []
    engine.tick()
    assert quarantined(database) == ["daily"]
    assert [(alert.status.value, alert.resolution) for alert in told(database)] == [
        ("firing", None),
        ("resolved", "rule-released"),
        ("firing", None),
    ]


def test_only_who_may_releases_and_only_what_is_set_aside(database: Database) -> None:
    engine = engine_of(database, DAILY + SIMPLE)
    engine.observe({"aval": 2.5})
    with pytest.raises(Forbidden):
        release(database, engine.book, "daily", Actor("operator:x", "dechets"), engine.now)
    with pytest.raises(NotFound):
        release(database, engine.book, "simple", SYSTEM, engine.now)


def test_another_replica_leaves_it_alone_too(database: Database) -> None:
    stations, other = engine_of(database, DAILY), engine_of(database, DAILY)
    stations.observe({"aval": 2.5})
    other.observe({"aval": 2.6, "amont": 2.6})
    assert other.told() == []
    assert len(told(database)) == 1
    assert rules(database, other.book)[0]["quarantined"]["times"] == 1


MENDED = DAILY.replace("[level, 1 d, 0 %]", "[level, 3 h, 0 %]")


def test_a_replica_that_goes_by_the_older_book_for_a_moment_tells_nobody_again(database: Database) -> None:
    one, late = engine_of(database, DAILY), engine_of(database, DAILY)
    one.observe({"aval": 2.5})
    one.take_up(MENDED)
    late.observe({"aval": 2.6})
    late.tick()
    assert [alert.status.value for alert in told(database)] == ["firing", "resolved"]
    late.take_up(MENDED)
    late.tick()
    assert [alert.status.value for alert in told(database)] == ["firing", "resolved"]
    assert ("daily", "aval", "fired") in late.told()


def test_an_edition_that_comes_back_is_another_try_and_told_of_anew(database: Database) -> None:
    engine = engine_of(database, DAILY)
    engine.observe({"aval": 2.5})
    engine.now += timedelta(minutes=5)
    engine.take_up(MENDED)
    engine.now += timedelta(minutes=5)
    engine.take_up(DAILY)
    # It reads further back again, and waits for that.
    engine.wait(2)
    assert quarantined(database) == ["daily"]
    assert [alert.status.value for alert in told(database)] == ["firing", "resolved", "firing"]
    assert rules(database, engine.book)[0]["quarantined"]["since"] == engine.now


def test_a_group_rule_that_raises_does_not_spin(database: Database) -> None:
    valley = rule(
        "valley",
        "when: {at_least: [{how_many: {at_least: [{max_over: [level, 1 d, 0 %]}, 2 m]}}, 2]}",
        "across: {kind: water-level, by: area}",
    )
    engine = engine_of(database, valley + SIMPLE)
    engine.observe(EVERYWHERE)
    engine.tick()
    assert quarantined(database) == ["valley"]
    engine.observe({"amont": 2.6})
    engine.tick()
    assert ("simple", "amont", "fired") in engine.told()
