"""Why an alert fires, or did, by what was kept with its transitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from services.rules_engine.domain.answering.happening import Why
from services.rules_engine.domain.quarantine import set_aside
from services.rules_engine.domain.sample import Seen
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.tables import TRANSITION
from services.rules_engine.use_cases.past import Past
from services.rules_engine.use_cases.why import why
from services.rules_engine.use_cases.why_not import why_not
from shared.errors import InputError, NotFound
from shared.runtime.database import Database
from tests.component.rules_engine.river import START, Engine, book_of, rule

HIGH = rule("crue", "when: {at_least: [level, 2 m]}\n  until: {below: [level, 1.80 m]}\n  until_for: 20 min")
OTHER = rule("autre", "when: {at_least: [level, 14 m]}")
VALLEY = rule(
    "vallee",
    "when: {at_least: [{how_many: {at_least: [level, 2 m]}}, 2]}",
    "across: {kind: water-level, by: area}",
)
_LEVEL = "{severity: %s, when: {above: [level, %s m]}, then: [{notify: {team: gemapi, message: m}}]}"
LADDER = rule("echelle", f"levels: [{_LEVEL % ('yellow', 1)}, {_LEVEL % ('red', 2)}]").partition("\n  severity: red")[0]


def nothing_before(_point: str, _name: str, _since: datetime, _until: datetime, _limit: int) -> Sequence[Seen]:
    """Telemetry of a city that has just begun."""
    return ()


PAST = Past(nothing_before, lambda: None)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("rules_engine")


def ask(engine: Engine, wanted: str, point: str | None = None) -> Why:
    return why(engine.database, engine.book, wanted, point, engine.now, PAST)


def alerts(engine: Engine) -> list[str]:
    with engine.database.transaction() as transaction:
        return list(transaction.connection.scalars(select(TRANSITION.c.alert).distinct()))


def said(found: Why) -> list[str]:
    return [each.said.fr for happened in found.happened for each in happened.comparisons]


def test_an_alert_that_fires_says_what_is_missing_for_it_to_end(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5})
    engine.wait(10)
    engine.observe({"amont": 1.5})
    engine.wait(5)
    found = ask(engine, "crue", "amont")
    assert (found.status, found.since, found.ended) == ("firing", START, None)
    assert said(found) == ["La hauteur (2,50 m) atteint au moins 2 m : vrai."]
    assert [each.said.fr for level in found.now for each in level.missing] == [
        "La fin est en vue depuis 5 min (samedi 10 janvier 2026 à 13 h 10), il faut 20 minutes : il manque 15 min."
    ]
    assert [each.observation for each in found.happened] == ["amont"]


def test_a_pending_alert_has_no_number_yet_and_says_since_when(database: Database) -> None:
    engine = Engine(database, rule("crue", "when: {at_least: [level, 2 m]}\n  for: 10 min"))
    engine.observe({"amont": 2.5})
    engine.wait(4)
    found = ask(engine, "crue", "amont")
    assert (found.alert, found.status) == ("", "pending")
    assert found.said.fr == (
        "L'alerte est en attente depuis le samedi 10 janvier 2026 à 13 h 00, et ne s'est pas déclenchée."
    )
    with pytest.raises(NotFound):
        ask(engine, "crue", "aval")


def test_the_beginning_of_a_number_is_enough_if_it_is_that_of_one(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5, "milieu": 2.5, "aval": 2.5})
    ids = alerts(engine)
    assert len(ids) == 3
    assert {ask(engine, each[:8]).alert for each in ids} == set(ids)
    with database.transaction() as transaction:
        same = TRANSITION.update().values(alert="abcd" + TRANSITION.c.alert)
        transaction.connection.execute(same)
    with pytest.raises(InputError, match="several alerts begin with 'abcd', write more of it: abcd"):
        ask(engine, "abcd")
    with pytest.raises(InputError, match="is no id of an alert"):
        ask(engine, "a%b_")


def test_each_severity_has_the_comparison_that_brought_it(database: Database) -> None:
    engine = Engine(database, f"{LADDER}\n")
    for level in (1.5, 2.5, 1.7, 0.5):
        engine.observe({"amont": level})
        engine.wait(15)
    found = ask(engine, "echelle", "amont")
    assert [each.kind.value for each in found.happened] == ["fired", "worsened", "eased", "resolved"]
    assert said(found) == [
        "La hauteur (1,50 m) dépasse 1 m : vrai.",
        "La hauteur (2,50 m) dépasse 2 m : vrai.",
        "La hauteur (1,70 m) dépasse 2 m : faux.",
        "La hauteur (0,50 m) dépasse 1 m : faux.",
    ]
    assert [each.severity for each in found.happened] == ["yellow", "red", "yellow", "yellow"]
    assert found.resolution == "condition-cleared"


def test_a_group_says_which_of_its_points_it_was(database: Database) -> None:
    engine = Engine(database, VALLEY)
    engine.observe({"amont": 2.5, "aval": 2.5})
    engine.tick()
    found = ask(engine, "vallee", "milieu")
    assert (found.subject, found.happened[0].points) == ("area:vallee", ("amont", "aval"))


def test_a_rule_that_was_removed_leaves_its_values_and_the_reason(database: Database) -> None:
    engine = Engine(database, HIGH + OTHER)
    engine.observe({"amont": 2.5})
    (alert,) = alerts(engine)
    engine.wait(5)
    engine.take_up(OTHER)
    found = ask(engine, alert)
    assert found.said.fr.endswith("la règle a été retirée.")
    assert (found.rule_title, found.in_words, said(found)) == ("Crue", None, [])
    assert [reading.text for reading in found.happened[0].readings] == ["2,50 m"]
    assert found.notes[0].fr.startswith("La règle ne tourne plus")


def test_a_rule_that_changed_since_says_so(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5})
    (alert,) = alerts(engine)
    engine.wait(5)
    engine.take_up(HIGH.replace("2 m", "2.20 m"))
    found = ask(engine, alert)
    assert (found.status, found.resolution, said(found)) == ("resolved", "rule-changed", [])
    assert found.notes[0].fr.startswith("La règle a changé depuis")


def test_a_rule_that_was_set_aside_says_so_whatever_its_values_are(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5})
    found = set_aside(
        engine.book.rules["crue"].rule, "aval", "", ValueError("no such thing"), START - timedelta(hours=1)
    )
    with database.transaction() as transaction:
        assert Quarantine(transaction).put(found, engine.book)
    answer = why_not(engine.database, engine.book, "crue", "aval", engine.now, PAST)
    assert answer.reasons[0].value == "quarantined"
    assert answer.said.fr.startswith("Non : la règle est mise à l'écart depuis le samedi 10 janvier 2026 à 12 h 00")
    answered = why(engine.database, engine.book, "crue", "amont", engine.now, PAST)
    assert answered.notes[0].fr.startswith("La règle est mise à l'écart depuis")


def test_a_state_that_another_version_of_the_rule_made_is_not_told_as_its_own(database: Database) -> None:
    engine = Engine(database, HIGH)
    engine.observe({"amont": 2.5})
    answer = why_not(engine.database, book_of(HIGH.replace("2 m", "2.60 m")), "crue", "amont", engine.now, PAST)
    assert answer.reasons[0].value == "below"
    assert answer.notes[0].fr == "La règle vient de changer, et le moteur ne l'a pas encore reprise."
