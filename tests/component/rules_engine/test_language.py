"""The language through the use-cases and their tables: windows, levels, several points, giving way to another rule.

Every step begins with an empty memory, as after a restart or in another process: what counts is in the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from services.rules_engine.domain.book import RuleBook, open_book
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.sample import Sample
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
    """The engine's tables with rules; time goes by as the test says."""

    def __init__(self, database: Database, rules: str) -> None:
        self.database = database
        self.book: RuleBook = open_book({"rules.yaml": rules}, CITY)
        assert self.book.problems == ()
        self.now, self.sent = START, 0
        take_up_rules(database, Memory(), self.book, HELD, self.now)

    def observe(self, **values: float) -> None:
        """Observations at this moment, and all that is due by then."""
        observations = tuple(
            Observation(point=name, property="level", time=self.now, value=value, unit="m", trace=name)
            for name, value in values.items()
        )
        message = Observations(partition=0, observations=observations)
        self.sent += 1
        take_observations(self.database, Memory(), self.book, [Received(f"{self.sent}", message)], HELD, self.now)
        self.tick()

    def tick(self) -> None:
        while (due := act_on_due(self.database, Memory(), self.book, HELD, self.now)) is not None and due <= self.now:
            pass

    def wait(self, minutes: int) -> None:
        """Let time go by, minute by minute."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.tick()

    def until(self, moment: datetime) -> None:
        """Let time go by to a moment, from one that is due to the next."""
        while (due := act_on_due(self.database, Memory(), self.book, HELD, self.now)) is not None and due < moment:
            self.now = max(self.now, due)
        self.now = moment

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Rule, subject and what became of it, in order."""
        query = select(TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind).order_by(TRANSITION.c.at)
        with self.database.transaction() as transaction:
            return [(rule, point, kind.split("@")[0]) for rule, point, kind in transaction.connection.execute(query)]

    @property
    def told_when(self) -> list[tuple[str, str, str, datetime]]:
        """The same, each with its event time."""
        query = select(TRANSITION.c.rule, TRANSITION.c.point, TRANSITION.c.kind, TRANSITION.c.at)
        with self.database.transaction() as transaction:
            rows = transaction.connection.execute(query).all()
        return [(rule, point, kind.split("@")[0], at) for rule, point, kind, at in rows]

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


def test_an_observation_that_is_corrected_stays_corrected(city: Callable[..., City]) -> None:
    """It was one metre, not nine: the mean that is decided on next knows, with a memory or without."""
    made = city(rule("mean", f"when: {{above: [{{avg_over: [level, 1 h, 20 %]}}, 3 m]}}\n  {ALONE}"))
    made.observe(amont=9.0, milieu=9.0)
    assert sorted(made.told) == [("mean", "amont", "fired"), ("mean", "milieu", "fired")]
    made.observe(amont=1.0)
    made.wait(15)
    made.observe(amont=1.0, milieu=1.0)
    assert ("mean", "amont", "resolved") in made.told
    assert ("mean", "milieu", "resolved") not in made.told


LOW, HIGH, HIGHEST = 1.0, 2.5, 3.5
SERIES: dict[str, list[float | None]] = {
    "amont": [LOW, HIGH, HIGH, LOW, HIGHEST, HIGHEST, LOW, *[None] * 6, HIGH, HIGH, LOW, LOW, HIGH],
    "milieu": [LOW, LOW, HIGH, HIGH, HIGH, LOW, LOW, LOW, HIGH, *[None] * 8, LOW],
    "aval": [None, LOW, LOW, HIGH, LOW, LOW, HIGH, HIGH, HIGH, HIGH, LOW, LOW, LOW, LOW, LOW, LOW, LOW, LOW],
}
OTHER = rule("other", f"when: {{above: [level, 3 m]}}\n  {ALONE}")
LEVELS = """levels:
    - {severity: yellow, when: {at_least: [level, 2 m]}, for: 20 min, then: [{notify: {team: a, message: "{level}"}}]}
    - {severity: red, when: {at_least: [level, 3 m]}, then: [{notify: {team: gemapi, message: "{level}"}}]}"""
ACROSS = "across: {kind: water-level, by: area}"


@pytest.mark.parametrize(
    ("rest", "select"),
    [
        pytest.param(
            f"when: {{above: [level, 2 m]}}\n  for: 2 times\n  until_for: 20 min\n  {ALONE}", None, id="holds"
        ),
        pytest.param(f"when: {{above: [level, 2 m]}}\n  when_unknown: resolve\n  {ALONE}", None, id="unknown"),
        pytest.param(f"when: {{above: [level, 2 m]}}\n  once_per: 2 h\n  {ALONE}", None, id="once in a period"),
        pytest.param(
            f'when: {{above: [level, 2 m]}}\n  active: {{time_between: ["13:30", "16:30"]}}\n  {ALONE}',
            None,
            id="hours",
        ),
        pytest.param(f"when: {{above: [level, 2 m]}}\n  unless: other\n  {ALONE}", None, id="giving way"),
        pytest.param(LEVELS, None, id="levels"),
        pytest.param(
            f"when: {{above: [{{max_over: [level, 1 h, 0 %]}}, 2 m]}}\n  every: 1 h\n  {ALONE}", None, id="periods"
        ),
        pytest.param(
            f"when: {{above: [level, 2 m]}}\n  every: 30 min\n  for: 2 times\n  unless: other\n  {ALONE}",
            None,
            id="periods that give way",
        ),
        pytest.param(f"when: {{absent_for: [level, 1 h]}}\n  for: 10 min\n  {ALONE}", None, id="silence"),
        pytest.param(
            f"when: {{at_least: [{{how_many: {{at_least: [level, 2 m]}}}}, 2]}}\n  for: 10 min\n  {THEN}",
            ACROSS,
            id="several",
        ),
        pytest.param(
            f"when: {{at_least: [{{share_of: {{absent_for: [level, 1 h]}}}}, 30 %]}}\n  unless: other\n  {THEN}",
            ACROSS,
            id="several silent",
        ),
    ],
)
def test_what_the_tables_tell_is_what_is_played(city: Callable[..., City], rest: str, select: str | None) -> None:
    """Each step of the tables begins with an empty memory; a play never stops."""
    made = city(rule("rule", rest, *([] if select is None else [select])), OTHER)
    times = [START + timedelta(minutes=15 * index) for index in range(18)]
    for index, time in enumerate(times):
        made.until(time)
        made.observe(**{name: value for name, values in SERIES.items() if (value := values[index]) is not None})
    made.until(times[-1] + timedelta(hours=3))
    seen = [
        Seen(name, "level", Sample(value, time))
        for name, values in SERIES.items()
        for time, value in zip(times, values, strict=True)
        if value is not None
    ]
    events = Play(made.book).run(seen, times[-1] + timedelta(hours=3), START)
    played = [(event.rule, event.subject, event.transition.kind.value, event.transition.at) for event in events]
    assert {rule for rule, _, _, _ in played} == {"rule", "other"}
    assert sorted(made.told_when) == sorted(each for each in played if each[2] != "renewed")
