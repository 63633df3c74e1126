"""The language through the use-cases and their tables: windows, levels, several points, giving way to another rule.

Every step begins with an empty memory, as after a restart or in another process: what counts is in the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.tables import SAMPLE, TRANSITION
from services.rules_engine.use_cases.act_on_due import act_on_due
from services.rules_engine.use_cases.take_observations import take_observations
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared import bus
from shared.model.alerts import AlertChanged
from shared.model.message import decode
from shared.model.observations import Observation, Observations
from shared.model.registry import Area, Inventory, Kind, Point, Property, Text
from shared.runtime.database import Database, Received
from shared.runtime.leases import AllHeld
from shared.runtime.message_store import MessageStore

START = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
WORDS = Text("Hauteur", "Level")
LEVEL = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND = Kind(
    id="water-level", title=WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": LEVEL}
)
POINTS = tuple(
    Point(
        id=name, title=name.title(), kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6,
        areas=("vallee",),
    )
    for name in ("amont", "milieu", "aval")
)  # fmt: skip
CITY = Inventory(kinds=(KIND,), points=POINTS, areas=(Area(id="vallee", title=Text("Vallée", "Valley"), geometry={}),))
HELD = AllHeld(bus.PARTITIONS).held()


class City:
    """The engine's tables with rules; time goes by in steps of five minutes."""

    def __init__(self, database: Database, rules: str) -> None:
        self.database = database
        self.book: RuleBook = open_book({"rules.yaml": rules}, CITY)
        assert self.book.problems == ()
        self.now = START
        take_up_rules(database, Memory(), self.book, HELD, self.now)

    def observe(self, **values: float) -> None:
        """Observations at this moment, and all that is due by then."""
        observations = tuple(
            Observation(point=name, property="level", time=self.now, value=value, unit="m", trace=name)
            for name, value in values.items()
        )
        message = Observations(partition=0, observations=observations)
        take_observations(self.database, Memory(), self.book, [Received(f"{self.now}", message)], HELD, self.now)
        self.tick()

    def tick(self) -> None:
        while (due := act_on_due(self.database, Memory(), self.book, HELD, self.now)) is not None and due <= self.now:
            pass

    def wait(self, minutes: int) -> None:
        """Let time go by, minute by minute."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.tick()

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Rule, subject and what became of it, in order."""
        query = select(TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind).order_by(TRANSITION.c.at)
        with self.database.transaction() as transaction:
            return [(rule, point, kind.split("@")[0]) for rule, point, kind in transaction.connection.execute(query)]

    @property
    def messages(self) -> Iterator[AlertChanged]:
        """What the notifier is told, in order."""
        rows = MessageStore(self.database).unsent(1000)
        return (decode(row.body, AlertChanged) for row in rows if row.event == bus.ALERT_CHANGED.name)


RULE = """
- id: {id}
  title: "Crue"
  owner: gemapi
  {select}
  {rest}
"""
THEN = 'severity: red\n  then: [{notify: {team: gemapi, message: "{point} : {members} {count}/{total}"}}]'
ALONE = 'severity: red\n  then: [{notify: {team: gemapi, message: "{point} : {level}"}}]'


def rule(identifier: str, rest: str, select: str = "for_each: {kind: water-level}") -> str:
    return RULE.format(id=identifier, select=select, rest=rest)


@pytest.fixture
def city(database_of: Callable[[str], Database]) -> Callable[..., City]:
    return lambda *rules: City(database_of("rules_engine"), "".join(rules))


def test_a_window_survives_a_restart_between_any_two_observations(city: Callable[..., City]) -> None:
    made = city(rule("rise", f"when: {{above: [{{delta_over: [level, 60 min]}}, 0.3 m]}}\n  {ALONE}"))
    for level in (1.0, 1.1, 1.2, 1.25, 1.3, 1.41):
        made.observe(amont=level)
        made.wait(15)
    assert made.told == [("rise", "amont", "fired")]


