"""A rule is edited while its alert fires: what decides as before goes on, and what is told next is as written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from services.rules_engine.domain.book import open_book
from services.rules_engine.storage.tables import ALERT_STATE
from services.rules_engine.use_cases.take_up_rules import take_up_rules
from shared.model.alerts import AlertChanged
from shared.model.lighting import LightingRequested
from shared.model.message import decode
from shared.model.registry import Group, Text
from shared.runtime.database import Database
from shared.runtime.message_store import MessageStore
from tests.component.rules_engine.river import CITY, Engine

HEAD = (
    '- id: crue\n  title: "{title}"\n  owner: gemapi\n  criticality: {criticality}\n  for_each: {{kind: water-level}}\n'
)
PLAIN = (
    HEAD
    + """  when: {{above: [level, {limit}]}}
  when_unknown: {unknown}
  severity: {severity}
  then:
    - notify: {{team: {team}, message: "{message}"}}
{lights}"""
)
LIT = msgspec.structs.replace(
    CITY, groups=(Group(id="berges", title=Text("Berges", "Banks"), directorate="gemapi", points=("amont",)),)
)


def plain(**changed: Any) -> str:
    said: dict[str, Any] = {
        "title": "Crue", "criticality": "normal", "limit": "2 m", "severity": "red", "team": "gemapi",
        "message": "{point} : {level}", "lights": "", "unknown": "hold",
    }  # fmt: skip
    return PLAIN.format(**{**said, **changed})


def light(percent: int) -> str:
    return f"    - light: {{group: berges, level: {percent} %, reason: crue, at_most: 4 h}}\n"


def level(severity: str, limit: str, more: str = "", lights: str = "") -> str:
    return (
        f"    - severity: {severity}\n      when: {{above: [level, {limit}]}}\n{more}"
        f'      then: [{{notify: {{team: equipe-{severity}, message: "{severity}"}}}}{lights}]\n'
    )


def ladder(*levels: str, more: str = "") -> str:
    return HEAD.format(title="Crue", criticality="normal") + more + "  levels:\n" + "".join(levels)


YELLOW, ORANGE, RED = level("yellow", "1 m"), level("orange", "2 m"), level("red", "3 m")


class Played(Engine):
    """An engine, and what it told others since it was asked last."""

    _seen = 0

    def take_up(self, rules: str) -> None:
        self.book = open_book({"rules.yaml": rules}, LIT)
        take_up_rules(self.database, self._memory, self.book, self.held, self.now)

    def messages(self) -> list[Any]:
        rows = MessageStore(self.database).unsent(1000)[self._seen :]
        self._seen += len(rows)
        shapes = {"alert_changed": AlertChanged, "lighting_requested": LightingRequested}
        return [decode(row.body, shapes[row.event]) for row in rows if row.event in shapes]

    def alerts(self) -> list[AlertChanged]:
        return [each for each in self.messages() if isinstance(each, AlertChanged)]

    def told_short(self) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
        """Of each alert that was told: status, severity, what it was, and whom to tell."""
        return [
            (each.status.value, each.severity, each.was, tuple(request.team for request in each.notify))
            for each in self.alerts()
        ]

    def edit(self, rules: str, minutes: int = 1) -> None:
        self.now += timedelta(minutes=minutes)
        self.take_up(rules)
        assert self.book.problems == (), self.book.problems
        self.tick()


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


@pytest.fixture
def firing(database: Database) -> Callable[..., Played]:
    """A function that has a rule fire at one point, at this level of the water."""

    def make(rules: str, metres: float = 2.5) -> Played:
        engine = Played(database, rules)
        assert engine.book.problems == (), engine.book.problems
        engine.observe({"amont": metres})
        assert [each.status.value for each in engine.alerts()] == ["firing"]
        return engine

    return make


def test_the_next_message_is_as_written_now_to_whom_it_is_written_now(firing: Callable[..., Played]) -> None:
    engine = firing(plain())
    engine.edit(
        plain(title="Crue vive", message="Eau : {level}", team="voirie", criticality="vital", severity="orange")
    )
    assert engine.messages() == []
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 1.0})
    (ended,) = engine.alerts()
    assert (ended.status.value, ended.resolution) == ("resolved", "condition-cleared")
    assert (ended.rule_title, ended.criticality, ended.severity) == ("Crue vive", "vital", "orange")
    assert [(each.team, each.message) for each in ended.notify] == [("voirie", "Eau : 1,00 m")]
    assert [kind for _, _, kind in engine.told()] == ["fired", "resolved"]


def test_lights_are_held_as_written_now_with_the_next_renewal(firing: Callable[..., Played]) -> None:
    engine = firing(plain(lights=light(100)))
    engine.edit(plain(lights=light(60)))
    assert engine.messages() == []
    engine.wait(5)
    (held,) = engine.messages()
    assert (held.act.value, held.level) == ("hold", 60)


def test_lights_that_a_firing_rule_gets_or_loses_come_and_run_out(firing: Callable[..., Played]) -> None:
    engine = firing(plain(unknown="resolve"))
    engine.edit(plain(unknown="resolve", lights=light(100)))
    (held,) = engine.messages()
    assert (held.act.value, held.level) == ("hold", 100)
    engine.edit(plain(unknown="resolve"))
    # Nothing is due again and again for lights that nobody asks for any more.
    engine.wait(20)
    assert engine.messages() == []
    assert [kind for _, _, kind in engine.told()] == ["fired"]


def test_a_level_with_lights_that_comes_holds_them_at_once(firing: Callable[..., Played]) -> None:
    engine = firing(ladder(YELLOW, ORANGE))
    engine.edit(ladder(YELLOW, ORANGE, level("red", "2.4 m", lights=", " + light(80).strip(" -\n"))))
    told = engine.messages()
    assert [each.severity for each in told if isinstance(each, AlertChanged)] == ["red"]
    assert [each.level for each in told if isinstance(each, LightingRequested)] == [80]


BOTH = ("equipe-yellow", "equipe-orange")
"""They heard that it was orange."""


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        pytest.param([YELLOW, RED], [("firing", "yellow", "orange", BOTH)], id="its level goes: it eases"),
        pytest.param(
            [YELLOW, ORANGE, level("red", "2.4 m")],
            [("firing", "red", "orange", ("equipe-red",))],
            id="a worse one holds",
        ),
        pytest.param([YELLOW, level("orange", "2.2 m"), RED], [], id="its own changes and still holds"),
        pytest.param(
            [YELLOW, level("orange", "2.7 m"), RED],
            [("firing", "yellow", "orange", BOTH)],
            id="its own changes and no longer holds",
        ),
        pytest.param([level("info", "0.5 m"), YELLOW, ORANGE, RED], [], id="a milder one comes"),
        pytest.param([ORANGE], [], id="all others go"),
        pytest.param([level("yellow", "1.5 m"), ORANGE], [], id="a milder one changes"),
        pytest.param([YELLOW, ORANGE, level("red", "2.4 m", "      for: 30 min\n")], [], id="a worse one must last"),
    ],
)
def test_levels_that_are_as_they_were_go_on_as_one_alert(
    firing: Callable[..., Played], edited: list[str], expected: list[Any]
) -> None:
    engine = firing(ladder(YELLOW, ORANGE, RED))
    engine.edit(ladder(*edited))
    assert engine.told_short() == expected
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 0.1})
    (ended,) = engine.alerts()
    assert ended.status.value == "resolved"
    assert ended.since == engine.now - timedelta(minutes=16)
    assert [kind.partition("@")[0] for _, _, kind in engine.told()].count("fired") == 1


def test_a_rule_that_gets_levels_goes_on_with_the_one_it_had(firing: Callable[..., Played]) -> None:
    one = HEAD.format(title="Crue", criticality="normal") + ORANGE.replace("    - ", "  ").replace("      ", "  ")
    engine = firing(one)
    engine.edit(ladder(YELLOW, ORANGE, RED))
    assert engine.told_short() == []
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 3.5})
    assert engine.told_short() == [("firing", "red", "orange", ("equipe-red",))]


def test_a_level_that_is_about_to_fire_keeps_its_patience(firing: Callable[..., Played]) -> None:
    slow = level("orange", "2 m", "      for: 30 min\n")
    engine = firing(ladder(YELLOW, slow, RED))
    assert engine.told() == [("crue", "amont", "fired")]
    engine.edit(ladder(YELLOW, slow, level("red", "4 m")), minutes=20)
    engine.wait(10)
    assert engine.told_short() == [("firing", "orange", "yellow", ("equipe-orange",))]


def test_if_no_level_that_fires_is_as_it_was_it_begins_anew(firing: Callable[..., Played]) -> None:
    engine = firing(ladder(YELLOW, RED), 1.5)
    engine.edit(ladder(level("yellow", "1.2 m"), RED))
    assert [(each.status.value, each.resolution) for each in engine.alerts()] == [
        ("resolved", "rule-changed"),
        ("firing", None),
    ]


@pytest.mark.parametrize(
    "more",
    ["  when_unknown: resolve\n", "  once_per: day\n", "  active: {time_between: ['00:00', '23:00']}\n"],
)
def test_what_all_levels_share_changes_all_of_them(firing: Callable[..., Played], more: str) -> None:
    engine = firing(ladder(YELLOW, ORANGE))
    engine.edit(ladder(YELLOW, ORANGE, RED, more=more))
    assert engine.alerts()[0].resolution == "rule-changed"


def test_a_named_value_changes_only_the_levels_that_use_it(firing: Callable[..., Played]) -> None:
    named = "  let: {{mean: {{avg_over: [level, {0}]}}}}\n"
    worst = RED.replace("above: [level", "above: [mean")
    engine = firing(ladder(YELLOW, ORANGE, worst, more=named.format("1 h")))
    engine.edit(ladder(YELLOW, ORANGE, worst, more=named.format("2 h")))
    assert engine.told_short() == []
    uses = ORANGE.replace("above: [level", "above: [mean")
    engine.edit(ladder(YELLOW, uses, RED, more=named.format("2 h")))
    engine.edit(ladder(YELLOW, uses, RED, more=named.format("3 h")))
    assert [kind.partition("@")[0] for _, _, kind in engine.told()].count("fired") == 1


def test_a_rule_that_fires_once_a_day_has_told_what_it_told(firing: Callable[..., Played]) -> None:
    daily = "  once_per: day\n"
    engine = firing(ladder(YELLOW, ORANGE, more=daily))
    engine.edit(ladder(YELLOW, ORANGE, RED, more=daily))
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 0.1})
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 2.5})
    assert [each[0] for each in engine.told_short()] == ["resolved"]
    engine.now += timedelta(minutes=15)
    engine.observe({"amont": 3.5})
    assert engine.told_short() == [("firing", "red", None, ("equipe-red",))]


def test_states_of_a_version_that_knew_no_ladders_are_given_theirs(firing: Callable[..., Played]) -> None:
    engine = firing(ladder(YELLOW, ORANGE, RED))
    with engine.database.transaction() as transaction:
        transaction.connection.execute(update(ALERT_STATE).values(ladder=""))
    again = Played(engine.database, ladder(YELLOW, ORANGE, RED), now=engine.now)
    again._seen = engine._seen
    again.edit(ladder(YELLOW, RED))
    assert again.told_short() == [("firing", "yellow", "orange", BOTH)]


def test_a_ladder_that_an_older_version_left_behind_is_not_believed(firing: Callable[..., Played]) -> None:
    engine = firing(ladder(YELLOW, ORANGE, RED))
    with engine.database.transaction() as transaction:
        transaction.connection.execute(update(ALERT_STATE).values(fingerprint="0" * 64))
    again = Played(engine.database, ladder(YELLOW, RED), now=engine.now)
    again._seen = engine._seen
    assert again.alerts()[0].resolution == "rule-changed"
