"""A running engine says why a rule does not fire, by what is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from services.rules_engine.domain.answering.answer import Answer
from services.rules_engine.use_cases.why_not import why_not_now
from shared.runtime.database import Database
from tests.component.rules_engine.river import CITY, Engine, rule

HIGH = rule("crue", "when: {at_least: [level, 1.80 m]}\n  for: 10 min")
VALLEY = rule(
    "vallee",
    "when: {at_least: [{how_many: {at_least: [level, 2 m]}}, 2]}",
    "across: {kind: water-level, by: area}",
)
ONE = rule("seule", "when: {at_least: [level, 2 m]}\n  unless: {rule: vallee, at: anywhere}")


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


def ask(engine: Engine, name: str, subject: str) -> Answer:
    return why_not_now(engine.database, engine.book, name, subject, engine.now)


def missing(answer: Answer) -> list[str]:
    return [each.said.fr for level in answer.levels for each in level.missing]


def test_a_hold_that_is_not_over_says_how_long_it_still_takes(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 1.62})
    assert missing(ask(engine, "crue", "amont")) == [
        "Le seuil de 1,80 m n'est pas atteint : 1,62 m pour la hauteur (écart : 0,18 m)."
    ]
    engine.wait(10)
    engine.observe({"amont": 1.92})
    engine.now += timedelta(minutes=5, seconds=30)
    answer = ask(engine, "crue", "amont")
    assert missing(answer) == [
        (
            "La condition est remplie depuis 5 min 30 s (samedi 10 janvier 2026 à 13 h 10), il faut 10 minutes : "
            "il manque 4 min 30 s."
        )
    ]
    (level,) = answer.levels
    assert [(each.truth, each.since) for each in level.comparisons] == [
        (True, datetime(2026, 1, 10, 12, 10, tzinfo=UTC))
    ]


def test_after_an_edit_the_hold_counts_from_then_and_nobody_says_that_the_condition_does(database: Database) -> None:
    engine = Engine(database, HIGH)
    for level in (1.62, 1.70, 1.72):
        engine.observe({"amont": level})
        engine.wait(10)
    engine.take_up(rule("crue", "when: {at_least: [level, 1.65 m]}\n  for: 10 min"))
    engine.wait(5)
    answer = ask(engine, "crue", "amont")
    assert missing(answer) == [
        (
            "La condition est remplie, et sa durée ne compte que depuis 5 min (samedi 10 janvier 2026 à 13 h 30), "
            "quand la règle a été reprise ou que des mesures en retard l'ont complétée ; il faut 10 minutes : "
            "il manque 5 min."
        )
    ]
    (comparison,) = answer.levels[0].comparisons
    assert (comparison.truth, comparison.since) == (True, datetime(2026, 1, 10, 12, 10, tzinfo=UTC))


def test_a_group_says_how_many_hold_and_which_are_unknown(database: Database) -> None:
    engine = Engine(database, VALLEY)
    engine.observe({"amont": 2.5, "milieu": 1.0})
    engine.tick()
    answer = ask(engine, "vallee", "amont")
    assert answer.subject == "area:vallee"
    (level,) = answer.levels
    assert [(each.point, each.truth) for each in level.members] == [("amont", True), ("milieu", False), ("aval", None)]
    assert [each.why.fr for each in level.members if each.why] == ["Aucune mesure reçue."]


def test_a_rule_that_gives_way_names_the_one_that_fires(database: Database) -> None:
    engine = Engine(database, ONE + VALLEY)
    engine.observe({"amont": 2.5, "milieu": 2.5, "aval": 1.0})
    engine.wait(3)
    assert missing(ask(engine, "seule", "amont")) == [
        (
            "La règle « Crue » est déclenchée où que ce soit depuis le samedi 10 janvier 2026 à 13 h 00, "
            "et celle-ci s'efface devant elle."
        )
    ]


def test_a_rule_that_was_set_aside_says_so_though_it_fails_again(database: Database) -> None:
    strange = tuple(structs.replace(point, zone="Europe/Atlantis") for point in CITY.points)
    daily = rule("daily", "when: {at_least: [{max_over: [level, 1 d, 0 %]}, 2 m]}")
    engine = Engine(database, daily, city=structs.replace(CITY, points=strange))
    engine.observe({"aval": 2.7})
    answer = ask(engine, "daily", "aval")
    assert [each.value for each in answer.reasons] == ["quarantined"]
    assert "ZoneInfoNotFoundError" in answer.said.fr
    assert answer.levels == ()
