"""What becomes of alerts when rules or points change while they fire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from services.rules_engine import service as service_module
from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.service import RulesEngineService
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import TRANSITION
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.errors import LeaseLost, NotReady
from shared.model.observations import Observation, Observations
from shared.model.registry import Inventory, Kind, Point, Property, Text
from shared.runtime.database import Database, Received
from shared.runtime.leases import AllHeld

NOW = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
WORDS = Text("Hauteur", "Level")
LEVEL = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND = Kind(
    id="water-level", title=WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": LEVEL}
)
POINT = Point(id="gauge", title="Pont-Neuf", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6)
CITY = Inventory(kinds=(KIND,), points=(POINT,))
RULE = """
- id: {id}
  title: "{title}"
  owner: gemapi
  for_each: {{kind: water-level}}
  when: {{above: [level, {threshold}]}}
  when_unknown: {unknown}
  severity: red
  then:
    - notify: {{team: gemapi-astreinte, message: "{{point}} : {{level}}"}}
"""


def book(
    *,
    identifier: str = "flood",
    title: str = "Crue",
    threshold: str = "2.0 m",
    unknown: str = "hold",
    city: Inventory = CITY,
) -> RuleBook:
    text = RULE.format(id=identifier, title=title, threshold=threshold, unknown=unknown)
    found = open_book({"rules.yaml": text}, city)
    assert found.problems == ()
    return found


# Every step begins with an empty memory, as after a restart: what counts is in the tables.
HELD = AllHeld(bus.PARTITIONS).held()


def observed(value: float, at: datetime = NOW) -> Received[Observations]:
    observation = Observation(point="gauge", property="level", time=at, value=value, unit="m", trace="t")
    return Received(f"{at}", Observations(partition=0, observations=(observation,)))


def transitions(database: Database) -> list[tuple[str, str, str | None]]:
    query = select(TRANSITION.c.rule, TRANSITION.c.kind, TRANSITION.c.resolution).order_by(
        TRANSITION.c.at, TRANSITION.c.kind
    )
    with database.transaction() as transaction:
        return [tuple(row) for row in transaction.connection.execute(query)]


@pytest.fixture
def firing(database_of: Callable[[str], Database]) -> Database:
    database = database_of("rules_engine")
    take_observations(database, Memory(), book(), [observed(2.5)], HELD, NOW)
    assert transitions(database) == [("flood", "fired", None)]
    return database


def test_a_text_may_change_while_the_alert_fires_on(firing: Database) -> None:
    take_up_rules(firing, Memory(), book(title="Autre titre"), HELD, NOW + timedelta(minutes=1))
    assert transitions(firing) == [("flood", "fired", None)]


def test_a_rule_that_decides_otherwise_begins_anew(firing: Database) -> None:
    take_up_rules(firing, Memory(), book(threshold="3.0 m"), HELD, NOW + timedelta(minutes=1))
    assert transitions(firing) == [("flood", "fired", None), ("flood", "resolved", "rule-changed")]


def test_a_rule_that_is_gone_ends_its_alert(firing: Database) -> None:
    take_up_rules(firing, Memory(), open_book({}, CITY), HELD, NOW + timedelta(minutes=1))
    assert transitions(firing) == [("flood", "fired", None), ("flood", "resolved", "rule-removed")]


def test_a_point_that_is_gone_ends_its_alert(firing: Database) -> None:
    other = Point(id="other", title="Autre", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6)
    take_up_rules(
        firing, Memory(), book(city=Inventory(kinds=(KIND,), points=(other,))), HELD, NOW + timedelta(minutes=1)
    )
    assert transitions(firing) == [("flood", "fired", None), ("flood", "resolved", "point-removed")]


def test_a_slip_of_the_pen_in_a_file_ends_no_alert_and_its_correction_raises_none(firing: Database) -> None:
    broken = open_book({"rules.yaml": RULE.replace("  title", "\ttitle")}, CITY)
    assert not broken.is_complete
    take_up_rules(firing, Memory(), broken, HELD, NOW + timedelta(minutes=1))
    assert act_on_due(firing, Memory(), broken, HELD, NOW + timedelta(minutes=2)) is None
    take_up_rules(firing, Memory(), book(), HELD, NOW + timedelta(minutes=3))
    assert transitions(firing) == [("flood", "fired", None)]
    later = NOW + timedelta(minutes=15)
    take_observations(firing, Memory(), book(), [observed(1.0, later)], HELD, later)
    assert transitions(firing)[-1] == ("flood", "resolved", "condition-cleared")


def test_a_new_rule_decides_at_once_on_what_is_known(firing: Database) -> None:
    two = open_book({"a.yaml": RULE.format(id="other", title="x", threshold="1.0 m", unknown="hold")}, CITY)
    take_up_rules(firing, Memory(), two, HELD, NOW + timedelta(minutes=1))
    assert ("other", "fired", None) in transitions(firing)


def test_a_sensor_that_never_spoke_alerts_where_the_rule_says_so(database_of: Callable[[str], Database]) -> None:
    database = database_of("rules_engine")
    take_up_rules(database, Memory(), book(unknown="hold"), HELD, NOW)
    assert transitions(database) == []
    take_up_rules(database, Memory(), book(identifier="silent", unknown="alert"), HELD, NOW)
    assert transitions(database) == [("silent", "fired", None)]


def test_a_message_that_comes_twice_is_decided_once(firing: Database) -> None:
    take_observations(firing, Memory(), book(), [observed(2.5)], HELD, NOW)
    take_observations(firing, Memory(), book(), [observed(1.0, NOW - timedelta(minutes=15))], HELD, NOW)
    assert transitions(firing) == [("flood", "fired", None)]
    assert act_on_due(firing, Memory(), book(), HELD, NOW + timedelta(hours=2)) is None


def test_messages_wait_while_rules_can_not_be_taken_up(firing: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    service = RulesEngineService()
    service.database, service.leases, service.memory = firing, AllHeld(bus.PARTITIONS), Memory()
    service.backlog = SimpleNamespace(behind=lambda held: ())
    service.clock = SimpleNamespace(now=lambda: NOW + timedelta(minutes=1))
    service.books = SimpleNamespace(look_again=lambda: None, current=lambda database: (1, book()))
    message = observed(1.0, NOW + timedelta(minutes=1))

    def raises(error: Exception) -> None:
        def take_up(*_: object) -> None:
            raise error

        monkeypatch.setattr(service_module, "take_up_rules", take_up)

    raises(ValueError("of ours"))
    with pytest.raises(NotReady, match="ValueError"):
        service.take_observations([message])
    for known in (LeaseLost("x"), OperationalError("x", None, Exception())):
        raises(known)
        with pytest.raises(type(known)):
            service.take_observations([message])
    monkeypatch.undo()
    assert transitions(firing) == [("flood", "fired", None)]
    service.take_observations([message])
    assert transitions(firing)[-1] == ("flood", "resolved", "condition-cleared")