def test_samples_are_dropped_once_no_window_reads_them(city: Callable[..., City]) -> None:
    made = city(rule("mean", f"when: {{above: [{{avg_over: [level, 60 min]}}, 3 m]}}\n  {ALONE}"))
    for _ in range(40):
        made.observe(amont=1.0)
        made.wait(15)
    with made.database.transaction() as transaction:
        count = transaction.connection.scalar(select(func.count()).select_from(SAMPLE))
    assert count is not None
    assert 5 <= count <= 10


def test_levels_are_one_alert_that_worsens_and_eases(city: Callable[..., City]) -> None:
    levels = """levels:
    - {severity: yellow, when: {at_least: [level, 2 m]}, then: [{notify: {team: hydro, message: "{point} : {level}"}}]}
    - {severity: red, when: {at_least: [level, 3 m]}, then: [{notify: {team: gemapi, message: "{point} : {level}"}}]}"""
    made = city(rule("crue", levels))
    for level in (1.0, 2.1, 3.1, 2.2, 1.0):
        made.observe(amont=level)
        made.wait(15)
    assert [kind for _, _, kind in made.told] == ["fired", "worsened", "eased", "resolved"]
    messages = list(made.messages)
    assert [(each.severity, each.was) for each in messages] == [
        ("yellow", None),
        ("red", "yellow"),
        ("yellow", "red"),
        ("yellow", None),
    ]
    assert len({each.alert for each in messages}) == 1
    assert [[request.team for request in each.notify] for each in messages] == [
        ["hydro"],
        ["gemapi"],
        ["gemapi"],
        ["hydro"],
    ]
    assert messages[2].notify[0].message == "Amont : revenu au niveau jaune (2,20 m)."


def test_several_points_are_decided_once_when_the_instant_is_over(city: Callable[..., City]) -> None:
    across = "across: {kind: water-level, by: area}"
    made = city(rule("valley", f"when: {{at_least: [{{how_many: {{at_least: [level, 2 m]}}}}, 2]}}\n  {THEN}", across))
    made.observe(amont=2.5, milieu=1.0, aval=1.0)
    made.wait(15)
    made.observe(amont=2.5, milieu=2.5, aval=1.0)
    made.wait(15)
    made.observe(amont=1.0, milieu=2.5, aval=1.0)
    assert made.told == [("valley", "area:vallee", "fired"), ("valley", "area:vallee", "resolved")]
    first = next(made.messages)
    assert (first.point_title, first.points, first.notify[0].message) == (
        "Vallée",
        ("amont", "milieu"),
        "Vallée : Amont, Milieu 2/3",
    )


def test_a_rule_that_gives_way_waits_for_the_group_rule_to_speak(city: Callable[..., City]) -> None:
    silent = "when: {absent_for: [level, 30 min]}\n  unless: network\n  " + ALONE
    network = f"when: {{above: [{{share_of: {{absent_for: [level, 30 min]}}}}, 50 %]}}\n  {THEN}"
    made = city(rule("silent", silent), rule("network", network, "across: {kind: water-level}"))
    made.observe(amont=1.0, milieu=1.0, aval=1.0)
    made.wait(31)
    assert made.told == [("network", "rule:network", "fired")]


def test_one_silent_sensor_among_others_is_told_after_a_minute(city: Callable[..., City]) -> None:
    silent = "when: {absent_for: [level, 30 min]}\n  unless: network\n  " + ALONE
    network = f"when: {{above: [{{share_of: {{absent_for: [level, 30 min]}}}}, 50 %]}}\n  {THEN}"
    made = city(rule("silent", silent), rule("network", network, "across: {kind: water-level}"))
    made.observe(amont=1.0, milieu=1.0, aval=1.0)
    made.wait(20)
    made.observe(milieu=1.0, aval=1.0)
    made.wait(10)
    assert made.told == []
    made.wait(1)
    assert made.told == [("silent", "amont", "fired")]


def test_a_sensor_that_never_spoke_is_silent_since_the_rule_watches(city: Callable[..., City]) -> None:
    made = city(rule("silent", f"when: {{absent_for: [level, 30 min]}}\n  {ALONE}"))
    made.wait(29)
    assert made.told == []
    made.wait(1)
    assert sorted(made.told) == [("silent", name, "fired") for name in ("amont", "aval", "milieu")]
