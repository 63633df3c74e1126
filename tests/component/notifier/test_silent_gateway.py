"""A gateway falls silent: one alert of the network, not one for each of its sensors. Real: the rules that are shipped,
the template, the engine's own step, the shipped muting.yaml and teams; the sensors are those of the shipped city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from services.notifier.domain.channel import Medium
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.people.loading_teams import load_teams
from services.rules_engine.domain.book import RuleBook, book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load, templates_in
from services.rules_engine.domain.playing import Play as Engine
from services.rules_engine.domain.rendering import alert_changed
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.sample import Sample, Seen
from shared.model.alerts import AlertChanged
from shared.model.registry import Group, Inventory, Text
from shared.runtime.settings import shipped_rules
from tests.alerts import START
from tests.component.notifier.playing import Play
from tests.played import CITY, RULES

HOUR = timedelta(hours=1)
LISTENS = "passerelle-vieux-port"
PROBE, NETWORK, GATEWAY = "dechets.sonde.en-panne", "dechets.sonde.reseau-muet", "dechets.sonde.passerelle-muette"
RULE = f"""\
- id: {GATEWAY}
  title: "Passerelle des sondes muette"
  owner: dechets
  use: passerelle-muette
  with: {{kind: drop-off-container, group: {LISTENS}, value: fill, patience: 48 h, team: dechets-maintenance}}
"""
PROBES = [point.id for point in CITY.points if point.kind == "drop-off-container" and "commune-13055" in point.areas]
BEHIND, ELSEWHERE = PROBES[:4], PROBES[4:16]


def city() -> Inventory:
    group = Group(id=LISTENS, title=Text("Passerelle du Vieux-Port", "g"), directorate="dechets", points=tuple(BEHIND))
    return structs.replace(CITY, groups=(*CITY.groups, group))


def rules_of(inventory: Inventory) -> dict[str, Rule]:
    templates = templates_in(
        {str(file): file.read_text(encoding="utf-8") for file in (RULES / "templates").glob("*.yaml")}
    )
    shipped = (RULES / "dechets" / "sondes.yaml").read_text(encoding="utf-8")
    loaded = load(f"{shipped}\n{RULE}", "sondes.yaml", Known(inventory, templates=templates))
    assert [problem for problem in loaded.problems if problem.severity == "error"] == []
    return {rule.id: rule for rule in loaded.rules}


def book(*ids: str) -> RuleBook:
    inventory = city()
    rules = rules_of(inventory)
    made = book_of([rules[name] for name in ids], inventory)
    assert made.problems == ()
    return made


def spoken(points: Iterable[str], last: timedelta) -> list[Seen]:
    """Each says something every six hours until then, a few minutes after the one before it."""
    return [
        Seen(point, "fill", Sample(20.0 + turn + number, START + turn * 6 * HOUR + number * timedelta(minutes=7)))
        for number, point in enumerate(points)
        for turn in range(int(last / (6 * HOUR)) + 1)
    ]


def alerts(made: RuleBook, seen: Sequence[Seen], until: datetime) -> list[tuple[datetime, AlertChanged]]:
    """What the engine tells the notifier, and when."""
    found = []
    for event in Engine(made).run(seen, until, since=START):
        told = alert_changed(made.rules[event.rule], event.transition, made.subject(*event.key), event.scene, made)
        if told is not None:
            found.append((event.transition.decided_at or event.transition.at, told))
    return found


@pytest.fixture
def told(play: Play) -> Any:
    """A function that plays what the engine tells to the notifier with what is shipped; who heard of what, by mail."""
    muting, teams = shipped_rules() / "notifier" / "muting.yaml", shipped_rules() / "teams.yaml"
    play.plan = load_muting(muting.read_text(encoding="utf-8"), str(muting))
    play.composer = replace(play.composer, teams=load_teams(teams.read_text(encoding="utf-8"), str(teams)))

    def run(happened: Sequence[tuple[datetime, AlertChanged]], until: datetime) -> list[str]:
        for moment, alert in happened:
            play.at((moment - START).total_seconds())
            play.take(alert)
        play.at((until - START).total_seconds())
        assert {item.medium for item in play.channel.carried} <= {Medium.EMAIL}
        return [f"{item.kind}: {item.subject}" for item in play.channel.carried]

    return run


def test_a_silent_gateway_hushes_its_silent_sensors_and_a_sensor_of_another_is_told(told: Any, rows: Any) -> None:
    """Four probes behind the gateway stop within the half hour, and one elsewhere at the same time."""
    made, until = book(PROBE, GATEWAY), START + 120 * HOUR
    lonely, others = ELSEWHERE[0], ELSEWHERE[1:]
    seen = spoken([*BEHIND, lonely], 12 * HOUR) + spoken(others, 120 * HOUR)
    happened = alerts(made, seen, until)
    assert sorted(alert.rule for _, alert in happened) == [*([PROBE] * 5), GATEWAY]
    subjects = told(happened, until)
    assert len(subjects) == 2
    assert sum("Passerelle des sondes muette" in subject for subject in subjects) == 1
    hushed = [row for row in rows("ledger") if row["verdict"] == "inhibited"]
    assert len({row["alert"] for row in hushed}) == 4
    assert {row["by"] for row in hushed} == {f"passerelle-muette: {GATEWAY} (group:{LISTENS}, yellow)"}
    (alone,) = (alert for _, alert in happened if alert.point == lonely)
    assert any(alone.point_title in subject for subject in subjects)


def test_when_it_is_heard_again_its_sensors_have_time_to_speak_and_the_one_that_does_not_is_told(told: Any) -> None:
    made, until = book(PROBE, GATEWAY), START + 120 * HOUR
    back = [
        Seen(point, "fill", Sample(60.0, START + 100 * HOUR + number * timedelta(minutes=50)))
        for number, point in enumerate(BEHIND[1:])
    ]
    seen = spoken(BEHIND, 12 * HOUR) + spoken(ELSEWHERE, 120 * HOUR) + back
    subjects = told(alerts(made, seen, until), until)
    assert sorted(subject.partition(":")[0] for subject in subjects) == ["fire", "fire", "resolve"]
    (missing,) = (point.title for point in CITY.points if point.id == BEHIND[0])
    assert [missing in subject for subject in subjects if subject.startswith("fire")] == [False, True]


def test_a_whole_commune_that_falls_silent_is_one_alert_by_the_rules_that_are_shipped(told: Any) -> None:
    """All probes of the commune stop at once: the network is told, and no probe of it."""
    made, until = book(PROBE, NETWORK), START + 120 * HOUR
    seen = [Seen(point, "fill", Sample(20.0 + turn, START + turn * 6 * HOUR)) for point in PROBES for turn in range(3)]
    happened = alerts(made, seen, until)
    subjects = told(happened, until)
    assert any(alert.rule == NETWORK and alert.point == "area:commune-13055" for _, alert in happened)
    assert subjects != []
    assert all("Réseau des sondes muet" in subject for subject in subjects)
